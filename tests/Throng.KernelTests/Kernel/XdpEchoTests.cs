using System.Net;
using System.Runtime.InteropServices;
using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// The program of --engine xdp packet by packet, on no interface: what each becomes, and that its checksum stays true.
/// </summary>
public sealed partial class XdpEchoTests : IDisposable
{
    private const int Drop = 1;
    private const int Pass = 2;
    private const int Tx = 3;

    private static readonly string[] Families = ["10.0.0.1 10.0.0.2", "fd00::1 fd00::2"];

    private readonly int _counters;
    private readonly int _program;

    public XdpEchoTests()
    {
        Needs.Root();
        _counters = BpfMap.Create(
            BpfMapKind.PerCpuArray, sizeof(uint), XdpCounters.Count * XdpCounters.CounterBytes, 1, "test");
        Needs.Host(_counters >= 0, $"bpf(2) is refused here: {Errno.Name(_counters)}");
        List<SockAddr> served = [];
        for (int port = 7000; port <= 7009; port++)
        {
            served.Add(SockAddr.From(IPAddress.Parse("10.0.0.2"), port));
            served.Add(SockAddr.From(IPAddress.Parse("fd00::2"), port));
        }

        bpf_insn[] code = XdpEcho.Build(XdpRange.Covering(served), _counters);
        _program = BpfProgram.Load(BpfProgramKind.Xdp, code, "test", BpfAttachment.Xdp, out string log);
        Assert.True(_program >= 0, log);
    }

    public static TheoryData<string> Pairs => [.. Families];

    public void Dispose()
    {
        _ = Descriptors.Close(_program);
        _ = Descriptors.Close(_counters);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_syn_is_answered_with_its_own_number_and_what_it_offered(string pair)
    {
        byte[] options = [2, 4, 5, 0xB4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7];
        XdpPacket answer = Answer(Packet(pair, 0xFFFFFFFF, 0, XdpPacket.Syn, options));
        Assert.Equal(XdpPacket.Syn | XdpPacket.Ack, answer.Flags);
        Assert.Equal(0xFFFFFFFF, answer.Sequence);
        Assert.Equal(0u, answer.Acknowledged);
        byte[] swapped = [2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0, 0, 0, 1, 2, 3, 4, 1, 3, 3, 7];
        Assert.Equal(swapped, answer.Options);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_cannot_be_agreed_on_is_taken_out_of_a_syn(string pair)
    {
        // MSS, then MPTCP, which a mirror image would confuse.
        byte[] options = [2, 4, 5, 0xB4, 30, 4, 1, 1, 1, 3, 3, 7];
        byte[] plain = [2, 4, 5, 0xB4, 1, 1, 1, 1, 1, 1, 1, 1];
        Assert.Equal(plain, Answer(Packet(pair, 5, 0, XdpPacket.Syn, options)).Options);
    }

    /// <summary>Sequence number, acknowledgement, payload and flags; then those two of the answer.</summary>
    [Theory]
    [InlineData(1000, 1000, 64, 0, 1000, 1064)] // nothing is missing: acknowledged with its echo
    [InlineData(1064, 1000, 64, 0, 1064, 1000)] // something is: only what has come back
    [InlineData(1000, 1064, 64, 0, 1000, 1064)] // sent again, and it had come back
    [InlineData(1000, 1032, 64, 0, 1000, 1064)] // some of it had
    [InlineData(1000, 1000, 0, XdpPacket.Fin, 1000, 1001)]
    [InlineData(1064, 1000, 0, XdpPacket.Fin, 1064, 1000)]
    [InlineData(1000, 1000, 10, XdpPacket.Fin, 1000, 1011)]
    [InlineData(1064, 1000, 0, 0, 1000, 1000)] // a bare acknowledgement says how far it got
    [InlineData(999, 1000, 0, 0, 1000, 1000)] // keepalive
    [InlineData(0xFFFFFFF0, 0xFFFFFFF0, 64, 0, 0xFFFFFFF0, 0x30)] // round the end of the numbers
    [InlineData(0x10, 0xFFFFFFF0, 64, 0, 0x10, 0xFFFFFFF0)]
    public void Numbers_are_mirrored(
        uint sequence, uint acknowledged, int payloadBytes, int flags, uint answered, uint answeredAck)
    {
        byte[] payload = [.. Enumerable.Range(1, payloadBytes).Select(i => (byte)i)];
        byte[] options = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2];
        foreach (string pair in Families)
        {
            XdpPacket sent = Packet(
                pair, sequence, acknowledged, flags | XdpPacket.Ack | XdpPacket.Psh, options, payload);
            XdpPacket answer = Answer(sent);
            Assert.Equal((answered, answeredAck), (answer.Sequence, answer.Acknowledged));
            Assert.Equal(payload, answer.Payload);
            Assert.Equal(flags | XdpPacket.Ack | XdpPacket.Psh, answer.Flags);
            Assert.Equal([1, 1, 8, 10, 0, 0, 0, 2, 0, 0, 0, 1], answer.Options);
            Assert.Equal((sent.Source, sent.Target), (answer.Target, answer.Source));
            Assert.Equal((sent.SourcePort, sent.TargetPort), (answer.TargetPort, answer.SourcePort));
            Assert.Equal(sent.Bytes[..6], answer.Bytes[6..12]);
        }
    }

    [Fact]
    public void Sack_blocks_stay_as_they_are()
    {
        byte[] options = [1, 1, 5, 10, 0, 0, 4, 0, 0, 0, 5, 0];
        foreach (string pair in Families)
        {
            Assert.Equal(options, Answer(Packet(pair, 1000, 900, XdpPacket.Ack, options, [1, 2, 3])).Options);
        }
    }

    [Fact]
    public void Checksums_stay_true_for_any_packet()
    {
        Random random = new(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] payload = new byte[random.Next(0, 200)];
            random.NextBytes(payload);
            uint sequence = (uint)random.NextInt64(1L << 32);
            uint acknowledged = sequence + (uint)random.Next(-100_000, 100_000);
            int flags = XdpPacket.Ack | random.Next(0, 2) | (random.Next(0, 2) * XdpPacket.Psh) | 0xC0; // ECN too
            XdpPacket answer = Answer(Packet(Families[i % 2], sequence, acknowledged, flags, [], payload));
            Assert.Equal(0, answer.Flags & 0xC0);
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_is_no_clients_is_dropped_and_counted(string pair)
    {
        Assert.Equal(Drop, Run(Packet(pair, 1, 1, XdpPacket.Rst), out _));
        Assert.Equal(Drop, Run(Packet(pair, 1, 1, XdpPacket.Syn | XdpPacket.Ack), out _)); // two of them would not end
        Assert.Equal(Drop, Run(Packet(pair, 1, 1, 0), out _));
        Assert.Equal(Drop, Run(Packet(pair, 1, 0, XdpPacket.Syn, [], [1]), out _));
        Assert.Equal(Drop, Run(Packet(pair, 1, 1 << 30, XdpPacket.Ack, [], [1]), out _));
        Assert.Equal(Drop, Run(Packet(pair, 1, 1, XdpPacket.Ack, [], [1], sourcePort: 7005), out _));
        ulong[] counters = new ulong[XdpCounters.Count];
        _ = BpfMap.ReadCounters(_counters, 0, counters);
        Assert.Equal(1u, counters[XdpCounters.Rst]);
        Assert.Equal(3u, counters[XdpCounters.Malformed]);
        Assert.Equal(1u, counters[XdpCounters.Stale]);
        Assert.Equal(1u, counters[XdpCounters.SourcePort]);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_is_not_served_goes_on_as_it_came(string pair)
    {
        string[] ends = pair.Split(' ');
        XdpPacket otherPort = XdpPacket.Make(ends[0], ends[1], 7010, 1, 0, XdpPacket.Syn);
        XdpPacket otherAddress = XdpPacket.Make(ends[1], ends[0], 7000, 1, 0, XdpPacket.Syn);
        foreach (XdpPacket packet in (XdpPacket[])[otherPort, otherAddress])
        {
            Assert.Equal(Pass, Run(packet, out byte[] same));
            Assert.Equal(packet.Bytes, same);
        }

        byte[] udp = [.. Packet(pair, 1, 0, XdpPacket.Syn).Bytes];
        udp[ends[0].Contains(':') ? 20 : 23] = 17;
        Assert.Equal(Pass, Run(new XdpPacket(udp), out _));
    }

    /// <summary>The kernel refuses a program that could read beyond a packet; this is what it does with some.</summary>
    [Fact]
    public void Any_bytes_are_survived()
    {
        Random random = new(2);
        byte[] whole = Packet(Families[0], 1000, 1000, XdpPacket.Ack, [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2], [1]).Bytes;
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(14, bytes.Length)] = (byte)random.Next(256);
            }

            Assert.InRange(Run(new XdpPacket(bytes), out _), Drop, Tx);
        }
    }

    [Fact]
    public void As_many_ranges_as_are_allowed_are_loaded()
    {
        IEnumerable<SockAddr> apart = Enumerable.Range(0, PacketRanges.Max).Select(
            i => SockAddr.From(IPAddress.Parse(i % 2 == 0 ? "10.0.0.2" : "fd00::2"), 7000 + (2 * i)));
        IReadOnlyList<XdpRange> ranges = XdpRange.Covering(apart);
        Assert.Equal(PacketRanges.Max, ranges.Count);
        int program = BpfProgram.Load(
            BpfProgramKind.Xdp, XdpEcho.Build(ranges, _counters), "test", BpfAttachment.Xdp, out string log);
        Assert.True(program >= 0, log);
        _ = Descriptors.Close(program);
    }

    /// <summary>The verifier gives up when a signal comes, as the runtime sends some to stop threads.</summary>
    [Fact]
    public void Signals_do_not_keep_it_from_being_loaded()
    {
        using PosixSignalRegistration handled = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => { });
        bpf_insn[] code = XdpEcho.Build(XdpRange.Covering([SockAddr.From(IPAddress.Parse("10.0.0.2"), 7000)]),
            _counters);
        int loading = gettid();
        Thread sender = new(() =>
        {
            for (int signal = 0; signal < 900; signal++) // fewer than Load has attempts
            {
                _ = tgkill(Environment.ProcessId, loading, ThrongProcess.SIGCONT);
                Thread.SpinWait(1000);
            }
        });
        sender.Start();
        do
        {
            int program = BpfProgram.Load(BpfProgramKind.Xdp, code, "test", BpfAttachment.Xdp, out _);
            Assert.True(program >= 0, Errno.Name(program));
            _ = Descriptors.Close(program);
        }
        while (sender.IsAlive);
    }

    private static XdpPacket Packet(
        string pair, uint sequence, uint acknowledged, int flags, byte[]? options = null, byte[]? payload = null,
        int sourcePort = 40_000)
    {
        string[] ends = pair.Split(' ');
        return XdpPacket.Make(ends[0], ends[1], 7000, sequence, acknowledged, flags, options, payload, sourcePort);
    }

    private XdpPacket Answer(XdpPacket sent)
    {
        Assert.True(sent.IsWhole, "the packet that is sent");
        Assert.Equal(Tx, Run(sent, out byte[] bytes));
        XdpPacket answer = new(bytes);
        Assert.True(answer.IsWhole, "the checksum of the answer");
        return answer;
    }

    private int Run(XdpPacket packet, out byte[] answer)
    {
        answer = new byte[packet.Bytes.Length];
        return BpfProgram.Run(_program, packet.Bytes, answer, out _);
    }

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc")]
    private static partial int tgkill(int process, int thread, int signal);
}
