using Throng.Measurement;

namespace Throng.Originals;

/// <summary>
/// The line of one step: least, most, upper median (which is called mean) and 90 % of the whole lives of connections.
/// </summary>
public static class TspamLine
{
    /// <summary>No life counts as longer than this.</summary>
    public const long TimeoutNs = 30_000_000_000;

    /// <param name="lives">At least one.</param>
    public static string Render(long ratePerSecond, LatencySummary lives)
    {
        string min = Text(lives.MinNs ?? 0);
        string max = Text(lives.MaxNs ?? 0);
        string median = Text(At(lives, lives.Count / 2));
        string ninety = Text(At(lives, lives.Count * 9 / 10));
        return $"Rate {ratePerSecond} ({lives.Count} samples):\tmin {min},\tmax {max},\tmean: {median},"
            + $"\t90th: {ninety}\n";
    }

    /// <summary>The life of this place in the sorted list, from 0, as far as a histogram tells.</summary>
    private static long At(LatencySummary lives, long place) => lives.TryToHistogram(out Histogram histogram, out _)
        ? histogram.Percentile((place + 0.5) * 100 / lives.Count)
        : lives.P50Ns ?? 0;

    private static string Text(long ns) => RustDuration.Text(Math.Min(ns, TimeoutNs));
}
