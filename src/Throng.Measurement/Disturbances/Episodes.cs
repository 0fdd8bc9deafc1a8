namespace Throng.Measurement;

/// <summary>Finds the episodes of a run, and how long nothing at all came through.</summary>
public static class Episodes
{
    /// <summary>In the order of time.</summary>
    /// <param name="gapNs">What begins this long after everything before it has ended, or later, is another
    /// episode.</param>
    public static IReadOnlyList<Episode> Find(
        IReadOnlyCollection<Disturbance> disturbances, IReadOnlyCollection<FailedProbe> failed, long gapNs)
    {
        Disturbance[] byStart = [.. disturbances.OrderBy(one => one.StartNs).ThenBy(one => one.Connection)];
        FailedProbe[] failures = [.. failed.OrderBy(one => one.StartNs)];
        List<Episode> episodes = [];
        int disturbance = 0;
        int failure = 0;
        while (disturbance < byStart.Length || failure < failures.Length)
        {
            int firstDisturbance = disturbance;
            int firstFailure = failure;
            long startNs = Math.Min(StartOf(byStart, disturbance), StartOf(failures, failure));
            long endNs = startNs;
            while (Math.Min(StartOf(byStart, disturbance), StartOf(failures, failure)) is var nextNs
                && nextNs < long.MaxValue && (nextNs == startNs || nextNs - endNs < gapNs))
            {
                bool isDisturbance = StartOf(byStart, disturbance) == nextNs;
                endNs = Math.Max(endNs, isDisturbance ? byStart[disturbance++].EndNs : failures[failure++].EndNs);
            }

            episodes.Add(Sum(startNs, endNs, byStart[firstDisturbance..disturbance], failure - firstFailure));
        }

        return episodes;
    }

    /// <summary>The time in which all of so many connections were disturbed at once.</summary>
    public static long SilentNs(IReadOnlyCollection<Disturbance> disturbances, int connections)
    {
        // Ends before beginnings at the same moment: two that touch are not both on.
        IEnumerable<(long AtNs, int Change)> edges = disturbances
            .SelectMany(one => new[] { (AtNs: one.StartNs, Change: 1), (AtNs: one.EndNs, Change: -1) })
            .OrderBy(edge => edge.AtNs).ThenBy(edge => edge.Change);
        long silentNs = 0;
        long sinceNs = 0;
        int disturbed = 0;
        foreach ((long atNs, int change) in edges)
        {
            silentNs += connections > 0 && disturbed == connections ? atNs - sinceNs : 0;
            disturbed += change;
            sinceNs = atNs;
        }

        return silentNs;
    }

    private static long StartOf(Disturbance[] list, int at) => at < list.Length ? list[at].StartNs : long.MaxValue;

    private static long StartOf(FailedProbe[] list, int at) => at < list.Length ? list[at].StartNs : long.MaxValue;

    private static Episode Sum(long startNs, long endNs, Disturbance[] disturbances, int newFailed)
    {
        ILookup<int, Disturbance> byConnection = disturbances.ToLookup(one => one.Connection);
        DisturbanceCause cause = disturbances.CountBy(one => one.Cause)
            .OrderByDescending(one => one.Value).ThenByDescending(one => one.Key)
            .FirstOrDefault().Key;
        int lost = byConnection.Count(one => one.Any(disturbance => disturbance.IsLost));
        return new Episode
        {
            StartNs = startNs,
            EndNs = endNs,
            Connections = byConnection.Count,
            Lost = lost,
            LostAgain = Math.Max(0, disturbances.Sum(one => one.Losses) - lost),
            Reconnected = byConnection.Count(one => one.Any(disturbance => disturbance.IsReconnected)),
            Cause = cause,
            Retransmits = disturbances.Sum(one => one.Retransmits),
            NewFailed = newFailed,
        };
    }
}
