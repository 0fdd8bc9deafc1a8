using System.Buffers.Binary;
using Throng.Linux;
using static Throng.Linux.PacketConstants;

namespace Throng.Engine;

/// <summary>
/// Which worker a frame is for: workers have ports of their own of every address, so the port at this end says it.
/// Immutable.
/// </summary>
internal sealed class FrameOwners
{
    /// <summary>A frame of the link itself, such as an answer of ARP: all workers are to see it.</summary>
    public const int Everybody = -1;

    /// <summary>Nobody's: whoever has it answers.</summary>
    public const int Nobody = -2;

    /// <summary>Most workers.</summary>
    public const int Max = 64;

    private const int EtherType = 12;
    private const int EtherBytes = 14;
    private const int TagBytes = 4;
    private const int Ip4Bytes = 20;
    private const int Ip4Protocol = 9;
    private const int Ip4Fragment = 6;
    private const int Ip4OffsetMask = 0x1FFF;
    private const int Ip6Bytes = 40;
    private const int Ip6Next = 6;
    private const int IcmpBytes = 8;
    private const int Icmp6ErrorMax = 127;
    private const int NeighbourSolicitation = 135;
    private const int NeighbourAdvertisement = 136;

    /// <summary>For each port one more than its worker; 0: nobody's.</summary>
    private readonly byte[] _byPort = new byte[ushort.MaxValue + 1];

    /// <param name="ports">Ports of all workers, of which each has its slice.</param>
    public FrameOwners(PortSpan ports, int workers)
    {
        Check.That(workers is > 0 and <= Max, "a worker's number fits a byte");
        for (int worker = 0; worker < workers; worker++)
        {
            PortSpan own = ports.Slice(worker, workers);
            for (int i = 0; i < own.Count; i++)
            {
                _byPort[own[i]] = (byte)(worker + 1);
            }
        }
    }

    /// <summary>The worker of a frame that came, or <see cref="Everybody"/> or <see cref="Nobody"/>.</summary>
    public int Of(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < EtherBytes + TagBytes)
        {
            return Nobody;
        }

        int type = BinaryPrimitives.ReadUInt16BigEndian(frame[EtherType..]);
        ReadOnlySpan<byte> packet = frame[EtherBytes..];
        if (type == ETH_P_8021Q)
        {
            type = BinaryPrimitives.ReadUInt16BigEndian(frame[(EtherType + TagBytes)..]);
            packet = packet[TagBytes..];
        }

        return type switch
        {
            ETH_P_IP => OfIp4(packet),
            ETH_P_IPV6 => OfIp6(packet),
            ETH_P_ARP => Everybody,
            _ => Nobody,
        };
    }

    private int OfIp4(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < Ip4Bytes)
        {
            return Nobody;
        }

        ReadOnlySpan<byte> payload = Ip4Payload(packet);
        return packet[Ip4Protocol] switch
        {
            SocketConstants.IPPROTO_TCP => OfPort(payload, sizeof(ushort)),
            IPPROTO_ICMP when payload.Length >= IcmpBytes + Ip4Bytes => OfQuoted(payload[IcmpBytes..]),
            _ => Nobody,
        };
    }

    /// <summary>An ICMP error quotes a packet of ours: its source is this end.</summary>
    private int OfQuoted(ReadOnlySpan<byte> packet) =>
        packet[Ip4Protocol] == SocketConstants.IPPROTO_TCP ? OfPort(Ip4Payload(packet), 0) : Nobody;

    private int OfIp6(ReadOnlySpan<byte> packet)
    {
        if (packet.Length <= Ip6Bytes)
        {
            return Nobody;
        }

        ReadOnlySpan<byte> payload = packet[Ip6Bytes..];
        bool isError = payload[0] <= Icmp6ErrorMax && payload.Length > IcmpBytes + Ip6Bytes;
        return packet[Ip6Next] switch
        {
            SocketConstants.IPPROTO_TCP => OfPort(payload, sizeof(ushort)),
            IPPROTO_ICMPV6 when payload[0] is NeighbourSolicitation or NeighbourAdvertisement => Everybody,
            IPPROTO_ICMPV6 when isError && payload[IcmpBytes + Ip6Next] == SocketConstants.IPPROTO_TCP =>
                OfPort(payload[(IcmpBytes + Ip6Bytes)..], 0),
            _ => Nobody,
        };
    }

    private int OfPort(ReadOnlySpan<byte> tcp, int at)
    {
        int owner = tcp.Length >= at + sizeof(ushort)
            ? _byPort[BinaryPrimitives.ReadUInt16BigEndian(tcp[at..])]
            : 0;
        return owner > 0 ? owner - 1 : Nobody;
    }

    /// <summary>Payload; empty of a fragment that is not the first, which has no ports.</summary>
    private static ReadOnlySpan<byte> Ip4Payload(ReadOnlySpan<byte> packet)
    {
        int header = (packet[0] & 0x0F) * sizeof(uint);
        bool isFirst = (BinaryPrimitives.ReadUInt16BigEndian(packet[Ip4Fragment..]) & Ip4OffsetMask) == 0;
        return isFirst && header <= packet.Length ? packet[header..] : [];
    }
}
