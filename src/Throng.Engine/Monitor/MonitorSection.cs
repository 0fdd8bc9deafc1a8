using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Adds up what the workers noted of the lasting and the new connections: the document's own section. While they go on,
/// connections that are open count as lasting, and the lists of single disturbances and connections, which may have
/// millions of rows, are left to the end.
/// </summary>
internal sealed class MonitorSection
{
    /// <summary>Episodes told one by one: the longest, in order of time. The figures are of all of them.</summary>
    private const int EpisodesMax = 2_000;

    /// <summary>The row of connections on which no server had said its name by then.</summary>
    private const string NoName = "(no name)";

    /// <summary>While it goes on, of more disturbances no episodes are found: that takes too long to be asked often.
    /// </summary>
    private const int DisturbancesMax = 50_000;

    private readonly MonitorSpec _spec;
    private readonly long _originNs;
    private readonly bool _hasEnded;
    private readonly FailureRecord? _failures;
    private readonly List<Disturbance> _disturbances = [];
    private readonly List<FailedProbe> _failed = [];
    private readonly SortedDictionary<string, HostCount> _hosts = new(StringComparer.Ordinal);
    private readonly List<Node> _records = [];
    private long _lasting;
    private long _lost;

    private MonitorSection(MonitorSpec spec, WorkerGroup group)
    {
        _spec = spec;
        _originNs = group.OriginNs;
        _hasEnded = group.HasEnded;
        _failures = group.Failures;
    }

    public static Section Create(
        MonitorSpec monitor, ActiveSchedule active, ActiveSchedule probes, WorkerGroup group, Sample held,
        LoadLayout layout)
    {
        MonitorSection section = new(monitor, group);
        IReadOnlyList<MonitorTally> tallies = active.Tallies<MonitorTally>();
        IReadOnlyList<ChurnTally> tried = probes.Tallies<ChurnTally>();
        foreach (MonitorTally tally in tallies)
        {
            section.Add(tally, group.OriginNs + held.AtNs);
        }

        section.AddOpen(tallies, group);

        foreach (ChurnTally tally in tried)
        {
            foreach (FailedProbe failed in tally.Failed!.Items)
            {
                section._failed.Add(new FailedProbe(failed.StartNs - group.OriginNs, failed.EndNs - group.OriginNs));
            }
        }

        return section.ToSection(tallies, NewOf(tried, group), held, layout, SpacingOf(monitor, active));
    }

    /// <summary>From one message of a connection to its next, on average; null where nothing fell due.</summary>
    private static long? SpacingOf(MonitorSpec monitor, ActiveSchedule active) =>
        active.Due() is > 0 and var due ? (long)((double)active.CountedNs() * monitor.Connections / due) : null;

    private Section ToSection(
        IReadOnlyList<MonitorTally> tallies, Section ofNew, Sample held, LoadLayout layout, long? spacingNs)
    {
        IReadOnlyList<Episode> episodes = _hasEnded || _disturbances.Count + _failed.Count <= DisturbancesMax
            ? Episodes.Find(_disturbances, _failed, _spec.EpisodeGapNs)
            : [];
        Section section = new()
        {
            ["targets"] = layout.Targets,
            ["server"] = layout.Server,
            ["message_bytes"] = _spec.MessageBytes,
            ["lasting"] = _lasting,
            ["lost"] = _lost,
            ["new"] = ofNew,
            ["dropped"] = held[Counter.MessagesDropped],
            ["unconnected"] = tallies.Sum(tally => tally.Unconnected),
            ["duplicates"] = tallies.Sum(tally => tally.Duplicates),
            ["retransmits"] = tallies.Sum(tally => tally.Retransmits),
            ["spacing_ns"] = spacingNs is { } ns ? ns : Node.Null,
            ["silent_ns"] = Episodes.SilentNs(_disturbances, (int)_spec.Connections),
            ["disturbed"] = _disturbances.DistinctBy(one => one.Connection).Count(),
            ["unrecovered"] = _disturbances.Where(one => one.IsOpen).DistinctBy(one => one.Connection).Count(),
            ["disturbance_ns"] = Summary(_disturbances.Select(one => one.DurationNs)),
            ["episode_ns"] = Summary(episodes.Select(one => one.DurationNs)),
            ["episodes"] = Node.ListOf([.. Longest(episodes).Select(episode => (Node)SectionOf(episode))]),
            ["hosts"] = HostsSection(),
        };
        if (!_hasEnded)
        {
            section["disturbed_now"] = tallies.Sum(tally => Volatile.Read(ref tally.DisturbedNow));
        }

        if (_spec.WarmUpNs > 0)
        {
            section["warmup_failed"] = tallies.Sum(tally => tally.WarmUpFailed);
        }

        if (_disturbances.Count > 0)
        {
            section["longest"] = Node.ListOf([SeenOf(_disturbances.MaxBy(one => one.DurationNs))]);
        }

        if (episodes.Count > EpisodesMax)
        {
            section["episodes_not_kept"] = episodes.Count - EpisodesMax;
        }

        if (tallies.Sum(tally => tally.Disturbances.Dropped) is > 0 and var dropped)
        {
            section["disturbances_not_kept"] = dropped;
        }

        if (_spec.TellsAll && _hasEnded)
        {
            section["disturbances"] = Node.ListOf([.. _disturbances
                .OrderBy(one => one.StartNs).ThenBy(one => one.Connection).Select(one => (Node)SectionOf(one))]);
            section["connections"] = Node.ListOf(_records);
        }

        return section;
    }

    /// <param name="heldNs">When its drain began, by the clock of the workers.</param>
    private void Add(MonitorTally tally, long heldNs)
    {
        foreach (Disturbance noted in tally.Disturbances.Items)
        {
            Disturbance one = noted.OpenUntil(heldNs);
            _disturbances.Add(one with
            {
                StartNs = one.StartNs - _originNs,
                EndNs = one.EndNs - _originNs,
                LastGoodNs = one.LastGoodNs - _originNs,
            });
        }

        foreach (MonitorRecord record in tally.Records.Items)
        {
            bool isLost = !CloseReasons.IsOwn(record.Reason) && record.EndedNs <= heldNs;
            string name = tally.Names[record.Name];
            CountHost(name, isLost);
            _lost += isLost ? 1 : 0;
            _lasting += isLost ? 0 : 1;
            if (_spec.TellsAll && _hasEnded)
            {
                _records.Add(SectionOf(record, name));
            }
        }
    }

    /// <summary>Counts those that are open as lasting: while the run goes on, and where workers were not waited for.
    /// </summary>
    private void AddOpen(IReadOnlyList<MonitorTally> tallies, WorkerGroup group)
    {
        _lasting += group.Workers.Sum(worker => worker.Shard.Counters[(int)Role.Client].Open);
        foreach (PeerNames.Peer peer in tallies.SelectMany(tally => tally.Names.All.Skip(1)))
        {
            CountHost(peer.Name, isLost: false, peer.Open);
        }
    }

    /// <summary>A server that does not say who it is counts as none.</summary>
    private void CountHost(string name, bool isLost, long connections = 1)
    {
        if (name.Length > 0 && connections > 0)
        {
            HostCount count = _hosts.GetValueOrDefault(name);
            _hosts[name] = isLost
                ? count with { Lost = count.Lost + connections }
                : count with { Lasting = count.Lasting + connections };
        }
    }

    /// <summary>Reports the outcomes of the new connections, without those nobody waited for at the end.</summary>
    private static Section NewOf(IReadOnlyList<ChurnTally> tallies, WorkerGroup group)
    {
        long[] outcomes = ChurnTally.OutcomesOf(tallies);
        Histogram life = new();
        foreach (ChurnStepTally step in tallies.SelectMany(tally => tally.Steps))
        {
            life.Add(step.Life);
        }

        long ok = outcomes[(int)ChurnOutcome.Ok];
        long attempted = outcomes.Sum() - outcomes[(int)ChurnOutcome.Cancelled];
        Section failed = [];
        for (int i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i] > 0 && (ChurnOutcome)i is not (ChurnOutcome.Ok or ChurnOutcome.Cancelled))
            {
                failed[ChurnOutcomes.Name((ChurnOutcome)i)] = outcomes[i];
            }
        }

        return new Section
        {
            ["attempted"] = attempted,
            ["ok"] = ok,
            ["failed"] = attempted - ok,
            ["success"] = attempted > 0 ? (double)ok / attempted : Node.Null,
            ["reasons"] = failed,
            ["connect_ns"] = LatencySummary.From(group.Sum(shard => shard.LatenciesOfProbes.Connect)),
            ["life_ns"] = LatencySummary.From(life),
        };
    }

    private Section HostsSection()
    {
        Section hosts = [];
        foreach ((string name, HostCount count) in _hosts)
        {
            hosts[name] = HostOf(count.Lasting, count.Lost);
        }

        long lasting = _lasting - _hosts.Values.Sum(count => count.Lasting);
        long lost = _lost - _hosts.Values.Sum(count => count.Lost);
        if (hosts.Count > 0 && (lasting > 0 || lost > 0))
        {
            hosts[NoName] = HostOf(lasting, lost);
        }

        return hosts;
    }

    private static Section HostOf(long lasting, long lost) => new() { ["lasting"] = lasting, ["lost"] = lost };

    private static IEnumerable<Episode> Longest(IReadOnlyList<Episode> episodes) => episodes.Count <= EpisodesMax
        ? episodes
        : episodes.OrderByDescending(one => one.DurationNs).Take(EpisodesMax).OrderBy(one => one.StartNs);

    private Section SectionOf(Episode episode)
    {
        (long first, long failures) = _failures?.Between(episode.StartNs, episode.EndNs) ?? default;
        return new Section
        {
            ["start_ns"] = episode.StartNs,
            ["duration_ns"] = episode.DurationNs,
            ["connections"] = episode.Connections,
            ["lost"] = episode.Lost,
            ["lost_again"] = episode.LostAgain,
            ["survived"] = episode.Survived,
            ["reconnected"] = episode.Reconnected,
            ["cause"] = episode.Connections == 0 ? "new-connections" : DisturbanceCauses.Name(episode.Cause),
            ["retransmits"] = episode.Retransmits,
            ["new_failed"] = episode.NewFailed,
            ["failures"] = failures,
            ["first_failure"] = failures > 0 ? first : Node.Null,
        };
    }

    /// <summary>The moments that were seen of a disturbance: last good before, first bad, good again if it was.
    /// </summary>
    private static Section SeenOf(Disturbance one) => new()
    {
        ["connection"] = one.Connection,
        ["last_good_ns"] = one.LastGoodNs is { } goodNs ? goodNs : Node.Null,
        ["first_bad_ns"] = one.StartNs,
        ["good_again_ns"] = one.IsOpen ? Node.Null : one.EndNs,
        ["duration_ns"] = one.DurationNs,
        ["cause"] = DisturbanceCauses.Name(one.Cause),
    };

    private static Section SectionOf(Disturbance one) => new()
    {
        ["connection"] = one.Connection,
        ["start_ns"] = one.StartNs,
        ["duration_ns"] = one.DurationNs,
        ["last_good_ns"] = one.LastGoodNs is { } goodNs ? goodNs : Node.Null,
        ["cause"] = DisturbanceCauses.Name(one.Cause),
        ["lost"] = one.IsLost,
        ["unrecovered"] = one.IsOpen,
        ["reconnected"] = one.IsReconnected,
        ["retransmits"] = one.Retransmits,
    };

    private Section SectionOf(in MonitorRecord record, string name) => new()
    {
        ["connection"] = record.Seat,
        ["begin_ns"] = record.BeginNs - _originNs,
        ["connect_ns"] = record.OpenedNs - record.BeginNs,
        ["end_ns"] = record.EndedNs - _originNs,
        ["reason"] = CloseReasons.Name(record.Reason),
        ["errno"] = record.Errno,
        ["local"] = record.Local.ToString(),
        ["remote"] = record.Remote.ToString(),
        ["host"] = name,
        ["sent"] = record.Sent,
        ["received"] = record.Received,
        ["dropped"] = record.Dropped,
        ["retransmits"] = record.Retransmits,
        ["round_trip_ns"] = record.RoundTripNs,
        ["window_segments"] = record.WindowSegments,
    };

    private static LatencySummary Summary(IEnumerable<long> durationsNs)
    {
        Histogram histogram = new();
        foreach (long ns in durationsNs)
        {
            histogram.Record(ns);
        }

        return LatencySummary.From(histogram);
    }

    /// <summary>Connections of one server that lasted to the end, and those that were lost.</summary>
    private readonly record struct HostCount(long Lasting, long Lost);
}
