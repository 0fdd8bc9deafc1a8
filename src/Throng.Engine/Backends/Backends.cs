namespace Throng.Engine;

/// <summary>The one place that names the kernel backends.</summary>
internal static class Backends
{
    /// <exception cref="SetupException">The kernel refuses what the backend needs.</exception>
    /// <param name="clientSlots">Of the slab's connections, how many may be ones we open.</param>
    public static IBackend Make(EngineChoice kind, Slab slab, BufferPool pool, int wakeFd, int clientSlots) =>
        kind switch
    {
        EngineChoice.Epoll => new EpollBackend(slab, pool, wakeFd),
        _ => new UringBackend(slab, pool, wakeFd, clientSlots),
    };
}
