using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Figures of a run of monitor so far, as rows for a view of it: disturbances, new connections, servers.
/// </summary>
internal sealed class MonitorFigures(MonitorSpec spec, ActiveSchedule active, ActiveSchedule offeringOfProbes)
{
    /// <summary>With more of them a view that looks every second would take its time for episodes.</summary>
    private const int DisturbancesMax = 50_000;

    /// <summary>A label and a value each, the most wanted first.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Rows()
    {
        List<KeyValuePair<string, string>> rows = [];
        IReadOnlyList<MonitorTally> tallies = active.Tallies<MonitorTally>();
        IReadOnlyList<ChurnTally> probes = offeringOfProbes.Tallies<ChurnTally>();
        long now = tallies.Sum(tally => Volatile.Read(ref tally.DisturbedNow));
        rows.Add(new("disturbed", $"{Units.Count(now)} of {Units.Count(spec.Connections)} now"));
        rows.Add(new("episodes", Episodes(tallies, probes)));
        long attempted = probes.SelectMany(tally => tally.Steps).Sum(step => Volatile.Read(ref step.Attempted));
        if (attempted > 0)
        {
            long ok = ChurnTally.OutcomesOf(probes)[(int)ChurnOutcome.Ok];
            long failed = probes.Sum(tally => tally.Failed?.Count ?? 0);
            rows.Add(new("new", $"{Units.Count(ok)} ok, {Units.Count(failed)} failed"));
        }

        foreach (IGrouping<string, PeerNames.Peer> host in tallies.SelectMany(tally => tally.Names.All.Skip(1))
            .GroupBy(peer => peer.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            long lost = host.Sum(peer => peer.Lost);
            string ofLost = lost > 0 ? $", {Units.Count(lost)} lost" : "";
            rows.Add(new(host.Key, $"{Units.Count(host.Sum(peer => peer.Open))} open{ofLost}"));
        }

        return rows;
    }

    private string Episodes(IReadOnlyList<MonitorTally> tallies, IReadOnlyList<ChurnTally> probes)
    {
        int noted = tallies.Sum(tally => tally.Disturbances.Count) + probes.Sum(tally => tally.Failed?.Count ?? 0);
        if (noted > DisturbancesMax)
        {
            return $"{Units.Count(noted)} disturbances";
        }

        Disturbance[] disturbances = [.. tallies.SelectMany(tally => tally.Disturbances.Items.ToArray())];
        FailedProbe[] failed =
            [.. probes.SelectMany(tally => tally.Failed is { } log ? log.Items.ToArray() : [])];
        IReadOnlyList<Episode> found = Measurement.Episodes.Find(disturbances, failed, spec.EpisodeGapNs);
        return found.Count == 0
            ? "none"
            : $"{Units.Count(found.Count)}, the last {Units.Latency(found[^1].DurationNs)}";
    }
}
