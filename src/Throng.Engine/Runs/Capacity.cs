using System.Numerics;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// How many workers a run needs and how many sockets each can hold; arithmetic only. Sockets live in tables of at most
/// RLIMIT_NOFILE slots: those of the rings of a worker, or one descriptor table of the worker's own; only where both
/// are refused do all workers share the process's.
/// </summary>
/// <param name="SocketsPerWorker">Most connections of one worker, both ends counted where it plays both.</param>
/// <param name="SocketsPerTable">Of these, how many one table holds; a worker on epoll has but one.</param>
/// <param name="OwnTables">Each worker takes a descriptor table of its own.</param>
/// <param name="Arithmetic">The sum as a person reads it.</param>
public sealed record Capacity(
    int Workers, int SocketsPerWorker, int SocketsPerTable, bool OwnTables, string Arithmetic)
{
    /// <summary>Descriptors of a table that are not for connections: files, epoll, eventfds, listeners.</summary>
    public const int ReservedDescriptors = 256;

    /// <summary>
    /// More slots than this in one ring's table are never asked for: a ring's table is memory whether it is used or
    /// not, and another ring costs little.
    /// </summary>
    private const long SlotsPerRingMax = 1 << 16;

    /// <summary>Most connections of a worker that sends packets of its own.</summary>
    private const long PacketConnectionsMax = 1 << 26;

    /// <summary>A worker on epoll has one table, and never more than this in it.</summary>
    private const long SlotsPerTableMax = 1 << 20;

    /// <summary>Where unshare is allowed, more workers than this are never started.</summary>
    private const int WorkersMax = 1024;

    /// <summary>
    /// Sockets of a table that are for connections the worker opens itself; the others are for accepted ones.
    /// </summary>
    public int ClientsPerTable { get; init; } = SocketsPerTable;

    public long Sockets => (long)Workers * SocketsPerWorker;

    public TableSize Tables => new(SocketsPerTable, ClientsPerTable);

    /// <param name="threads">Workers asked for.</param>
    /// <param name="nofile">The soft descriptor limit.</param>
    /// <param name="connections">Connections to have room for; 0 when what comes is taken (a server).</param>
    /// <param name="ends">1, or 2 when both ends of a connection are here.</param>
    public static Capacity Compute(EngineSelection engine, int threads, long nofile, long connections, int ends = 1) =>
        engine.Kind switch
        {
            EngineChoice.Uring => OfRings(threads, nofile, connections, ends),
            EngineChoice.Packet => OfPackets(threads, connections),
            _ => OfDescriptors(engine.OwnTables, threads, nofile, connections, ends),
        };

    /// <summary>A worker takes the packets of a queue; a connection is memory of this process and nothing else.
    /// </summary>
    private static Capacity OfPackets(int workers, long connections)
    {
        long each = Ceiling(connections, workers);
        int room = (int)Math.Clamp(each, 1, PacketConnectionsMax);
        string sum = each > PacketConnectionsMax || workers > 1
            ? $"{Units.Several(workers, "workers")} × {Units.Count(room)} connections"
            : "connections are memory of this process, and no sockets";
        return new Capacity(workers, room, room, false, sum);
    }

    private static Capacity OfRings(int threads, long nofile, long connections, int ends)
    {
        int slots = (int)Math.Min(nofile, SlotsPerRingMax);
        int clients = Math.Max(1, slots / ends);

        // The last slots of a table are accepted into one at a time: where both ends are here, others are free.
        long spare = ends > 1 ? RingTable.CompletionsMax(slots) : 0;
        long ringsMax = (1L << RingTables.NameBits) / BitOperations.RoundUpToPowerOf2((uint)slots);
        int rings = (int)Math.Clamp(Ceiling(Ceiling(connections, threads) + spare, clients), 1, ringsMax);
        string sum = $"{Units.Several((long)threads * rings, "rings")} × {Units.Count(slots)} slots (RLIMIT_NOFILE)";
        return new Capacity(threads, rings * slots, slots, false, sum) { ClientsPerTable = clients };
    }

    private static Capacity OfDescriptors(bool mayOwn, int threads, long nofile, long connections, int ends)
    {
        int usable = (int)Math.Max(1, Math.Min(nofile, SlotsPerTableMax) - ReservedDescriptors);
        string table = $"{Units.Count(nofile)} descriptors (RLIMIT_NOFILE) - {ReservedDescriptors} reserved";
        bool needsOwn = connections == 0 ? threads > 1 : connections * ends > usable;
        if (needsOwn && mayOwn)
        {
            int workers = (int)Math.Clamp(Ceiling(connections, Math.Max(1, usable / ends)), threads, WorkersMax);
            return new Capacity(workers, usable, usable, true, $"{Units.Several(workers, "workers")} × ({table})");
        }

        string why = needsOwn ? "; a table per worker is refused here" : "";
        int each = Math.Max(1, usable / threads);
        return new Capacity(threads, each, each, false, $"one table of {table}{why}");
    }

    private static long Ceiling(long amount, long by) => (amount + by - 1) / by;
}
