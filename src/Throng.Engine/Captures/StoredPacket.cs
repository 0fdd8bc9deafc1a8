using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Throng.Engine;

/// <summary>The beginning of a packet, 160 bytes.</summary>
internal unsafe struct StoredPacket
{
    /// <summary>Bytes of a packet that are kept: both heads with all their options.</summary>
    public const int BytesMax = 128;

    /// <summary>When it was seen, by the wall clock.</summary>
    public long WallNs;

    /// <summary>The same by the clock of the workers.</summary>
    public long AtNs;

    /// <summary>The slot of the packet that came after it on its connection; of the newest one that of the oldest.
    /// </summary>
    public int Next;

    public int InterfaceIndex;

    /// <summary>Bytes that it had.</summary>
    public int Length;

    /// <summary>Bytes that are kept.</summary>
    public ushort KeptBytes;

    /// <summary>It is the first of a connection that this end begins.</summary>
    public bool IsFirst;

    private fixed byte _bytes[BytesMax];

    /// <summary>Bytes that are kept.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Kept
    {
        get
        {
            ref readonly byte first = ref _bytes[0];
            return MemoryMarshal.CreateReadOnlySpan(in first, KeptBytes);
        }
    }

    public void Keep(ReadOnlySpan<byte> packet)
    {
        KeptBytes = (ushort)Math.Min(packet.Length, BytesMax);
        packet[..KeptBytes].CopyTo(MemoryMarshal.CreateSpan(ref _bytes[0], BytesMax));
    }
}
