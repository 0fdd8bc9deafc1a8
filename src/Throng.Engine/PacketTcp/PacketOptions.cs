namespace Throng.Engine;

/// <summary>Settings of one worker's TCP.</summary>
internal sealed record PacketOptions
{
    /// <summary>Secret from which initial sequence numbers and places in tables follow.</summary>
    public required ulong Secret { get; init; }

    /// <summary>Ports at this end that the worker may use.</summary>
    public PortSpan Ports { get; init; } = PortSpan.All;

    public const int BlocksDefault = 64 * 1024;

    /// <summary>Connections on which something may be under way at once; the others wait.</summary>
    public int Blocks { get; init; } = BlocksDefault;

    /// <summary>Chunks of <see cref="ByteChunks.ChunkBytes"/> for bytes that are not acknowledged.</summary>
    public int Chunks { get; init; } = 64 * 1024;

    /// <summary>Connections in TIME-WAIT at most.</summary>
    public int TimeWaits { get; init; } = 256 * 1024;

    /// <summary>Initial sequence number of every connection, for tests; null: as RFC 6528 says.</summary>
    public uint? FirstSequence { get; init; }
}
