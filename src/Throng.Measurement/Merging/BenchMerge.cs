namespace Throng.Measurement;

/// <summary>
/// Benches that were parts of one plan, as the bench of the plan: the same round of all parts is one round, and steps
/// are made of such rounds as on one host. A round that not all parts have is left out.
/// </summary>
internal static class BenchMerge
{
    /// <param name="parts">One for each run, in the order of the runs.</param>
    public static BenchResult Merge(IReadOnlyList<BenchResult> parts, LatencyMerge latencies)
    {
        Dictionary<(string Server, long Concurrency), BenchSums> steps = [];
        long missed = 0;
        foreach (RoundFigures[] same in parts.SelectMany(static part => part.Rounds)
            .GroupBy(static round => round.Number).OrderBy(static one => one.Key).Select(static one => one.ToArray()))
        {
            RoundFigures round = RoundFigures.Sum(same);
            if (same.Length < parts.Count || round.IsMissed)
            {
                missed++;
                continue;
            }

            if (!steps.TryGetValue((round.Server, round.Concurrency), out BenchSums? sums))
            {
                sums = new BenchSums(round.Server, round.Concurrency);
                steps.Add((round.Server, round.Concurrency), sums);
            }

            sums.Add(
                round, latencies.Sum("bench.rounds.latency", [.. same.Select(static one => one.Latency)]),
                latencies.Sum("bench.rounds.lag", [.. same.Select(static one => one.Lag)]));
        }

        return new BenchResult([.. steps.Values.Select(static sums => sums.ToStep())], parts[0].Missing)
        {
            RoundsMissed = missed,
        };
    }
}
