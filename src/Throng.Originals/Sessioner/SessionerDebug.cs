using Throng.Engine;

namespace Throng.Originals;

/// <summary>The command `debug` of both ends.</summary>
public static class SessionerDebug
{
    /// <summary>The other of the two; the spelling is the original's.</summary>
    public static Said Toggle(ILiveRun run)
    {
        run.Debug(!run.DebugIsOn);
        return Said.Text(run.DebugIsOn ? "Debug output enabed\n" : "Debug output disabled\n");
    }
}
