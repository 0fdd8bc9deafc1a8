using System.Buffers.Binary;
using static Throng.Linux.BpfConstants;
using static Throng.Linux.PacketConstants;

namespace Throng.Linux;

/// <summary>
/// The kernel's filter for "to one of these targets, or from it", as a classic program over packets from their IP
/// header on. A packet over loopback is seen when it is sent and when it comes: the filter keeps the second. Of more
/// targets than a program has room for it knows the ports alone, and lets through more than was asked for, never less.
/// </summary>
public static class PacketFilter
{
    private const ushort LoadWord = BPF_LD | BPF_W | BPF_ABS;
    private const ushort LoadHalf = BPF_LD | BPF_H | BPF_ABS;
    private const ushort LoadByte = BPF_LD | BPF_B | BPF_ABS;
    private const ushort LoadHalfBehindHead = BPF_LD | BPF_H | BPF_IND;
    private const ushort LoadHeadLength = BPF_LDX | BPF_B | BPF_MSH;
    private const ushort IfEqual = BPF_JMP | BPF_JEQ | BPF_K;
    private const ushort IfSet = BPF_JMP | BPF_JSET | BPF_K;
    private const ushort IfAtLeast = BPF_JMP | BPF_JGE | BPF_K;
    private const ushort IfAbove = BPF_JMP | BPF_JGT | BPF_K;
    private const ushort Jump = BPF_JMP | BPF_JA;
    private const ushort Return = BPF_RET | BPF_K;

    // Where the fields lie, from the beginning of an IP header.
    private const uint FragmentOf4 = 6;
    private const uint FragmentOffset = 0x1FFF;
    private const uint ProtocolOf4 = 9;
    private const uint SourceOf4 = 12;
    private const uint ProtocolOf6 = 6;
    private const uint SourceOf6 = 8;
    private const uint HeadOf6 = 40;
    private const uint PortBytes = 2;
    private const uint WordBytes = 4;

    /// <param name="targets">Addresses and ports, of both families.</param>
    /// <param name="isDatagram">UDP, else TCP; the ICMP of either family comes too.</param>
    /// <param name="keptBytes">How much of a packet is kept.</param>
    public static sock_filter[] Assemble(IReadOnlyCollection<SockAddr> targets, bool isDatagram, int keptBytes)
    {
        sock_filter[] whole = Assemble(targets, isDatagram, keptBytes, withAddresses: true);
        return whole.Length <= BPF_MAXINSNS ? whole : Assemble(targets, isDatagram, keptBytes, withAddresses: false);
    }

    private static sock_filter[] Assemble(
        IReadOnlyCollection<SockAddr> targets, bool isDatagram, int keptBytes, bool withAddresses)
    {
        sock_filter accept = new() { code = Return, k = (uint)keptBytes };
        uint protocol = (uint)(isDatagram ? IPPROTO_UDP : SocketConstants.IPPROTO_TCP);
        List<sock_filter> of4 =
        [
            Load(LoadByte, ProtocolOf4), Compare(IfEqual, IPPROTO_ICMP, 0, 1), accept,
            Compare(IfEqual, protocol, 1, 0), Drop,
            Load(LoadHalf, FragmentOf4), Compare(IfSet, FragmentOffset, 0, 1), Drop, Load(LoadHeadLength, 0),
        ];
        List<sock_filter> of6 =
        [
            Load(LoadByte, ProtocolOf6), Compare(IfEqual, IPPROTO_ICMPV6, 0, 1), accept,
            Compare(IfEqual, protocol, 1, 0), Drop,
        ];
        foreach (IGrouping<(bool IsIPv6, SockAddr Address), SockAddr> one in targets.GroupBy(
            target => (target.IsIPv6, withAddresses ? target.WithPort(0) : default)))
        {
            PortRange[] ports = PortFilter.Ranges(one.Select(target => target.Port));
            SockAddr? address = withAddresses ? one.Key.Address : null;
            List<sock_filter> to = one.Key.IsIPv6 ? of6 : of4;
            to.AddRange(Match(address, one.Key.IsIPv6, ports, accept, isDestination: false));
            to.AddRange(Match(address, one.Key.IsIPv6, ports, accept, isDestination: true));
        }

        return
        [
            Load(LoadWord, Known(SKF_AD_PKTTYPE)), Compare(IfEqual, PACKET_OUTGOING, 0, 3),
            Load(LoadWord, Known(SKF_AD_IFINDEX)), Compare(IfEqual, (uint)Math.Max(0, Interfaces.Index("lo")), 0, 1),
            Drop,
            Load(LoadWord, Known(SKF_AD_PROTOCOL)),
            Compare(IfEqual, ETH_P_IP, 1, 0), Skip(of4.Count + 1), .. of4, Drop,
            Compare(IfEqual, ETH_P_IPV6, 1, 0), Drop, .. of6, Drop,
        ];
    }

    private static sock_filter Drop => new() { code = Return };

    /// <summary>Accepts a packet with an address and one of these ports as its source or its destination.</summary>
    private static List<sock_filter> Match(
        SockAddr? address, bool isIPv6, PortRange[] ports, sock_filter accept, bool isDestination)
    {
        uint portAt = isDestination ? PortBytes : 0;
        List<sock_filter> code = [isIPv6 ? Load(LoadHalf, HeadOf6 + portAt) : Load(LoadHalfBehindHead, portAt)];
        foreach (PortRange range in ports)
        {
            code.AddRange(
                [Compare(IfAtLeast, (uint)range.Low, 0, 2), Compare(IfAbove, (uint)range.High, 1, 0), accept]);
        }

        uint[] words = address is { } one ? WordsOf(one) : [];
        uint addressAt = (isIPv6 ? SourceOf6 : SourceOf4) + (isDestination ? (uint)words.Length * WordBytes : 0);
        for (int i = words.Length - 1; i >= 0; i--)
        {
            code.InsertRange(0,
            [
                Load(LoadWord, addressAt + ((uint)i * WordBytes)), Compare(IfEqual, words[i], 1, 0), Skip(code.Count),
            ]);
        }

        return code;
    }

    /// <summary>An address as numbers of this processor, one for IPv4 and four for IPv6.</summary>
    private static unsafe uint[] WordsOf(SockAddr address)
    {
        uint* words = stackalloc uint[4];
        address.WriteNetworkOrder(words);
        return [.. new ReadOnlySpan<uint>(words, address.IsIPv6 ? 4 : 1).ToArray()
            .Select(BinaryPrimitives.ReverseEndianness)];
    }

    private static uint Known(int about) => unchecked((uint)(SKF_AD_OFF + about));

    private static sock_filter Load(ushort code, uint at) => new() { code = code, k = at };

    /// <param name="whenTrue">Instructions to leave out then.</param>
    /// <param name="whenFalse">And otherwise.</param>
    private static sock_filter Compare(ushort code, uint with, byte whenTrue, byte whenFalse) =>
        new() { code = code, k = with, jt = whenTrue, jf = whenFalse };

    private static sock_filter Skip(int count) => new() { code = Jump, k = (uint)count };
}
