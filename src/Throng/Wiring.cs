using System.Net;
using Throng.Engine;

namespace Throng;

/// <summary>How commands reach the engine and the host; tests put their own here.</summary>
/// <param name="Start">Starts a command's run of a spec.</param>
/// <param name="ReadHost">Reads what the host is, in numbers.</param>
public sealed record Wiring(Func<RunCommand, object, RunSpec, ILiveRun> Start, Func<HostFacts> ReadHost)
{
    /// <summary>
    /// Refuses source addresses that are none of this host's, with a <see cref="SetupException"/>: a run does so
    /// itself, and an examination of its plan asks here.
    /// </summary>
    public Action<IReadOnlyList<IPAddress>> CheckSources { get; init; } = static _ => { };

    public static Wiring Real { get; } =
        new(static (command, spec, run) => command.Start(spec, run), static () => HostReader.Read())
        {
            CheckSources = Preflight.CheckSources,
        };
}
