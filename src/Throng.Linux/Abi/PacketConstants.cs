#pragma warning disable CS1591 // the kernel's own names, see packet(7), linux/if_packet.h and linux/filter.h
namespace Throng.Linux;

/// <summary>Constants of packet sockets and of the filters attached to them.</summary>
public static class PacketConstants
{
    public const int AF_PACKET = 17;
    public const int SOL_PACKET = 263;
    public const int ETH_P_ALL = 0x0003;
    public const int ETH_P_IP = 0x0800;
    public const int ETH_P_ARP = 0x0806;
    public const int ETH_P_8021Q = 0x8100;
    public const int ETH_P_IPV6 = 0x86DD;
    public const int IPPROTO_ICMP = 1;
    public const int IPPROTO_UDP = 17;
    public const int IPPROTO_ICMPV6 = 58;

    public const int PACKET_RX_RING = 5;
    public const int PACKET_STATISTICS = 6;
    public const int PACKET_VERSION = 10;
    public const int PACKET_OUTGOING = 4;
    public const int TPACKET_V3 = 2;
    public const uint TP_STATUS_KERNEL = 0;
    public const uint TP_STATUS_USER = 1;

    // The classic instruction set, where it has more than the other one.
    public const ushort BPF_RET = 0x06;
    public const ushort BPF_W = 0x00;
    public const ushort BPF_H = 0x08;
    public const ushort BPF_B = 0x10;
    public const ushort BPF_ABS = 0x20;
    public const ushort BPF_IND = 0x40;
    public const ushort BPF_MSH = 0xA0;
    public const ushort BPF_K = 0x00;
    public const ushort BPF_JEQ = 0x10;
    public const ushort BPF_JGT = 0x20;
    public const ushort BPF_JGE = 0x30;
    public const ushort BPF_JSET = 0x40;
    public const int BPF_MAXINSNS = 4096;

    // Offsets below 0 are no bytes of the packet, but what the kernel knows of it.
    public const int SKF_AD_OFF = -0x1000;
    public const int SKF_AD_PROTOCOL = 0;
    public const int SKF_AD_PKTTYPE = 4;
    public const int SKF_AD_IFINDEX = 8;
}
