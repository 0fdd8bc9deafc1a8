using Throng.Measurement;

namespace Throng.Engine;

/// <summary>What a recording that only grows has gained since it was looked at last.</summary>
internal sealed class IntervalHistogram
{
    private readonly Histogram _total = new();
    private readonly Histogram _before = new();

    /// <summary>Empty; all recordings so far are to be added to it before the interval is taken.</summary>
    public Histogram Total
    {
        get
        {
            _total.Reset();
            return _total;
        }
    }

    public Histogram TakeInterval()
    {
        Histogram interval = new();
        _total.CopyTo(interval);
        interval.Subtract(_before);
        _total.CopyTo(_before);
        return interval;
    }
}
