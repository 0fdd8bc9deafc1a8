using Throng.Engine;

namespace Throng.Originals;

/// <summary>The command `debug` of both ends.</summary>
public static class SessionerDebug
{
    /// <summary>The other of the two; the spelling is the original's.</summary>
    public static OutputText Toggle(ILiveRun run)
    {
        run.Debug(!run.DebugIsOn);
        return OutputText.Text(run.DebugIsOn ? "Debug output enabed\n" : "Debug output disabled\n");
    }
}
