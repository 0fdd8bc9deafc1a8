using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// How much of the last millisecond a worker did not wait: by the clock, not by CPU time, so that a worker that is
/// kept off its CPU counts as busy. Owner: the worker's thread. A mutable struct: keep it in a field.
/// </summary>
internal struct BusyShare
{
    private const long WindowNs = Ns.Millisecond;

    private long _fromNs;
    private long _sleptNs;

    /// <summary>0 to 1, of the last window that has ended.</summary>
    public double Value { get; private set; }

    /// <summary>How many windows have ended: who adapts to the share does so once per window.</summary>
    public long Windows { get; private set; }

    /// <param name="sleptNs">All waiting since the start.</param>
    public void Note(long nowNs, long sleptNs)
    {
        long passedNs = nowNs - _fromNs;
        if (passedNs < WindowNs)
        {
            return;
        }

        Value = 1 - Math.Clamp((sleptNs - _sleptNs) / (double)passedNs, 0, 1);
        Windows++;
        _fromNs = nowNs;
        _sleptNs = sleptNs;
    }
}
