using System.Buffers.Binary;
using static Throng.Linux.PacketConstants;

namespace Throng.Engine;

/// <summary>Frames of ARP (RFC 826) and of IPv6 neighbour discovery (RFC 4861).</summary>
internal sealed partial class EthernetLink
{
    // Of an ARP packet for IPv4 on Ethernet.
    private const int ArpBytes = 28;
    private const int ArpOperation = 6;
    private const int ArpSenderMac = 8;
    private const int ArpSender = 14;
    private const int ArpTargetMac = 18;
    private const int ArpTarget = 24;
    private const int ArpRequest = 1;
    private const int ArpReply = 2;

    // Of an IPv6 packet with a neighbour solicitation or advertisement and one option.
    private const int Ip6Bytes = 40;
    private const int Ip6Next = 6;
    private const int Ip6HopLimit = 7;
    private const int Ip6Source = 8;
    private const int Ip6Target = 24;
    private const int Icmp6Checksum = Ip6Bytes + 2;
    private const int Icmp6Flags = Ip6Bytes + 4;
    private const int DiscoveryTarget = Ip6Bytes + 8;
    private const int DiscoveryOptions = Ip6Bytes + 24;
    private const int DiscoveryBytes = DiscoveryOptions + 8;
    private const int Solicitation = 135;
    private const int Advertisement = 136;
    private const byte SourceMacOption = 1;
    private const byte TargetMacOption = 2;
    private const byte SolicitedFlag = 0x40;
    private const byte OverrideFlag = 0x20;
    private const int DiscoveryHopLimit = 255;

    private static readonly byte[] ArpKind = [0, 1, 8, 0, 6, 4];
    private static readonly byte[] SolicitedNodes = [0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF];

    /// <summary>Sends the question who has an address; false when there is no frame for it now.</summary>
    private bool Ask(Neighbour neighbour) => neighbour.Address.Length > 4
        ? Solicit(neighbour)
        : SendArp(Everybody(), default, neighbour.Asker, neighbour.Address, ArpRequest);

    private void HandleArp(ReadOnlySpan<byte> packet, bool isAnswered)
    {
        if (packet.Length < ArpBytes || !packet[..ArpKind.Length].SequenceEqual(ArpKind))
        {
            return;
        }

        ReadOnlySpan<byte> mac = packet.Slice(ArpSenderMac, MacAddress.Bytes);
        ReadOnlySpan<byte> sender = packet.Slice(ArpSender, 4);
        ReadOnlySpan<byte> target = packet.Slice(ArpTarget, 4);
        Learn(sender, mac);
        bool isQuestion = BinaryPrimitives.ReadUInt16BigEndian(packet[ArpOperation..]) == ArpRequest;
        if (isQuestion && !isAnswered && _spec.Ours.Contain(target))
        {
            MacAddress to = Read(mac);
            _ = SendArp(to, to, target, sender, ArpReply);
        }
    }

    private bool SendArp(
        in MacAddress to, in MacAddress toHost, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> target, int operation)
    {
        Span<byte> frame = _port.Take(out int number);
        if (frame.IsEmpty)
        {
            return false;
        }

        WriteEthernet(to, ETH_P_ARP, frame);
        Span<byte> packet = frame[HeaderBytes..];
        ArpKind.CopyTo(packet);
        BinaryPrimitives.WriteUInt16BigEndian(packet[ArpOperation..], (ushort)operation);
        _spec.Mac.CopyTo(packet[ArpSenderMac..]);
        sender.CopyTo(packet[ArpSender..]);
        ((ReadOnlySpan<byte>)toHost).CopyTo(packet[ArpTargetMac..]);
        target.CopyTo(packet[ArpTarget..]);
        _port.Send(number, HeaderBytes + ArpBytes);
        return true;
    }

    private static bool IsNeighbourDiscovery(ReadOnlySpan<byte> packet) =>
        packet.Length >= DiscoveryOptions && packet[Ip6Next] == IPPROTO_ICMPV6
        && packet[Ip6HopLimit] == DiscoveryHopLimit
        && packet[Ip6Bytes] is Solicitation or Advertisement;

    /// <summary>Always true: the packet has been looked at.</summary>
    private bool HandleDiscovery(ReadOnlySpan<byte> packet, bool isAnswered)
    {
        bool isQuestion = packet[Ip6Bytes] == Solicitation;
        ReadOnlySpan<byte> target = packet.Slice(DiscoveryTarget, 16);
        ReadOnlySpan<byte> source = packet.Slice(Ip6Source, 16);
        ReadOnlySpan<byte> mac = MacOf(packet[DiscoveryOptions..], isQuestion ? SourceMacOption : TargetMacOption);
        if (!mac.IsEmpty)
        {
            Learn(isQuestion ? source : target, mac);
        }

        // Without its address, whoever asks looks only whether the address is in use: there is nowhere to answer to.
        if (isQuestion && !isAnswered && !mac.IsEmpty && _spec.Ours.Contain(target))
        {
            _ = SendDiscovery(
                Read(mac), target, source, target, Advertisement, SolicitedFlag | OverrideFlag, TargetMacOption);
        }

        return true;
    }

    private bool Solicit(Neighbour neighbour)
    {
        Span<byte> group = stackalloc byte[16];
        SolicitedNodes.CopyTo(group);
        neighbour.Address[13..].CopyTo(group[13..]);
        MacAddress to = default;
        Span<byte> mac = to;
        mac[..2].Fill(0x33);
        group[12..].CopyTo(mac[2..]);
        return SendDiscovery(to, neighbour.Asker, group, neighbour.Address, Solicitation, 0, SourceMacOption);
    }

    private bool SendDiscovery(
        in MacAddress to, ReadOnlySpan<byte> source, ReadOnlySpan<byte> remote, ReadOnlySpan<byte> about, byte type,
        byte flags, byte option)
    {
        Span<byte> frame = _port.Take(out int number);
        if (frame.IsEmpty)
        {
            return false;
        }

        WriteEthernet(to, ETH_P_IPV6, frame);
        Span<byte> packet = frame.Slice(HeaderBytes, DiscoveryBytes);
        packet.Clear();
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], DiscoveryBytes - Ip6Bytes);
        packet[Ip6Next] = IPPROTO_ICMPV6;
        packet[Ip6HopLimit] = DiscoveryHopLimit;
        source.CopyTo(packet[Ip6Source..]);
        remote.CopyTo(packet[Ip6Target..]);
        packet[Ip6Bytes] = type;
        packet[Icmp6Flags] = flags;
        about.CopyTo(packet[DiscoveryTarget..]);
        packet[DiscoveryOptions] = option;
        packet[DiscoveryOptions + 1] = 1; // of 8 bytes
        _spec.Mac.CopyTo(packet[(DiscoveryOptions + 2)..]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[Icmp6Checksum..], Checksum(packet));
        _port.Send(number, HeaderBytes + DiscoveryBytes);
        return true;
    }

    /// <summary>Finds the Ethernet address among the options; empty when there is none.</summary>
    private static ReadOnlySpan<byte> MacOf(ReadOnlySpan<byte> options, byte kind)
    {
        while (options.Length >= 8)
        {
            int bytes = options[1] * 8;
            if (options[0] == kind)
            {
                return options.Slice(2, MacAddress.Bytes);
            }

            if (bytes == 0 || bytes > options.Length)
            {
                break;
            }

            options = options[bytes..];
        }

        return [];
    }

    /// <summary>The checksum of ICMPv6 over the packet and its addresses (RFC 8200, 8.1).</summary>
    private static ushort Checksum(ReadOnlySpan<byte> packet)
    {
        PacketHeaders.AddressesOfIPv6(packet, out UInt128 source, out UInt128 destination);
        ReadOnlySpan<byte> message = packet[Ip6Bytes..];
        ulong sum = InternetChecksum.OfPseudoHeader(source, destination, IPPROTO_ICMPV6, message.Length);
        return InternetChecksum.Finish(InternetChecksum.Add(sum, message));
    }

    private void WriteEthernet(in MacAddress to, int type, Span<byte> frame)
    {
        ((ReadOnlySpan<byte>)to).CopyTo(frame);
        _spec.Mac.CopyTo(frame[MacAddress.Bytes..]);
        int at = MacsBytes;
        if (_spec.Vlan > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[at..], ETH_P_8021Q);
            BinaryPrimitives.WriteUInt16BigEndian(frame[(at + sizeof(ushort))..], (ushort)_spec.Vlan);
            at += TagBytes;
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame[at..], (ushort)type);
    }

    private static MacAddress Read(ReadOnlySpan<byte> mac)
    {
        MacAddress read = default;
        mac.CopyTo(read);
        return read;
    }

    private static MacAddress Everybody()
    {
        MacAddress all = default;
        ((Span<byte>)all).Fill(0xFF);
        return all;
    }
}
