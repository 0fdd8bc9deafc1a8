namespace Throng.Engine;

/// <summary>
/// How long a worker collects arrivals before it sends them. Few and far between, each is sent when it is due. Where
/// sixty-four fall due within 150 us they leave together: a turn costs the same for one as for them, and most of what a
/// query costs in user space is fetching code and data that the kernel's part of the turn has pushed out of the cache.
/// While the worker is over 60 % busy the wait grows to at most 200 us, and shrinks again when there is time: with a
/// server on the same CPUs a worker that wakes for each answer takes from the server what it needs to answer.
/// A mutable struct: keep it in a field.
/// </summary>
internal struct Coalescing
{
    private const double BusyRatio = 0.6;
    private const int ArrivalsWanted = 64;
    private const long CalmGapMaxNs = 150_000;
    private const long BusyGapMinNs = 20_000;
    private const long BusyGapMaxNs = 200_000;

    private long _busyGapNs;
    private long _windowNs;
    private long _window;
    private long _arrivals;
    private long _spacingNs;

    /// <summary>Nothing is sent before this.</summary>
    public long NotBeforeNs { get; private set; }

    /// <summary>Arrivals were sent in this turn.</summary>
    public void OnSent(long turnNs, int arrivals, in BusyShare busy)
    {
        _arrivals += arrivals;
        if (busy.Windows != _window)
        {
            _spacingNs = (turnNs - _windowNs) / _arrivals;
            (_window, _windowNs, _arrivals) = (busy.Windows, turnNs, 0);
            _busyGapNs = busy.Value > BusyRatio
                ? Math.Clamp(_busyGapNs + (_busyGapNs / 4), BusyGapMinNs, BusyGapMaxNs)
                : _busyGapNs > BusyGapMinNs ? _busyGapNs - (_busyGapNs / 8) : 0;
        }

        long calmGapNs = ArrivalsWanted * _spacingNs;
        NotBeforeNs = turnNs + Math.Max(_busyGapNs, calmGapNs <= CalmGapMaxNs ? calmGapNs : 0);
    }
}
