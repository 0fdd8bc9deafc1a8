namespace Throng.Engine;

/// <summary>
/// How long a worker collects arrivals before it sends them. While it has time to spare every arrival is sent when it
/// is due. While it is over 80 % busy the wait grows from 20 us to at most 500 us: arrivals of one connection then
/// leave in one send, which is what makes a million a second affordable; it shrinks again when there is time.
/// A mutable struct: keep it in a field.
/// </summary>
internal struct Coalescing
{
    private const double BusyRatio = 0.8;
    private const long GapMinNs = 20_000;
    private const long GapMaxNs = 500_000;

    private long _gapNs;
    private long _turnNs;
    private long _window;

    /// <summary>Nothing is sent before this.</summary>
    public long NotBeforeNs { get; private set; }

    /// <summary>Arrivals are being sent in this turn; called for each, counts the first.</summary>
    public void OnSending(long turnNs, in BusyShare busy)
    {
        if (turnNs == _turnNs)
        {
            return;
        }

        _turnNs = turnNs;
        if (busy.Windows != _window)
        {
            _window = busy.Windows;
            _gapNs = busy.Value > BusyRatio
                ? Math.Clamp(_gapNs + (_gapNs / 4), GapMinNs, GapMaxNs)
                : _gapNs > GapMinNs ? _gapNs - (_gapNs / 8) : 0;
        }

        NotBeforeNs = turnNs + _gapNs;
    }
}
