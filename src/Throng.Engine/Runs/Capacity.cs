using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// How many workers a run needs and how many sockets each can hold; arithmetic only. A worker's sockets live in a
/// table of at most RLIMIT_NOFILE slots: one ring's table, or a descriptor table of the thread's own; only where both
/// are refused do all workers share the process's.
/// </summary>
/// <param name="SocketsPerWorker">Most connections of one worker, both ends counted where it plays both.</param>
/// <param name="OwnTables">Each worker takes a descriptor table of its own.</param>
/// <param name="Arithmetic">The sum as a person reads it.</param>
public sealed record Capacity(int Workers, int SocketsPerWorker, bool OwnTables, string Arithmetic)
{
    /// <summary>
    /// Of a worker's sockets, those for connections it opens itself; the others are for accepted ones.
    /// </summary>
    public int ClientsPerWorker { get; init; } = SocketsPerWorker;

    /// <summary>Descriptors of a table that are not for connections: files, epoll, eventfds, listeners.</summary>
    public const int ReservedDescriptors = 256;

    /// <summary>More slots than this in one ring's table are never asked for.</summary>
    private const long SlotsPerRingMax = 1 << 20;

    public long Sockets => (long)Workers * SocketsPerWorker;

    /// <param name="threads">Workers asked for.</param>
    /// <param name="nofile">The soft descriptor limit.</param>
    /// <param name="sockets">Sockets the run needs; 0 when it takes what comes (a server).</param>
    public static Capacity Of(EngineSelection engine, int threads, long nofile, long sockets)
    {
        if (engine.Kind == EngineChoice.Uring)
        {
            int slots = (int)Math.Min(nofile, SlotsPerRingMax);
            int rings = (int)Math.Max(threads, (sockets + slots - 1) / slots);
            return new Capacity(rings, slots, false, $"{rings} rings × {Units.Count(slots)} slots (RLIMIT_NOFILE)");
        }

        long usable = Math.Max(1, Math.Min(nofile, SlotsPerRingMax) - ReservedDescriptors);
        string table = $"{Units.Count(nofile)} descriptors (RLIMIT_NOFILE) - {ReservedDescriptors} reserved";
        bool needsOwn = sockets == 0 ? threads > 1 : sockets > usable;
        if (needsOwn && engine.OwnTables)
        {
            int workers = (int)Math.Max(threads, (sockets + usable - 1) / usable);
            return new Capacity(workers, (int)usable, true, $"{workers} workers × ({table})");
        }

        string why = needsOwn ? "; a table per worker is refused here" : "";
        return new Capacity(threads, (int)(usable / threads), false, $"one table of {table}{why}");
    }
}
