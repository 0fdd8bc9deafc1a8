using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Round-trip time as RFC 6298 smooths it, and the timeout that follows from it.</summary>
internal struct RoundTrip
{
    /// <summary>Timeout before anything was measured.</summary>
    public const long FirstTimeoutNs = Ns.Second;

    /// <summary>Shortest timeout: that of Linux, which delays its acknowledgements by less.</summary>
    public const long TimeoutMinNs = 200 * Ns.Millisecond;

    /// <summary>Longest timeout, however often it was doubled.</summary>
    public const long TimeoutMaxNs = 120 * Ns.Second;

    private int _smoothedUs;
    private int _variationUs;

    /// <summary>0: nothing was measured.</summary>
    public readonly long SmoothedNs => _smoothedUs * Ns.Microsecond;

    /// <summary>How long to wait for an acknowledgement that was waited for in vain so many times before.</summary>
    public readonly long TimeoutNs(int backoff)
    {
        long firstNs = _smoothedUs == 0
            ? FirstTimeoutNs
            : Math.Max((_smoothedUs + (4L * _variationUs)) * Ns.Microsecond, TimeoutMinNs);
        return Math.Min(firstNs << Math.Min(backoff, 20), TimeoutMaxNs);
    }

    public void Measured(long tripNs)
    {
        int tripUs = (int)Math.Clamp(tripNs / Ns.Microsecond, 1, 60 * Ns.Second / Ns.Microsecond);
        if (_smoothedUs == 0)
        {
            _smoothedUs = tripUs;
            _variationUs = tripUs / 2;
            return;
        }

        _variationUs += (Math.Abs(_smoothedUs - tripUs) - _variationUs) / 4;
        _smoothedUs = Math.Max(1, _smoothedUs + ((tripUs - _smoothedUs) / 8));
    }
}
