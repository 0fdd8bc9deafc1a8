namespace Throng.Engine;

/// <summary>
/// When one worker accepts its next connection, and on which listener: an absolute schedule, the workers one after
/// another, on each its listeners in turn. What cannot be used when it is due, because nobody has connected, is kept
/// for ten milliseconds' worth, so that a turn that comes late costs nothing and a quiet time saves nothing up.
/// </summary>
internal struct AcceptPace(double ratePerSecond, int listeners)
{
    private const double NsPerSecond = 1e9;
    private const double KeptNs = 10e6;

    private double _intervalNs;
    private double _originNs;
    private long _slot;

    /// <summary>When the next one is due; long.MaxValue when nothing is paced.</summary>
    public long NextNs { get; private set; } = long.MaxValue;

    /// <summary>Most that are kept of one listener.</summary>
    public int Most { get; private set; }

    public void Start(long nowNs, int worker, int workers)
    {
        if (ratePerSecond <= 0 || listeners == 0)
        {
            return;
        }

        double everyNs = NsPerSecond / ratePerSecond;
        _intervalNs = everyNs * workers;
        _originNs = nowNs + (everyNs * worker);
        Most = (int)Math.Clamp(Math.Ceiling(KeptNs / (_intervalNs * listeners)), 1, 1 << 20);
        NextNs = (long)_originNs;
    }

    /// <summary>The listener whose turn it is.</summary>
    public int Next()
    {
        int listener = (int)(_slot % listeners);
        _slot++;
        NextNs = (long)(_originNs + (_slot * _intervalNs));
        return listener;
    }
}
