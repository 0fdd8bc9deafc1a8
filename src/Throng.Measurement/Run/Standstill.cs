namespace Throng.Measurement;

/// <summary>A ramp-up that has come to a stop: connects are under way, and none of them becomes a connection.</summary>
public static class Standstill
{
    /// <summary>Anything shorter may be a handshake that takes its time.</summary>
    private const long LeastNs = 2 * Ns.Second;

    /// <summary>
    /// How long no connection was opened or closed before the end of the plateau, ns; null where the ramp-up went on,
    /// or nothing was under way.
    /// </summary>
    public static long? Of(RunDocument run)
    {
        if (run.Series.Count == 0 || run.Series[^1].Connecting == 0)
        {
            return null;
        }

        int last = run.Series.Count - 1;
        while (last >= 0 && run.Series[last] is { Opened: 0, Closed: 0, Failed: 0 })
        {
            last--;
        }

        long stillNs = run.Series[^1].TimeNs - (last >= 0 ? run.Series[last].TimeNs : 0);
        return stillNs >= LeastNs ? stillNs : null;
    }
}
