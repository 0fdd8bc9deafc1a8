using Throng.Engine;
using Throng.Linux;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>Handshakes, segment by segment.</summary>
public sealed class OpeningTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_SYN_offers_an_MSS_selective_acknowledgements_and_a_window_scale(bool isIPv6)
    {
        using Script script = new(isIPv6: isIPv6);
        PeerSegment syn = script.Expect(PeerSegment.Syn, seq: Script.First, window: 65_535);
        int mss = isIPv6 ? 1440 : 1460;
        Assert.Equal([2, 4, (byte)(mss >> 8), (byte)(mss & 0xFF), 1, 1, 4, 2, 1, 3, 3, 0], syn.Options);
        Assert.Equal(7000, syn.DestinationPort);
        script.Accept();
        script.Expect(PeerSegment.Ack, seq: Script.First + 1, ack: script.Peer.Next, window: 65_535);
        Assert.True(script.Story.IsOpen);
        Assert.Equal((0, 0), script.Client.Backend.InUse); // idle: nothing but its record
        Assert.Equal(0, script.Peer.Unreadable);
    }

    [Fact]
    public void A_SYN_is_sent_again_after_one_two_and_four_seconds_and_then_given_up()
    {
        using Script script = new();
        long[] seconds = [0, 1, 3, 7, 15, 31, 63];
        long beganNs = script.Wire.NowNs;
        foreach (long second in seconds)
        {
            Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0));
            script.Expect(PeerSegment.Syn, seq: Script.First);
            Assert.InRange((script.Wire.NowNs - beganNs) / 1e9, second, second + 0.02);
        }

        Assert.True(script.Client.RunUntil(() => script.Story.Closed is not null));
        Assert.Equal(-Errno.ETIMEDOUT, script.Story.Closed);
        Assert.InRange((script.Wire.NowNs - beganNs) / 1e9, 127, 127.1);
        Assert.Equal(6, script.Counts.Retransmits);
    }

    [Fact]
    public void A_reset_of_our_SYN_is_a_refusal()
    {
        using Script script = new();
        script.Expect(PeerSegment.Syn);
        script.Peer.Send(PeerSegment.Rst | PeerSegment.Ack, seq: 0, ack: Script.First); // of something else
        script.Pass();
        Assert.Null(script.Story.Closed);
        script.Peer.Send(PeerSegment.Rst | PeerSegment.Ack, seq: 0, ack: Script.First + 1);
        script.Pass();
        Assert.Equal(-Errno.ECONNREFUSED, script.Story.Closed);
        script.ExpectNothing();
    }

    [Fact]
    public void A_wrong_acknowledgement_of_a_SYN_is_reset_and_the_SYN_goes_on()
    {
        using Script script = new();
        script.Expect(PeerSegment.Syn);
        script.Peer.Send(PeerSegment.Ack, ack: 77);
        script.Expect(PeerSegment.Rst, seq: 77);
        Assert.Null(script.Story.Closed);
        script.Peer.Expected = Script.First + 1;
        script.Peer.Send(PeerSegment.Syn | PeerSegment.Ack);
        script.Pass();
        Assert.True(script.Story.IsOpen);
    }

    [Fact]
    public void A_SYN_alone_does_not_open()
    {
        using Script script = new();
        script.Expect(PeerSegment.Syn);
        script.Peer.Send(PeerSegment.Syn, ack: 0);
        script.ExpectNothing();
        Assert.False(script.Story.IsOpen);
    }

    [Theory]
    [InlineData(3, 1, Errno.EHOSTUNREACH)]
    [InlineData(3, 0, Errno.ENETUNREACH)]
    [InlineData(3, 3, Errno.ECONNREFUSED)]
    [InlineData(11, 0, Errno.EHOSTUNREACH)]
    public void An_ICMP_error_about_our_SYN_ends_it(int type, int code, int errno)
    {
        using Script script = new();
        PeerSegment syn = script.Expect(PeerSegment.Syn);
        SendError(script, syn, type, code, seq: syn.Seq + 5);
        script.Pass();
        Assert.Null(script.Story.Closed); // about a segment that we never sent
        SendError(script, syn, type, code);
        script.Pass();
        Assert.Equal(-errno, script.Story.Closed);
    }

    [Fact]
    public void An_ICMP_error_about_an_open_connection_is_the_reason_only_if_nobody_answers()
    {
        using Script script = Script.Opened();
        script.Client.Send(script.Connection, 10);
        PeerSegment sent = script.Expect(PeerSegment.Ack, bytes: 10);
        SendError(script, sent, 3, 1);
        script.Pass();
        Assert.Null(script.Story.Closed);
        Assert.True(script.Client.RunUntil(() => script.Story.Closed is not null, 2_000_000_000_000));
        Assert.Equal(-Errno.EHOSTUNREACH, script.Story.Closed);
    }

    [Fact]
    public void A_packet_that_is_too_long_is_sent_again_in_smaller_ones()
    {
        using Script script = Script.Opened();
        script.Client.Send(script.Connection, 1460);
        PeerSegment sent = script.Expect(PeerSegment.Ack, bytes: 1460);
        SendError(script, sent, 3, 4, mtu: 1420);
        script.Expect(PeerSegment.Ack, bytes: 1380, seq: sent.Seq);
        script.Expect(PeerSegment.Ack, bytes: 80, seq: sent.Seq + 1380);
    }

    [Fact]
    public void A_next_hop_that_nobody_answers_for_ends_the_connect()
    {
        SimulatedWire wire = new(1, WireFaults.None);
        wire.Peer = new ScriptedPeer(wire);
        using WireClient client = new(wire);
        client.Link.Refusal = -Errno.EHOSTUNREACH;
        Handle one = client.Open();
        client.Settle(1_000_000);
        Assert.Equal(-Errno.EHOSTUNREACH, client[one].Closed);
    }

    [Fact]
    public void A_next_hop_that_is_being_asked_for_is_waited_for()
    {
        SimulatedWire wire = new(1, WireFaults.None with { LinkKnownAfterNs = 30_000_000 });
        ScriptedPeer peer = new(wire);
        wire.Peer = peer;
        using WireClient client = new(wire);
        client.Open();
        client.Settle(20_000_000);
        Assert.Equal(0, peer.Waiting);
        client.Settle(30_000_000);
        Assert.Equal(1, peer.Waiting);
    }

    [Fact]
    public void A_close_before_the_answer_ends_it_and_the_answer_is_reset()
    {
        using Script script = new();
        script.Expect(PeerSegment.Syn);
        script.Client.Close(script.Connection);
        script.Pass();
        Assert.Equal(0, script.Story.Closed);
        script.ExpectNothing();
        script.Accept();
        script.Expect(PeerSegment.Rst, seq: Script.First + 1);
    }

    [Fact]
    public void Addresses_in_use_are_told_as_such()
    {
        using Script script = Script.Opened();
        Handle second = script.Client.Open(port: script.Story.Port);
        script.Pass();
        Assert.Equal(-Errno.EADDRINUSE, script.Client[second].Closed);
        Assert.Null(script.Story.Closed);
        script.ExpectNothing();
    }

    [Fact]
    public void Initial_sequence_numbers_differ_by_addresses_and_grow_with_time()
    {
        SimulatedWire wire = new(1, WireFaults.None);
        ScriptedPeer peer = new(wire);
        wire.Peer = peer;
        using WireClient client = new(wire);
        uint[] first = [.. Enumerable.Range(0, 2).Select(_ => FirstOf(client, peer, 0))];
        Assert.NotInRange((long)first[0] - first[1], -100_000, 100_000);
        uint before = FirstOf(client, peer, 20_000);
        wire.RunUntil(wire.NowNs + 4_000_000_000);
        uint after = FirstOf(client, peer, 20_000);
        Assert.InRange(after - before, 1_000_000u, 1_001_000u); // one every 4 µs
    }

    private static uint FirstOf(WireClient client, ScriptedPeer peer, ushort port)
    {
        Handle one = client.Open(port: port);
        client.Settle(1_000_000);
        uint seq = peer.Dequeue().Seq;
        peer.Clear();
        client.Close(one);
        client.Settle(1_000_000);
        return seq;
    }

    private static void SendError(
        Script script, PeerSegment about, int type, int code, uint? seq = null, int mtu = 0)
    {
        about = new PeerSegment
        {
            Source = about.Source,
            Destination = about.Destination,
            SourcePort = about.SourcePort,
            DestinationPort = about.DestinationPort,
            Seq = seq ?? about.Seq,
            Flags = about.Flags,
        };
        byte[] icmp = [(byte)type, (byte)code, 0, 0, 0, 0, (byte)(mtu >> 8), (byte)mtu, .. about.ToFrame()[14..42]];
        PeerSegment.Put(icmp, 2, ~PeerSegment.Sum(icmp) & 0xFFFF, 2);
        script.Peer.SendFrame(PeerSegment.IP(about.Destination, about.Source, 1, icmp));
    }
}
