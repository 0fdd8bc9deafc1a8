using System.Buffers.Binary;
using Throng.Linux;
using static Throng.Linux.BpfCondition;
using static Throng.Linux.BpfRegister;
using static Throng.Linux.BpfSize;

namespace Throng.Engine;

/// <summary>
/// The program that answers TCP packets of served addresses where they come in, and keeps nothing. In an echo both
/// streams are the same stream. The answer to a SYN takes the client's own initial sequence number, and from then on
/// each end's numbers are the other's: a packet is turned round, and says of the client's stream what the client has
/// got of the echo. So a byte is never acknowledged before its echo has arrived, and whatever is lost is sent again by
/// the client. Window and SACK blocks are left as they are: what the client has room for is what may be sent to it,
/// and what it has got is what this end has got.
/// <para>
/// R6 is the packet, R7 its end, R8 the TCP header, R9 the counters; R0 to R5 are anything. <c>XdpEcho.Header.cs</c> is
/// what is done to the TCP header: its options, its words and its checksum.
/// </para>
/// </summary>
internal sealed partial class XdpEcho
{
    /// <summary>More than this many ranges would make the program long; each is a few comparisons a packet.</summary>
    public const int RangesMax = 64;

    private const int EtherType = 12;
    private const int EtherBytes = 14;
    private const int Ip4Bytes = 20;
    private const int Ip6Bytes = 40;
    private const int TcpBytes = 20;
    private const int TcpBytesMax = 60;

    // Of the TCP header.
    private const int SourcePort = 0;
    private const int TargetPort = 2;
    private const int Sequence = 4;
    private const int Acknowledged = 8;
    private const int HeaderAndFlags = 12;
    private const int Flags = 13;
    private const int Checksum = 16;

    private const int FinFlag = 0x01;
    private const int SynFlag = 0x02;
    private const int RstFlag = 0x04;
    private const int PshFlag = 0x08;
    private const int AckFlag = 0x10;

    /// <summary>
    /// Most bytes that may lie between what a client sends and what it has got: more than any window in use, so a
    /// packet with other numbers is of no connection.
    /// </summary>
    private const int SpreadMaxBytes = 1 << 28;

    // Where things stand on the program's stack.
    private const int SegmentBytes = -8; // TCP header and payload
    private const int HeaderBytes = -16;
    private const int Key = -24;
    private const int PayloadBytes = -32;
    private const int FlagBits = -40;

    private readonly BpfAssembler _asm = new();
    private readonly IReadOnlyList<XdpRange> _ranges;
    private readonly int _countersFd;
    private readonly BpfLabel _pass;
    private readonly BpfLabel _segment;
    private readonly BpfLabel _answer;
    private readonly BpfLabel _malformed;

    private XdpEcho(IReadOnlyList<XdpRange> ranges, int countersFd)
    {
        _ranges = ranges;
        _countersFd = countersFd;
        _pass = _asm.Label("pass");
        _segment = _asm.Label("segment");
        _answer = _asm.Label("answer");
        _malformed = _asm.Label("malformed");
    }

    /// <param name="ranges">What is served; every other packet goes on to the network stack.</param>
    /// <param name="countersFd">One value of <see cref="XdpCounters"/> for each CPU.</param>
    public static bpf_insn[] Build(IReadOnlyList<XdpRange> ranges, int countersFd)
    {
        XdpEcho echo = new(ranges, countersFd);
        echo.Ethernet();
        echo.Segment();
        echo.Syn();
        echo.Stream();
        echo.Answer();
        echo.Ends();
        return echo._asm.Build();
    }

    private void Ethernet()
    {
        BpfLabel ip6 = _asm.Label("ip6");
        _asm.Load(R6, R1, 0, U32);
        _asm.Load(R7, R1, 4, U32);
        MustHave(R6, EtherBytes, _pass);
        _asm.Load(R2, R6, EtherType, U16);
        _asm.JumpIf(R2, Equal, BpfAssembler.Swap16(PacketConstants.ETH_P_IPV6), ip6);
        _asm.JumpIf(R2, NotEqual, BpfAssembler.Swap16(PacketConstants.ETH_P_IP), _pass);
        Ip4();
        _asm.Place(ip6);
        Ip6();
    }

    /// <summary>Headers with options and fragments are the network stack's.</summary>
    private void Ip4()
    {
        MustHave(R6, EtherBytes + Ip4Bytes + TcpBytes, _pass);
        _asm.Load(R2, R6, EtherBytes, U8);
        _asm.JumpIf(R2, NotEqual, 0x45, _pass);
        _asm.Load(R2, R6, EtherBytes + 9, U8);
        _asm.JumpIf(R2, NotEqual, SocketConstants.IPPROTO_TCP, _pass);
        _asm.Load(R2, R6, EtherBytes + 6, U16);
        _asm.JumpIf(R2, AnyBitOf, BpfAssembler.Swap16(0x3FFF), _pass);
        _asm.Load(R2, R6, EtherBytes + 2, U16);
        _asm.NetworkOrder(R2, U16);
        _asm.Add(R2, -Ip4Bytes);
        _asm.Store(R10, SegmentBytes, R2, U64);
        _asm.Move(R8, R6);
        _asm.Add(R8, EtherBytes + Ip4Bytes);
        Served(isIPv6: false, EtherBytes + 16);
    }

    /// <summary>Headers between IP and TCP are the network stack's.</summary>
    private void Ip6()
    {
        MustHave(R6, EtherBytes + Ip6Bytes + TcpBytes, _pass);
        _asm.Load(R2, R6, EtherBytes + 6, U8);
        _asm.JumpIf(R2, NotEqual, SocketConstants.IPPROTO_TCP, _pass);
        _asm.Load(R2, R6, EtherBytes + 4, U16);
        _asm.NetworkOrder(R2, U16);
        _asm.Store(R10, SegmentBytes, R2, U64);
        _asm.Move(R8, R6);
        _asm.Add(R8, EtherBytes + Ip6Bytes);
        Served(isIPv6: true, EtherBytes + 24);
    }

    /// <summary>Goes on with what is for a served address and port, and passes everything else.</summary>
    /// <param name="isIPv6">Which of the ranges.</param>
    /// <param name="targetAddress">Where the packet's target address stands.</param>
    private void Served(bool isIPv6, int targetAddress)
    {
        _asm.Load(R2, R8, TargetPort, U16);
        _asm.NetworkOrder(R2, U16);
        foreach (XdpRange range in _ranges.Where(range => range.Address.IsIPv6 == isIPv6))
        {
            BpfLabel other = _asm.Label("other");
            _asm.JumpIf(R2, Less, range.FirstPort, other);
            _asm.JumpIf(R2, Greater, range.LastPort, other);
            ReadOnlySpan<byte> address = range.Address.Address.GetAddressBytes();
            for (int at = 0; at < address.Length; at += sizeof(int))
            {
                _asm.Load(R3, R6, targetAddress + at, U32);
                _asm.JumpIf32(R3, NotEqual, BinaryPrimitives.ReadInt32LittleEndian(address[at..]), other);
            }

            _asm.Jump(_segment);
            _asm.Place(other);
        }

        _asm.Jump(_pass);
    }

    /// <summary>Finds the counters, drops what cannot be a client's, and tells header from payload.</summary>
    private void Segment()
    {
        BpfLabel own = _asm.Label("own");
        BpfLabel rst = _asm.Label("rst");
        BpfLabel apart = _asm.Label("apart");
        _asm.Place(_segment);
        _asm.Store(R10, Key, 0, U32);
        _asm.MoveMap(R1, _countersFd);
        _asm.Move(R2, R10);
        _asm.Add(R2, Key);
        _asm.Call(BpfFunction.MapLookup);
        _asm.JumpIf(R0, Equal, 0, _pass);
        _asm.Move(R9, R0);

        // From a served port it would be an answer to an answer, without end.
        _asm.Load(R2, R8, SourcePort, U16);
        _asm.NetworkOrder(R2, U16);
        foreach ((ushort first, ushort last) in _ranges.Select(one => (one.FirstPort, one.LastPort)).Distinct())
        {
            BpfLabel other = _asm.Label("other");
            _asm.JumpIf(R2, Less, first, other);
            _asm.JumpIf(R2, LessOrEqual, last, own);
            _asm.Place(other);
        }

        _asm.Load(R2, R8, HeaderAndFlags, U8);
        _asm.ShiftRight(R2, 4);
        _asm.ShiftLeft(R2, 2);
        _asm.JumpIf(R2, Less, TcpBytes, _malformed);
        _asm.Load(R3, R10, SegmentBytes, U64);
        _asm.JumpIf(R2, SignedGreater, R3, _malformed);
        _asm.Store(R10, HeaderBytes, R2, U64);
        _asm.Subtract(R3, R2); // the payload
        _asm.Load(R4, R8, Flags, U8);
        _asm.JumpIf(R4, AnyBitOf, RstFlag, rst);
        _asm.Jump(apart);

        _asm.Place(own);
        CountAndDrop(XdpCounters.SourcePort);
        _asm.Place(rst);
        CountAndDrop(XdpCounters.Rst);
        _asm.Place(_malformed);
        CountAndDrop(XdpCounters.Malformed);
        _asm.Place(apart);
    }

    /// <summary>R3 payload, R4 flags. A SYN becomes SYN and ACK with the same sequence number.</summary>
    private void Syn()
    {
        BpfLabel syn = _asm.Label("syn");
        BpfLabel plain = _asm.Label("plain");
        BpfLabel number = _asm.Label("number");
        BpfLabel stream = _asm.Label("stream");
        _asm.JumpIf(R4, AnyBitOf, SynFlag, syn);
        _asm.Jump(stream);

        _asm.Place(syn);
        _asm.JumpIf(R4, AnyBitOf, AckFlag | FinFlag, _malformed);
        _asm.JumpIf(R3, NotEqual, 0, _malformed); // data in a SYN would go back in the answer to it
        Options(plain);
        BeginChecksum();
        _asm.Jump(number);

        _asm.Place(plain);
        BeginChecksum();
        OverwriteOptions();

        _asm.Place(number);
        Count(XdpCounters.Syn);
        _asm.Load(R1, R8, Sequence, U32);
        _asm.Move(R2, R1);
        _asm.NetworkOrder(R2, U32);
        _asm.Add32(R2, 1);
        _asm.NetworkOrder(R2, U32);
        _asm.Move(R3, SynFlag | AckFlag);
        _asm.Jump(_answer);
        _asm.Place(stream);
    }

    /// <summary>R3 payload, R4 flags. Data and FIN keep their number; a bare ACK is answered by one.</summary>
    private void Stream()
    {
        BpfLabel known = _asm.Label("known");
        BpfLabel stale = _asm.Label("stale");
        BpfLabel noFin = _asm.Label("no fin");
        BpfLabel noPayload = _asm.Label("no payload");
        BpfLabel bare = _asm.Label("bare");
        BpfLabel number = _asm.Label("number");
        _asm.JumpIf(R4, AnyBitOf, AckFlag, known);
        _asm.Jump(_malformed);
        _asm.Place(stale);
        CountAndDrop(XdpCounters.Stale);

        _asm.Place(known);
        _asm.Store(R10, PayloadBytes, R3, U64);
        _asm.Store(R10, FlagBits, R4, U64);
        Options(unknown: null);
        _asm.Load(R3, R10, PayloadBytes, U64);
        _asm.Load(R4, R10, FlagBits, U64);
        _asm.Load(R1, R8, Sequence, U32);
        _asm.NetworkOrder(R1, U32);
        _asm.Load(R2, R8, Acknowledged, U32);
        _asm.NetworkOrder(R2, U32);
        _asm.Move32(R0, R1);
        _asm.Subtract32(R0, R2);
        _asm.Add32(R0, SpreadMaxBytes);
        _asm.JumpIf32(R0, Greater, 2 * SpreadMaxBytes, stale);

        _asm.Move(R5, R3); // what it takes up of the stream: its bytes, and its FIN
        _asm.Move(R0, R4);
        _asm.And(R0, FinFlag);
        _asm.JumpIf(R0, Equal, 0, noFin);
        _asm.Add(R5, 1);
        Count(XdpCounters.Fin);
        _asm.Place(noFin);
        _asm.JumpIf(R5, Equal, 0, bare);
        _asm.JumpIf(R3, Equal, 0, noPayload);
        Count(XdpCounters.Packets);
        _asm.Load(R0, R9, XdpCounters.Bytes * XdpCounters.CounterBytes, U64);
        _asm.Add(R0, R3);
        _asm.Store(R9, XdpCounters.Bytes * XdpCounters.CounterBytes, R0, U64);
        _asm.Place(noPayload);

        // With bytes before these still on their way, what has come back is all that may be acknowledged.
        _asm.Move32(R0, R1);
        _asm.Subtract32(R0, R2);
        _asm.JumpIf32(R0, SignedGreater, 0, number);
        _asm.Add32(R5, R1);
        _asm.Move32(R0, R5);
        _asm.Subtract32(R0, R2);
        _asm.JumpIf32(R0, SignedLessOrEqual, 0, number);
        _asm.Move32(R2, R5);
        _asm.Jump(number);

        // Without an answer to it the tail of a pipeline, a keepalive and an opened window would wait for ever.
        _asm.Place(bare);
        Count(XdpCounters.Ack);
        _asm.Move32(R1, R2);

        _asm.Place(number);
        _asm.NetworkOrder(R1, U32);
        _asm.NetworkOrder(R2, U32);
        _asm.Move(R3, R4);
        _asm.And(R3, FinFlag | PshFlag);
        _asm.Or(R3, AckFlag);
        BeginChecksum();
    }

    /// <summary>
    /// R1 sequence number and R2 acknowledgement in the order of the network, R3 flags, R5 the checksum begun. The
    /// packet goes back where it came from. Where the stack left the checksum to the card, the field is not one and
    /// nobody looks at it; everywhere else it stays true.
    /// </summary>
    private void Answer()
    {
        BpfLabel ip6 = _asm.Label("ip6");
        BpfLabel ethernet = _asm.Label("ethernet");
        _asm.Place(_answer);
        Replace32(Sequence, R1);
        Replace32(Acknowledged, R2);
        _asm.Load(R0, R8, HeaderAndFlags, U8);
        _asm.And(R0, 0xF0); // no ECN: nobody here would react to it
        _asm.ShiftLeft(R3, 8);
        _asm.Or(R3, R0);
        Replace16(HeaderAndFlags, R3);
        EndChecksum();
        Exchange(R8, SourcePort, TargetPort, U16);

        _asm.Load(R0, R6, EtherType, U16);
        _asm.JumpIf(R0, NotEqual, BpfAssembler.Swap16(PacketConstants.ETH_P_IP), ip6);
        Exchange(R6, EtherBytes + 12, EtherBytes + 16, U32);
        _asm.Jump(ethernet);
        _asm.Place(ip6);
        for (int at = 0; at < 16; at += 4)
        {
            Exchange(R6, EtherBytes + 8 + at, EtherBytes + 24 + at, U32);
        }

        _asm.Place(ethernet);
        Exchange(R6, 0, 6, U32);
        Exchange(R6, 4, 10, U16);
        _asm.Return(BpfConstants.XDP_TX);
    }

    private void Ends()
    {
        _asm.Place(_pass);
        _asm.Return(BpfConstants.XDP_PASS);
    }

    private void Count(int counter)
    {
        _asm.Load(R0, R9, counter * XdpCounters.CounterBytes, U64);
        _asm.Add(R0, 1);
        _asm.Store(R9, counter * XdpCounters.CounterBytes, R0, U64);
    }

    private void CountAndDrop(int counter)
    {
        Count(counter);
        _asm.Return(BpfConstants.XDP_DROP);
    }

    /// <summary>The verifier wants to see, before anything is read, that so many bytes are there.</summary>
    private void MustHave(BpfRegister header, int bytes, BpfLabel otherwise)
    {
        _asm.Move(R0, header);
        _asm.Add(R0, bytes);
        _asm.JumpIf(R0, Greater, R7, otherwise);
    }
}
