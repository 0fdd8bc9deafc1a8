#pragma warning disable CS1591 // the kernel's own names, see linux/if_xdp.h
using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>Address of an AF_XDP socket, 16 bytes: one queue of an interface.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct sockaddr_xdp
{
    public ushort sxdp_family;
    public ushort sxdp_flags;
    public uint sxdp_ifindex;
    public uint sxdp_queue_id;
    public uint sxdp_shared_umem_fd;
}

/// <summary>Where the parts of one ring stand in its mapping, 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct xdp_ring_offset
{
    public ulong producer;
    public ulong consumer;
    public ulong desc;
    public ulong flags;
}

/// <summary>Answer to XDP_MMAP_OFFSETS, 128 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct xdp_mmap_offsets
{
    public xdp_ring_offset rx;
    public xdp_ring_offset tx;
    public xdp_ring_offset fr; // fill
    public xdp_ring_offset cr; // completion
}

/// <summary>Argument of XDP_UMEM_REG, 32 bytes: memory that packets lie in.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct xdp_umem_reg
{
    [FieldOffset(0)] public ulong addr;
    [FieldOffset(8)] public ulong len;
    [FieldOffset(16)] public uint chunk_size;
    [FieldOffset(20)] public uint headroom;
    [FieldOffset(24)] public uint flags;
}

/// <summary>Answer to XDP_STATISTICS, 48 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct xdp_statistics
{
    public ulong rx_dropped; // for other reasons than those below
    public ulong rx_invalid_descs;
    public ulong tx_invalid_descs;
    public ulong rx_ring_full;
    public ulong rx_fill_ring_empty_descs;
    public ulong tx_ring_empty_descs;
}

/// <summary>Answer to XDP_OPTIONS, 4 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct xdp_options
{
    public uint flags;
}

/// <summary>One packet in a ring, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct xdp_desc
{
    public ulong addr; // offset in the memory of the packets
    public uint len;
    public uint options;
}
