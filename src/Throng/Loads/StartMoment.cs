using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>A moment at which a load is told to begin (--start-at).</summary>
internal static class StartMoment
{
    /// <summary>As a line before the run.</summary>
    public static IEnumerable<string> Notes(RunSpec run, DateTimeOffset now)
    {
        if (run.AwaitsStart)
        {
            yield return "waits to be told: start, at the prompt or the control socket";
        }

        if (run.StartAt is { } at)
        {
            long untilNs = Math.Max(0, (at - now).Ticks) * (Ns.Second / TimeSpan.TicksPerSecond);
            yield return $"begins at {at.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}, in {Units.Duration(untilNs)}";
        }
    }

    /// <summary>Waits until then, or for a signal.</summary>
    public static void Await(RunSpec run, Signals signals)
    {
        while (run.StartAt is { } at && signals.Count == 0 && at - DateTimeOffset.UtcNow is var left
            && left > TimeSpan.Zero)
        {
            signals.Wait(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
        }
    }
}
