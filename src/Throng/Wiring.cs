using Throng.Engine;

namespace Throng;

/// <summary>What the commands start. The one place that names the engine's entry points; tests put their own
/// here.</summary>
public sealed record Wiring(
    Func<HoldSpec, RunSpec, ILiveRun> Hold,
    Func<ServeSpec, RunSpec, ILiveRun> Serve,
    Func<HoldSpec, RunSpec, IEnumerable<string>> PlanHold)
{
    public static Wiring Real { get; } = new(HoldRun.Start, ServeRun.Start, HoldRun.Plan);
}
