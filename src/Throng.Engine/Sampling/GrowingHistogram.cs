using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Gain of a recording that only grows since it was last looked at.</summary>
internal sealed class GrowingHistogram
{
    private readonly Histogram _total = new();
    private readonly Histogram _before = new();

    /// <summary>A quarter of a megabyte, so it is used again each second.</summary>
    private readonly Histogram _interval = new();

    /// <summary>Gives an empty one, to which all recordings so far are to be added.</summary>
    public Histogram Restart()
    {
        _total.Reset();
        return _total;
    }

    /// <summary>Takes the samples that came since the last time; valid until the next time.</summary>
    public Histogram TakeInterval()
    {
        _total.CopyTo(_interval);
        _interval.Subtract(_before);
        _total.CopyTo(_before);
        return _interval;
    }
}
