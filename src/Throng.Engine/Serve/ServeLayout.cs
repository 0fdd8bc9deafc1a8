using Throng.Measurement;

namespace Throng.Engine;

/// <summary>The sums of one `serve`: every worker listens on every address. It takes what comes.</summary>
internal static class ServeLayout
{
    public static LoadPlan Plan(ServeSpec serve, RunSpec run, HostFacts host)
    {
        EngineSelection engine = EngineSelection.Select(run.Engine, host);
        int threads = engine.Kind == EngineChoice.Kernel ? 1 : Setup.Threads(run, host.Cpus);
        Capacity capacity = Capacity.Compute(engine, threads, host.Nofile(run.KeepLimits), Room(run, engine, host)) with
        {
            ClientsPerTable = 0,
        };
        return new LoadPlan
        {
            Subject = $"serve on {Units.Several(serve.Listen.Count, "address", "addresses")} with {engine.Described}",
            Role = PlanRole.Server,
            Engine = engine,
            Capacity = capacity,
            Listeners = capacity.Workers * serve.Listen.Count * serve.Transports.Count,
            Backlog = serve.Backlog,
            HasTls = serve.Tls is not null,
            KeepLimits = run.KeepLimits,
        };
    }

    /// <summary>
    /// A ring more is made when it is needed, so a server has room for what memory holds; workers are all started at
    /// the beginning, so on epoll more room is asked for.
    /// </summary>
    private static long Room(RunSpec run, EngineSelection engine, HostFacts host) =>
        run.Room > 0 || engine.Kind != EngineChoice.Uring
            ? run.Room
            : Math.Max(1, (host.MemoryAvailableBytes ?? 0) / Connection.MemoryBytes);
}
