namespace Throng.Measurement;

/// <summary>
/// Watches connections being opened, and suspects a limit: new ones fail or get no answer, old ones vanish. A suspicion
/// costs a pause and a second look, so little is needed for one.
/// </summary>
internal sealed class FillWatch
{
    /// <summary>How far back it looks: failures come in volleys, silence needs as long as answers may take.</summary>
    private const long FailuresNs = Ns.Second / 4;
    private const long SilenceNs = Ns.Second;

    private const long FailedMin = 10;
    private const long PendingMin = 3;
    private const long GoneMin = 3;
    private const double GoneRatio = 0.1;

    private readonly Queue<(long Ns, CapacityCounts Counts)> _past = [];

    /// <summary>Forgets what was: from now on others are opened.</summary>
    public void Begin(long nowNs, CapacityCounts counts)
    {
        _past.Clear();
        _past.Enqueue((nowNs, counts));
    }

    public bool Suspects(long nowNs, CapacityCounts counts)
    {
        _past.Enqueue((nowNs, counts));
        while (_past.Count > 2 && _past.ElementAt(1).Ns <= nowNs - SilenceNs)
        {
            _past.Dequeue();
        }

        CapacityCounts recent = counts.Since(
            _past.Last(one => one.Ns <= nowNs - FailuresNs || one == _past.Peek()).Counts);
        if (recent.NotServed >= FailedMin && recent.NotServed >= recent.Served)
        {
            return true;
        }

        (long fromNs, CapacityCounts before) = _past.Peek();
        CapacityCounts since = counts.Since(before);
        if (since.Evicted >= GoneMin && since.Evicted >= since.Served * GoneRatio)
        {
            return true;
        }

        if (counts.Overdue >= GoneMin && counts.Overdue >= since.Checks * GoneRatio)
        {
            return true;
        }

        return nowNs - fromNs >= SilenceNs && since.Served == 0
            && before.Connecting + before.Awaiting + since.NotServed >= PendingMin;
    }
}
