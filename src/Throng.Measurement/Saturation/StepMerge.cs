namespace Throng.Measurement;

/// <summary>One generator's part of a step of a search.</summary>
/// <param name="Generator">Its name.</param>
/// <param name="Network">
/// Network namespace that the kernel's counters are of; empty: one that it shares with no other.
/// </param>
public sealed record StepPart(string Generator, string Network, StepFigures Figures);

/// <summary>
/// The parts of a step as the step: counts and histograms are those of one generator that had done all of it. What
/// limits a generator is that of the worst one. The kernel's counters are those of each network namespace once, however
/// many generators are in it.
/// </summary>
public static class StepMerge
{
    /// <param name="ratePerSecond">The rate of the whole step.</param>
    /// <param name="errors">Gets a line for each histogram that cannot be read.</param>
    public static StepFigures Sum(double ratePerSecond, IReadOnlyList<StepPart> parts, List<string> errors)
    {
        StepFigures[] all = [.. parts.Select(static part => part.Figures)];
        LatencyMerge latencies = new([.. parts.Select(static part => part.Generator)], errors);
        Histogram life = latencies.Sum("saturate.steps.life", [.. all.Select(static one => one.Life)]);
        return new StepFigures
        {
            RatePerSecond = ratePerSecond,
            Seconds = all.Max(static one => one.Seconds),
            Due = all.Sum(static one => one.Due),
            NotSent = all.Sum(static one => one.NotSent),
            Ok = all.Sum(static one => one.Ok),
            Refused = all.Sum(static one => one.Refused),
            Reset = all.Sum(static one => one.Reset),
            TimedOut = all.Sum(static one => one.TimedOut),
            Empty = all.Sum(static one => one.Empty),
            NoPort = all.Sum(static one => one.NoPort),
            NoDescriptor = all.Sum(static one => one.NoDescriptor),
            Other = all.Sum(static one => one.Other),
            Others = CounterMerge.ReasonsOf(all.Select(static one => one.Others)),
            SynRetransmits = OfNetworks(parts, static one => one.SynRetransmits),
            HasServer = all.Any(static one => one.HasServer),
            ListenOverflows = OfNetworks(parts, static one => one.ListenOverflows),
            LifeP50Ns = life.Count == 0 ? 0 : life.Percentile(50),
            LifeP99Ns = life.Count == 0 ? 0 : life.Percentile(99),
            Life = LatencySummary.From(life),
            LagP99Ns = all.Max(static one => one.LagP99Ns),
            BusyMax = all.Max(static one => one.BusyMax),
            WaitedMax = all.Max(static one => one.WaitedMax),
            ThrottledNs = all.Max(static one => one.ThrottledNs),
            InFlightMaxReached = all.Any(static one => one.InFlightMaxReached),
            Generators = [.. parts.Select(static part => KeyValuePair.Create(part.Generator, part.Figures))],
        };
    }

    private static long OfNetworks(IReadOnlyList<StepPart> parts, Func<StepFigures, long> of) => parts
        .Select((part, at) => (Key: part.Network.Length > 0 ? part.Network : $"{at}", Count: of(part.Figures)))
        .GroupBy(static one => one.Key)
        .Sum(static network => network.Max(static one => one.Count));
}
