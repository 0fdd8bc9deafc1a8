namespace Throng.Engine;

/// <summary>The one place that names the kernel backends.</summary>
internal static class Backends
{
    /// <exception cref="SetupException">The kernel refuses what the backend needs.</exception>
    /// <param name="tables">How the slab's connections are cut into tables, where there are any.</param>
    /// <param name="tls">Connections are encrypted; null: they are not.</param>
    /// <param name="packets">Interface of connections that are no sockets; null: they are.</param>
    /// <param name="worker">Number of the worker, which has one of its queues.</param>
    public static IBackend Make(
        EngineChoice kind, Slab slab, BufferPool pool, int wakeFd, TableSize tables, TlsSetup? tls = null,
        PacketInterface? packets = null, int worker = 0) =>
        packets is not null ? packets.MakeBackend(slab, pool, worker)
        : tls is not null
            ? new TlsBackend(slab, pool, tls, sockets => Plain(kind, sockets, pool, wakeFd, tables))
            : Plain(kind, slab, pool, wakeFd, tables);

    private static IBackend Plain(EngineChoice kind, Slab slab, BufferPool pool, int wakeFd, TableSize tables) =>
        kind switch
    {
        EngineChoice.Epoll => new EpollBackend(slab, pool, wakeFd),
        _ => new UringBackend(slab, pool, wakeFd, tables),
    };
}
