using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `serve --engine kernel`: sockets whose bytes the kernel sends back.</summary>
internal static class KernelServeRun
{
    /// <exception cref="SetupException">A privilege is missing, or an address or the program is refused.</exception>
    public static ILiveRun Start(ServeSpec serve, RunSpec run)
    {
        KernelPrivileges.Require("kernel", calculates: false);
        run = Setup.Seeded(run);
        HostFacts host = Setup.Host(run);
        LoadPlan plan = ServeLayout.Plan(serve, run, host);
        IReadOnlyList<Finding> findings = Preflight.Pass(AllLimits.Examine(host, plan), run.Force);
        int backlog = Setup.Backlog(host, serve.Backlog);
        NetCounters before = NetCounters.Read();
        int descriptors = (int)Math.Min(host.Nofile(run.KeepLimits), 1 << 20);
        SocketEcho echo = new(serve.Listen, backlog, descriptors, Capacity.ReservedDescriptors);
        LiveRunSpec own = new(Role.Server, null, [], false, echo.SocketsMax, _ => "",
            (_, held) => AddDrain(Section(echo, serve), echo.Count(), held, run.RetireNs))
        {
            Arithmetic = plan.Capacity.Arithmetic,
            Backlog = Math.Min(backlog, Setup.Backlog(host, 0)),
            Preflight = findings,
            Before = before,
        };
        return new KernelRun(echo, run, own);
    }

    /// <summary>The same sums as of any server that retires.</summary>
    private static Section AddDrain(Section section, EchoCounts counts, Sample held, long drainNs)
    {
        if (drainNs > 0)
        {
            long drained = counts.Closed[(int)CloseReason.Drained];
            ServeRun.AddDrain(section, held, drainNs, counts.Opened, counts.Closed.Sum(), drained);
        }

        return section;
    }

    /// <summary>Makes the section of a server: its common beginning, and what its echo adds.</summary>
    internal static Section Section(IKernelEcho echo, ServeSpec serve)
    {
        Section section = ServeRun.Head(serve, echo.Count().AcceptFailures);
        echo.AddTo(section);
        return section;
    }
}
