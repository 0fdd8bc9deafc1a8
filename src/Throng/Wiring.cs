using Throng.Engine;

namespace Throng;

/// <summary>How commands reach the engine and the host; tests put their own here.</summary>
/// <param name="Start">Starts a command's run of a spec.</param>
/// <param name="ReadHost">Reads what the host is, in numbers.</param>
public sealed record Wiring(Func<RunCommand, object, RunSpec, ILiveRun> Start, Func<HostFacts> ReadHost)
{
    public static Wiring Real { get; } =
        new(static (command, spec, run) => command.Start(spec, run), static () => HostReader.Read());
}
