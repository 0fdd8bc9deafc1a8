using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Upper bounds of the buckets that a latency is given in: two for each doubling, from 1 us to 55 min. Each is the last
/// value of a cell of the histogram. The last cell is none of them: it counts whatever is longer too.
/// </summary>
public static class LatencyBounds
{
    private const int FirstBit = 10;

    public static IReadOnlyList<long> Ns { get; } = [.. All()];

    /// <summary>How many samples are no longer than each bound. No count is a guess: each is that of whole cells.
    /// </summary>
    public static IEnumerable<long> CountsOf(Histogram cells)
    {
        int index = 0;
        long count = 0;
        foreach (long boundNs in Ns)
        {
            for (int last = Histogram.IndexOf(boundNs); index <= last; index++)
            {
                count += cells.CountAt(index);
            }

            yield return count;
        }
    }

    private static IEnumerable<long> All()
    {
        for (long power = 1L << FirstBit; power - 1 < Histogram.TopNs; power *= 2)
        {
            yield return power - 1;
            yield return power + (power / 2) - 1;
        }
    }
}
