namespace Throng.Engine;

/// <summary>Control bits of a segment (RFC 9293, 3.1).</summary>
[Flags]
internal enum TcpFlags : byte
{
    None = 0,
    Fin = 0x01,
    Syn = 0x02,
    Rst = 0x04,
    Psh = 0x08,
    Ack = 0x10,
}

/// <summary>A TCP segment that came, as its headers tell.</summary>
internal ref struct Segment
{
    /// <summary>Ours is the local end.</summary>
    public Endpoints Ends;

    public uint Seq;
    public uint Ack;
    public TcpFlags Flags;

    /// <summary>The window field as it stands there.</summary>
    public ushort Window;

    /// <summary>MSS that the peer told with its SYN; 0: none.</summary>
    public ushort Mss;

    /// <summary>Window scale that the peer told with its SYN; -1: none.</summary>
    public int WindowScale;

    /// <summary>Whether the peer told with its SYN that it takes selective acknowledgements.</summary>
    public bool PermitsSacks;

    /// <summary>Pieces of our stream behind a gap that the peer told it has; as they stand there.</summary>
    public SequenceRanges Sacks;

    public ReadOnlySpan<byte> Payload;

    /// <summary>Bytes of the sequence space that it takes.</summary>
    public readonly uint Length => (uint)Payload.Length + (Has(TcpFlags.Syn) ? 1u : 0) + (Has(TcpFlags.Fin) ? 1u : 0);

    public readonly bool Has(TcpFlags flag) => (Flags & flag) != 0;
}
