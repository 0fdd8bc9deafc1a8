using System.Diagnostics.CodeAnalysis;

namespace Throng.Measurement;

/// <summary>
/// Several generators' runs as one: counts add up, histograms become the one that had recorded all of them, times span
/// from the first start to the last end. Findings, events, thresholds and intervals keep the run they come from.
/// </summary>
public sealed class RunMerge
{
    private static readonly TimeSpan ApartMax = TimeSpan.FromDays(366);

    private readonly NamedRun[] _named;
    private readonly RunDocument[] _runs;
    private readonly long[] _offsetsNs;
    private readonly List<string> _errors = [];
    private readonly LatencyMerge _latencies;
    private readonly PlanParts _parts;

    private RunMerge(IReadOnlyList<NamedRun> runs)
    {
        _named = [.. runs];
        _runs = [.. runs.Select(one => one.Run)];
        _parts = PlanParts.Of(runs);
        _latencies = new LatencyMerge([.. runs.Select(one => one.Name)], _errors);
        Started = _runs.Min(run => run.Started);
        _offsetsNs = [.. _runs.Select(run => (run.Started - Started).Ticks * 100)];
    }

    private DateTimeOffset Started { get; }

    /// <summary>Merges; false with one line for each thing that stands against it.</summary>
    /// <param name="runs">Two or more, with different names.</param>
    public static bool TryMerge(
        IReadOnlyList<NamedRun> runs, [NotNullWhen(true)] out RunDocument? merged, out IReadOnlyList<string> errors)
    {
        merged = null;
        errors = [.. Refusals(runs)];
        if (errors.Count > 0)
        {
            return false;
        }

        try
        {
            RunMerge merge = new(runs);
            RunDocument document = merge.Merged();
            merge._errors.AddRange(Identities.Broken(document));
            errors = merge._errors;
            merged = errors.Count == 0 ? document : null;
        }
        catch (OverflowException)
        {
            errors = ["the counts of these runs add up to more than 63 bits, which no run comes to"];
        }

        return merged is not null;
    }

    /// <summary>
    /// A run without its intervals, and without the options that do not say which part of which plan it is: many of
    /// these are merged in little time.
    /// </summary>
    public static RunDocument InShort(RunDocument run) =>
        run with { Series = [], Failures = null, FailuresNotKept = null, Options = PlanParts.NamesOf(run.Options) };

    /// <summary>The options in which runs differ so that they are not one load: neither seed nor source address.
    /// </summary>
    public static IReadOnlyList<OptionDifference> Differences(IReadOnlyList<NamedRun> runs) =>
        OptionDifference.Find([.. runs.Select(one => one.Run)], "source");

    private static IEnumerable<string> Refusals(IReadOnlyList<NamedRun> runs)
    {
        foreach (string line in PlanParts.Of(runs).Refusals())
        {
            yield return line;
        }

        NamedRun first = runs[0];
        bool areParts = PlanParts.Of(runs).AreParts;
        for (int at = 0; at < runs.Count; at++)
        {
            NamedRun one = runs[at];
            if (one.Run.Command != first.Run.Command)
            {
                yield return $"{one.Name} is a run of {one.Run.Command} and {first.Name} of {first.Run.Command}: only "
                    + "runs of one command become one";
            }
            else if (!CommandView.For(one.Run).AddsUp && !areParts)
            {
                yield return $"{one.Name} is a run of {one.Run.Command}, whose steps follow from one another; compare "
                    + "such runs instead, or merge the parts of one plan (--share)";
            }

            SeriesPoint[] drain = one.Run.Drain is { } last ? [last] : [];
            if (one.Run.Series.Concat(drain).Any(point => !point.HasTimes))
            {
                yield return $"{one.Name} has an interval that begins after its end, or ends in more than 146 years";
            }

            if ((one.Run.Started - first.Run.Started).Duration() > ApartMax)
            {
                yield return $"{one.Name} and {first.Name} began more than a year apart: only runs of one time become "
                    + "one";
            }

            foreach (string broken in Identities.Broken(one.Run))
            {
                yield return $"{one.Name} does not add up: {broken}";
            }

            if (runs.Take(at).FirstOrDefault(other => IsSame(other.Run, one.Run)) is { } other)
            {
                yield return $"{one.Name} is the same run as {other.Name}: it would count twice";
            }
        }
    }

    // Two runs that took the same number of nanoseconds from the same millisecond are one.
    private static bool IsSame(RunDocument one, RunDocument other) => one.Started == other.Started
        && one.DurationNs == other.DurationNs && one.Connections.Opened == other.Connections.Opened;

    private RunDocument Merged()
    {
        IReadOnlyList<ConnectionFailure>? failures = FailureMerge.Merge(_named, _offsetsNs, out long? notKept);
        RunDocument document = _runs[0] with
        {
            Meanings = Math.Max(_runs.Min(Meanings.Of), Meanings.AchievedIsAnswered),
            Host = CounterMerge.Hosts(_runs),
            Started = Started,
            DurationNs = _runs.Select((run, at) => run.DurationNs + _offsetsNs[at]).Max(),
            EndedBy = Joined(run => run.EndedBy),
            Connections = ConnectionsOf(),
            Messages = CounterMerge.MessagesOf(_runs),
            Connect = ConnectOf(),
            Response = _latencies.Merge("response", _runs, run => run.Response),
            Service = _latencies.Merge("service", _runs, run => run.Service),
            Lag = _latencies.Merge("lag", _runs, run => run.Lag),
            Rate = RateOf(),
            Tcp = CounterMerge.TcpOf(_runs, _latencies),
            Network = CounterMerge.NetworkOf(_runs),
            Packets = CounterMerge.PacketsOf(_runs),
            Limits = CounterMerge.LimitsOf(_runs),
            Cpu = CounterMerge.CpuOf(_runs),
            Memory = CounterMerge.MemoryOf(_runs),
            Series = Timed(SeriesMerge.Merge([.. _runs.Select(run => run.Series)], _offsetsNs)),
            Drain = CounterMerge.Part(_runs, run => run.Drain, _ => SeriesMerge.Drain(_runs, _offsetsNs)),
            RunId = null,
            Options = _parts.OptionsOf(_runs[0].Options),
            Labels = LabelsOf(),
            Events = [.. _named.SelectMany(EventsOf).OrderBy(happened => happened.TimeNs)],
            Failures = failures,
            FailuresNotKept = notKept,
            Pcap = CounterMerge.CaptureOf(_runs),
            FailuresNotWritten = CounterMerge.Sum(_runs, run => run.FailuresNotWritten),
            Thresholds = [.. _named.SelectMany(one => one.Run.Thresholds.Select(
                outcome => outcome with { Source = outcome.Source ?? one.Name }))],
            Sources = [.. _named.SelectMany(SourcesOf)],
            Own = OwnOf(),
            TakenOver = null,
            Result = ResultOf(),
        };
        if (document is { Result: BenchResult bench, Own: { } rounds })
        {
            BenchSection.Write(rounds, bench);
            rounds[BenchSection.Rounds] = Node.Null;
        }
        else if (document is { Result: SaturationResult search, Own: { } steps })
        {
            SaturationSection.Write(steps, search);
        }

        Finding[] findings = [.. _named.SelectMany(one => one.Run.Verdict.Findings.Select(
            finding => finding with { Source = finding.Source ?? one.Name }))];
        findings = [.. findings, .. Apartness(), .. Otherness(), .. _parts.Findings()];
        bool isOk = _runs.All(run => run.Verdict.IsOk);
        return document with
        {
            Verdict = new Verdict(
                isOk, VerdictLine.Write(document), [.. findings.OrderByDescending(finding => finding.Severity)]),
        };
    }

    /// <summary>Runs that were never under way together: then what adds up was never there at one time.</summary>
    private IEnumerable<Finding> Apartness()
    {
        long lastStartNs = _offsetsNs.Max();
        long firstEndNs = _runs.Select((run, at) => run.DurationNs + _offsetsNs[at]).Min();
        if (lastStartNs >= firstEndNs && !HasTakenOver)
        {
            yield return new Finding(
                Severity.Warning,
                RuleNote.SourcesApart.Name,
                "the merged runs were not all under way together: their rates and peaks add up to what never was",
                $"the first ended after {Units.Duration(firstEndNs)}, the last began after "
                    + Units.Duration(lastStartNs),
                "start the generators together, or compare their runs instead");
        }
    }

    /// <summary>Runs against different targets: then no figure is of one of them alone.</summary>
    private IEnumerable<Finding> Otherness()
    {
        string[] targets = [.. Differences(_named).Where(option => option.Name == "target").Take(1)
            .SelectMany(option => option.Values.Select((value, at) => $"{TargetsOf(value)} in {_named[at].Name}"))];
        if (targets.Length > 0)
        {
            yield return new Finding(
                Severity.Warning,
                RuleNote.SourcesDiffer.Name,
                "the merged runs had different targets: the figures are of no one of them",
                string.Join(", ", targets),
                RuleNote.SourcesDiffer.Remedy);
        }
    }

    private static string TargetsOf(Node? value) => value switch
    {
        { Kind: NodeKind.List, Items.Count: > 0 } => string.Join(
            " and ", value.Items.Where(item => item.Kind == NodeKind.Text).Select(item => item.Text)),
        { Kind: NodeKind.Text } => value.Text,
        _ => "a server of its own",
    };

    private string Joined(Func<RunDocument, string> of) => string.Join(", ", _runs.Select(of).Distinct());

    private LatencySummary Ends(string part, Func<PeerEnds, LatencySummary> of) => _latencies.Merge(
        $"connections.ended_by_peer.{part}", _runs,
        run => of(run.Connections.EndedByPeer)) ?? LatencySummary.Empty;

    /// <summary>Moments of all runs on one clock.</summary>
    private IEnumerable<long?> MomentsOf(Func<PeerEnds, long?> of) =>
        _runs.Select((run, at) => of(run.Connections.EndedByPeer) + _offsetsNs[at]);

    private Connections ConnectionsOf()
    {
        Connections[] all = [.. _runs.Select(run => run.Connections)];
        return new Connections
        {
            Target = all.All(one => one.Target is null) ? null : all.Sum(one => one.Target ?? 0),
            Open = all.Sum(one => one.Open),
            Held = all.Sum(one => one.Held),
            Peak = all.Sum(one => one.Peak),
            Opened = all.Sum(one => one.Opened),
            Connecting = CounterMerge.Sum(all, one => one.Connecting),
            Lost = all.Sum(one => one.Lost),
            Reconnected = all.Sum(one => one.Reconnected),
            ServedPeak = all.Any(one => one.ServedPeak is not null) ? all.Sum(one => one.ServedPeak ?? 0) : null,
            Unserved = all.Sum(one => one.Unserved),
            Pauses = all.Sum(one => one.Pauses),
            PausedNs = all.Sum(one => one.PausedNs),
            EndedByPeer = new PeerEnds
            {
                FirstNs = MomentsOf(ends => ends.FirstNs).Min(),
                LastNs = MomentsOf(ends => ends.LastNs).Max(),
                Age = Ends("age", ends => ends.Age),
                Idle = Ends("idle", ends => ends.Idle),
                Answers = Ends("answers", ends => ends.Answers),
            },
            PlateauNs = all.Max(one => one.PlateauNs),
            Closed = CounterMerge.ReasonsOf(all.Select(one => one.Closed)),
            ConnectFailed = CounterMerge.ReasonsOf(all.Select(one => one.ConnectFailed)),
            OtherErrnos = CounterMerge.ReasonsOf(all.Select(one => one.OtherErrnos)),
        };
    }

    private ConnectPhase? ConnectOf() => CounterMerge.Part(_runs, run => run.Connect, all =>
    {
        LatencySummary? latency = _latencies.Merge("connect.latency", _runs, run => run.Connect?.Latency);
        return new ConnectPhase(all.Sum(one => one.Attempts), latency ?? LatencySummary.Empty)
        {
            Handshake = _latencies.Merge("connect.handshake", _runs, run => run.Connect?.Handshake),
        };
    });

    private Rate? RateOf() => CounterMerge.Part<Rate>(
        _runs, HasAllAlike ? Meanings.RateOf : Meanings.OlderRateOf,
        all => HasTakenOver
            ? RateOverTime()
            : new Rate(all.Sum(rate => rate.OfferedPerSecond), all.Sum(rate => rate.AchievedPerSecond)));

    /// <summary>Parts of which some came after others: each has its rate for its own time only.</summary>
    private Rate RateOverTime()
    {
        double CountedOf(RunDocument run) => run.Rate is { OfferedPerSecond: > 0 and var offered }
            ? (run.Messages?.Offered ?? 0) / offered
            : 0;
        double seconds = Math.Max(1e-9, _runs.Max(CountedOf));
        return new Rate(
            _runs.Sum(run => (run.Rate?.OfferedPerSecond ?? 0) * CountedOf(run)) / seconds,
            _runs.Sum(run => (run.Rate?.AchievedPerSecond ?? 0) * CountedOf(run)) / seconds);
    }

    private bool HasTakenOver => _runs.Any(static run => run.TakenOver is not null);

    private bool HasAllAlike => _runs.All(run => Meanings.Of(run) >= Meanings.AchievedWhileItLasted);

    /// <summary>Where all runs tell their times by the wall clock, so do both of them.</summary>
    private IReadOnlyList<SeriesPoint> Timed(IReadOnlyList<SeriesPoint> series) =>
        _runs.All(run => run.Series.All(one => one.Time is not null))
            ?
            [
                .. series.Select(point => point with
                {
                    Time = Started.AddTicks(point.TimeNs / TimeSpan.NanosecondsPerTick),
                }),
            ]
            : series;

    /// <summary>The labels that are the same in all; null for none.</summary>
    private Section? LabelsOf()
    {
        Section same = [];
        foreach (KeyValuePair<string, Node> label in _runs[0].Labels ?? [])
        {
            if (_runs.All(run => run.Labels?.Find(label.Key) is { Kind: NodeKind.Text } other
                && other.Text == label.Value.Text))
            {
                same[label.Key] = label.Value;
            }
        }

        return same.Count > 0 ? same : null;
    }

    private IEnumerable<RunEvent> EventsOf(NamedRun one, int at) => one.Run.Events.Select(happened => happened with
    {
        TimeNs = happened.TimeNs + _offsetsNs[at], Source = happened.Source ?? one.Name,
    });

    /// <summary>A run that was merged before brings its own along.</summary>
    private IEnumerable<RunSource> SourcesOf(NamedRun one) => one.Run.Sources.Count > 0 ? one.Run.Sources :
    [
        new RunSource
        {
            Name = one.Name,
            Host = one.Run.Host,
            Started = one.Run.Started,
            DurationNs = one.Run.DurationNs,
            EndedBy = one.Run.EndedBy,
            Verdict = one.Run.Verdict.Text,
            Options = OptionsOf(one.Run),
            Series = one.Run.Series,
        },
    ];

    private Section OptionsOf(RunDocument run)
    {
        Section different = [];
        foreach (OptionDifference option in OptionDifference.Find(_runs))
        {
            different[option.Name] = run.Options.Find(option.Name) ?? Node.Null;
        }

        foreach (string key in PlanParts.Keys)
        {
            if (run.Options.Find(key) is { Kind: not NodeKind.Null } value)
            {
                different[key] = value;
            }
        }

        return different;
    }

    /// <summary>The own result of the plan whose parts the runs are; null where the command has none.</summary>
    private IOwnResult? ResultOf() => _runs[0].Result switch
    {
        BenchResult when _runs.All(run => run.Result is BenchResult) =>
            BenchMerge.Merge([.. _runs.Select(run => (BenchResult)run.Result!)], _latencies),
        SaturationResult when _runs.All(run => run.Result is SaturationResult) => SearchMerge.Merge(_named, _errors),
        _ => null,
    };

    private Section? OwnOf() => CounterMerge.Part(_runs, run => run.Own, _ =>
    {
        SectionMerge merge = new([.. _named.Select(one => one.Name)], _offsetsNs, _latencies, _parts.AreParts);
        return merge.Merge(_runs[0].Command, [.. _runs.Select(run => run.Own)]);
    });
}
