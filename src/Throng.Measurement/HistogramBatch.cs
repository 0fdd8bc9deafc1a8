namespace Throng.Measurement;

/// <summary>
/// Latencies on their way into a histogram: taken one by one, counted together by <see cref="Flush"/> or when the
/// batch is full. Owner: the thread that writes the histogram; no reader sees a value before it is flushed.
/// </summary>
public sealed class HistogramBatch(Histogram histogram)
{
    private const int Length = 64;

    private readonly long[] _valuesNs = new long[Length];
    private int _count;

    /// <summary>Takes one value, in nanoseconds.</summary>
    public void Record(long valueNs)
    {
        if (_count == Length)
        {
            Flush();
        }

        _valuesNs[_count++] = valueNs;
    }

    /// <summary>Counts those taken.</summary>
    public void Flush()
    {
        histogram.Record(_valuesNs.AsSpan(0, _count));
        _count = 0;
    }
}
