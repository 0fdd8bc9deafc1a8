using System.Net;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Looks at a plan before anything of it is started, with the limits that `throng doctor` shows: what cannot work is
/// refused, what is near a limit becomes a finding of the result.
/// </summary>
public static class Preflight
{
    public static Examination OfLoad(LoadSpec load, RunSpec run, HostFacts host) =>
        AllLimits.Examine(host, LoadLayout.Create(Setup.Resolved(load, run, host.Cpus), run, host).Plan);

    public static Examination OfServe(ServeSpec serve, RunSpec run, HostFacts host) =>
        AllLimits.Examine(host, ServeLayout.Plan(serve, run, host));

    /// <summary>
    /// Examines what the host can do without a plan: as a client from one address to one target, and as a server.
    /// </summary>
    public static Examination OfHost(HostFacts host)
    {
        EngineSelection engine = EngineSelection.Select(EngineChoice.Auto, host);
        int workers = Math.Max(1, host.Cpus);
        LoadPlan plan = new()
        {
            Subject = $"this host, Linux {host.Kernel}, with {engine.Described}",
            Engine = engine,
            Capacity = Capacity.Compute(engine, workers, host.Nofile(keepLimits: false), 0),
            PortsPerSource = Setup.SourcePorts(host, null).Count,
        };
        return AllLimits.Examine(host, plan);
    }

    /// <exception cref="SetupException">No connection can come from one of these addresses here.</exception>
    public static void CheckSources(IReadOnlyList<IPAddress> sources) => Setup.RefuseForeign(sources);

    /// <summary>Gives the findings on its limits that a run which goes on reports in the end.</summary>
    /// <exception cref="SetupException">The plan cannot work, and --force is not given or does not help.</exception>
    public static IReadOnlyList<Finding> Pass(Examination examination, bool isForced)
    {
        LimitRow? refusal = examination.Refusals.FirstOrDefault(row => !isForced || !row.IsForceable);
        return refusal is null
            ? [.. examination.Findings]
            : throw new SetupException(
                refusal.Sentence, refusal.Remedy.Length > 0 ? refusal.Remedy : refusal.Command);
    }
}
