using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>Address of a packet socket, and where a packet in its ring came from: 20 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 20)]
public struct sockaddr_ll
{
    /// <summary>AF_PACKET.</summary>
    [FieldOffset(0)] public ushort sll_family;

    /// <summary>ETH_P_*, network order.</summary>
    [FieldOffset(2)] public ushort sll_protocol;

    /// <summary>Interface; 0 when binding: all of them.</summary>
    [FieldOffset(4)] public int sll_ifindex;
}

/// <summary>Argument of PACKET_RX_RING, version 3: 28 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct tpacket_req3
{
    /// <summary>Bytes of a block, whole pages.</summary>
    public uint tp_block_size;

    /// <summary>How many blocks.</summary>
    public uint tp_block_nr;

    /// <summary>Bytes of a frame; packets lie closer in this version.</summary>
    public uint tp_frame_size;

    /// <summary>As many as the blocks have room for.</summary>
    public uint tp_frame_nr;

    /// <summary>Milliseconds after which a block is handed over that is not full.</summary>
    public uint tp_retire_blk_tov;

    /// <summary>Bytes of the caller's own before the packets.</summary>
    public uint tp_sizeof_priv;

    /// <summary>TP_FT_REQ_*.</summary>
    public uint tp_feature_req_word;
}

/// <summary>Answer of PACKET_STATISTICS: what happened since it was last asked. 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct tpacket_stats_v3
{
    /// <summary>Packets that passed the filter, the dropped ones among them.</summary>
    public uint tp_packets;

    /// <summary>Packets that found no room.</summary>
    public uint tp_drops;

    /// <summary>How often the ring was full.</summary>
    public uint tp_freeze_q_cnt;
}

/// <summary>Head of a block, with which its union begins 8 bytes into the block: 40 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
public struct tpacket_hdr_v1
{
    /// <summary>TP_STATUS_*: whose it is.</summary>
    [FieldOffset(0)] public uint block_status;

    /// <summary>Packets in it.</summary>
    [FieldOffset(4)] public uint num_pkts;

    /// <summary>From the beginning of the block to the first of them.</summary>
    [FieldOffset(8)] public uint offset_to_first_pkt;
}

/// <summary>A block of a ring, version 3: 48 bytes, then packets.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
public struct tpacket_block_desc
{
    /// <summary>Its head.</summary>
    [FieldOffset(8)] public tpacket_hdr_v1 hdr;
}

/// <summary>Head of a packet, version 3: 48 bytes, then a sockaddr_ll.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
public struct tpacket3_hdr
{
    /// <summary>From this head to the next one.</summary>
    [FieldOffset(0)] public uint tp_next_offset;

    /// <summary>When it was seen, by the wall clock: seconds.</summary>
    [FieldOffset(4)] public uint tp_sec;

    /// <summary>And the rest.</summary>
    [FieldOffset(8)] public uint tp_nsec;

    /// <summary>Bytes that were kept.</summary>
    [FieldOffset(12)] public uint tp_snaplen;

    /// <summary>Bytes that it had.</summary>
    [FieldOffset(16)] public uint tp_len;

    /// <summary>From this head to its first byte.</summary>
    [FieldOffset(24)] public ushort tp_mac;
}
