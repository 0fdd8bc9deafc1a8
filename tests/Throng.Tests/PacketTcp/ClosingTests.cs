using Throng.Engine;
using Throng.Linux;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>Ends: FIN and RST both ways, what is answered after them, and what is no end; segment by segment.
/// </summary>
public sealed class ClosingTests
{
    private const uint One = Script.First + 1;
    private const int FinAck = PeerSegment.Fin | PeerSegment.Ack;

    [Fact]
    public void A_close_sends_a_FIN_and_is_told_at_once_and_TIME_WAIT_answers_an_old_FIN()
    {
        using Script script = Script.Opened();
        script.Client.Close(script.Connection);
        script.Expect(FinAck, seq: One, ack: 5001);
        Assert.Equal(0, script.Story.Closed);
        script.Peer.Send(ack: One + 1);
        script.ExpectNothing();
        script.Peer.Send(FinAck, ack: One + 1);
        script.Expect(PeerSegment.Ack, seq: One + 1, ack: 5002);
        Assert.Equal((0, 0), script.Client.Backend.InUse);
        script.Peer.Send(FinAck, seq: 5001, ack: One + 1); // our acknowledgement was lost
        script.Expect(PeerSegment.Ack, seq: One + 1, ack: 5002);
        script.Peer.Send(PeerSegment.Rst, seq: 5002);
        script.Peer.Send(FinAck, seq: 5001, ack: One + 1);
        script.Expect(PeerSegment.Ack, seq: One + 1, ack: 5002); // a reset does not end it (RFC 1337)
        script.ExpectNothing(61_000_000_000);
        script.Peer.Send(FinAck, seq: 5001, ack: One + 1); // it is over: nobody knows of it
        script.Expect(PeerSegment.Rst, seq: One + 1);
    }

    [Theory]
    [InlineData(CloseKind.Fin, FinAck)]
    [InlineData(CloseKind.Rst, PeerSegment.Rst | PeerSegment.Ack)]
    public void Who_was_told_as_closed_is_ended_on_the_wire_though_nobody_polls_any_more(CloseKind kind, int flags)
    {
        Script script = Script.Opened();
        script.Client.Close(script.Connection, kind);
        script.Dispose();
        script.Wire.RunUntil(script.Wire.NowNs + 1_000_000);
        Assert.Equal(1, script.Peer.Waiting);
        Assert.Equal(flags, script.Peer.Dequeue().Flags);
    }

    [Fact]
    public void A_FIN_is_sent_again_until_it_is_acknowledged()
    {
        using Script script = Script.Opened();
        script.Client.Close(script.Connection);
        script.Expect(FinAck, seq: One);
        Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0));
        script.Expect(FinAck, seq: One);
        script.Peer.Send(FinAck, ack: One + 1);
        script.Expect(PeerSegment.Ack, seq: One + 1, ack: 5002);
        script.ExpectNothing(2_000_000_000);
    }

    [Fact]
    public void Both_ends_closing_at_once_come_to_TIME_WAIT()
    {
        using Script script = Script.Opened();
        script.Client.Close(script.Connection);
        script.Expect(FinAck, seq: One);
        script.Peer.Send(FinAck, ack: One); // it has not seen ours
        script.Expect(PeerSegment.Ack, seq: One + 1, ack: 5002);
        script.Peer.Send(ack: One + 1);
        script.ExpectNothing();
        Assert.Equal((0, 0), script.Client.Backend.InUse);
        script.Peer.Send(FinAck, seq: 5001, ack: One + 1);
        script.Expect(PeerSegment.Ack, seq: One + 1, ack: 5002);
    }

    [Fact]
    public void Who_finishes_second_is_done_with_the_last_acknowledgement()
    {
        using Script script = Script.Opened();
        script.Peer.Send(FinAck);
        script.Expect(PeerSegment.Ack, ack: 5002);
        Assert.True(script.Story.PeerHasFinished);
        Assert.Equal((0, 0), script.Client.Backend.InUse);
        script.Peer.Send(FinAck, seq: 5001); // again: acknowledged, and told once
        script.Expect(PeerSegment.Ack, ack: 5002);
        script.Client.Close(script.Connection);
        script.Expect(FinAck, seq: One, ack: 5002);
        script.Peer.Send(ack: One + 1);
        script.Pass();
        Assert.Equal((0, 0), script.Client.Backend.InUse);
        script.Peer.Send(FinAck, seq: 5001, ack: One + 1);
        script.Expect(PeerSegment.Rst, seq: One + 1); // no TIME_WAIT here: that is the peer's
    }

    [Fact]
    public void A_half_close_leaves_the_other_way_open()
    {
        using Script script = Script.Opened();
        script.Client.IsCheckingBytes = false;
        script.Client.Send(script.Connection, 100, SendMode.Last);
        script.Expect(FinAck, bytes: 100, seq: One);
        script.Peer.Send(ack: One + 101);
        script.Peer.Send(bytes: 700, ack: One + 101);
        script.Expect(PeerSegment.Ack, seq: One + 101, ack: 5701);
        Assert.Equal(700, script.Story.ReceivedBytes);
        script.Peer.Send(FinAck, ack: One + 101);
        script.Expect(PeerSegment.Ack, ack: 5702);
        Assert.True(script.Story.PeerHasFinished);
        Assert.Null(script.Story.Closed);
        script.Client.Close(script.Connection);
        script.ExpectNothing();
        Assert.Equal(0, script.Story.Closed);
        script.Peer.Send(FinAck, seq: 5701, ack: One + 101);
        script.Expect(PeerSegment.Ack, seq: One + 101, ack: 5702); // in TIME_WAIT
    }

    [Fact]
    public void A_close_still_delivers_what_was_sent_and_drops_the_rest()
    {
        using Script script = Script.Opened();
        script.Client.Send(script.Connection, 300_000);
        for (int i = 0; i < 10; i++)
        {
            script.Expect(PeerSegment.Ack, bytes: 1460);
        }

        script.Client.Close(script.Connection);
        script.Expect(FinAck, seq: One + 14_600);
        Assert.Equal(0, script.Story.Closed);
        Assert.Equal(14_600, script.Story.SentBytes);
        Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0)); // it was lost, all of it
        PeerSegment again = script.Expect(PeerSegment.Ack, bytes: 1460, seq: One);
        Assert.Equal(script.Story.PatternAt(1459), again.Payload[1459]);
    }

    [Fact]
    public void A_close_with_bytes_that_nobody_read_is_a_reset()
    {
        using Script script = Script.Opened();
        script.Client.Backend.Receive(script.Connection, ReceiveMode.Paused);
        script.Peer.Send(bytes: 10);
        script.Expect(PeerSegment.Ack, ack: 5011);
        script.Client.Close(script.Connection);
        script.Expect(PeerSegment.Rst | PeerSegment.Ack, seq: One, ack: 5011);
        Assert.Equal(0, script.Client.Pool.Rented);
    }

    [Fact]
    public void Bytes_after_a_close_are_answered_by_a_reset()
    {
        using Script script = Script.Opened();
        script.Client.Close(script.Connection);
        script.Expect(FinAck);
        script.Peer.Send(bytes: 10, ack: One + 1);
        script.Expect(PeerSegment.Rst, seq: One + 1);
        Assert.Equal((0, 0), script.Client.Backend.InUse);
    }

    [Fact]
    public void A_reset_at_our_end_is_sent_at_once()
    {
        using Script script = Script.Opened();
        script.Client.Close(script.Connection, CloseKind.Rst);
        script.Expect(PeerSegment.Rst | PeerSegment.Ack, seq: One, ack: 5001);
        Assert.Equal(0, script.Story.Closed);
        Assert.Equal(1, script.Counts.ResetsOut);
    }

    [Fact]
    public void A_reset_has_to_have_the_very_next_number()
    {
        using Script script = Script.Opened();
        script.Peer.Send(PeerSegment.Rst, seq: 5001 + 100); // a guess within the window: challenged (RFC 5961)
        script.Expect(PeerSegment.Ack, seq: One, ack: 5001);
        script.Peer.Send(PeerSegment.Rst, seq: 5001 + 70_000);
        script.Peer.Send(PeerSegment.Rst, seq: 4000);
        script.ExpectNothing();
        Assert.Null(script.Story.Closed);
        Assert.Equal(1, script.Counts.ChallengeAcks);
        script.Peer.Send(PeerSegment.Rst, seq: 5001);
        script.Pass();
        Assert.Equal(-Errno.ECONNRESET, script.Story.Closed);
        script.ExpectNothing();
        Assert.Equal((0, 0), script.Client.Backend.InUse);
    }

    [Fact]
    public void A_SYN_in_an_open_connection_and_an_acknowledgement_from_the_future_are_challenged()
    {
        using Script script = Script.Opened();
        script.Peer.Send(PeerSegment.Syn, seq: 5001);
        script.Expect(PeerSegment.Ack, seq: One, ack: 5001);
        script.Peer.Send(ack: One + 1000);
        script.Expect(PeerSegment.Ack, seq: One, ack: 5001);
        script.Peer.Send(ack: One - 100_000);
        script.Expect(PeerSegment.Ack, seq: One, ack: 5001);
        Assert.Equal(3, script.Counts.ChallengeAcks);
        Assert.Null(script.Story.Closed);
    }

    [Fact]
    public void A_reset_after_the_peers_FIN_is_a_broken_pipe()
    {
        using Script script = Script.Opened();
        script.Peer.Send(FinAck);
        script.Expect(PeerSegment.Ack);
        script.Client.Send(script.Connection, 10);
        script.Expect(PeerSegment.Ack, bytes: 10);
        script.Peer.Send(PeerSegment.Rst, seq: 5002);
        script.Pass();
        Assert.Equal(-Errno.EPIPE, script.Story.Closed);
    }

    [Fact]
    public void Nobody_but_us_is_answered_for()
    {
        using Script script = Script.Opened();
        script.Peer.Last.DestinationPort = 7001; // a peer that we have no path to
        script.Peer.Send(bytes: 10);
        script.Peer.Last.Source = [10, 9, 0, 77]; // an address that is not ours
        script.Peer.Send(bytes: 10);
        script.ExpectNothing();
        Assert.Equal(2, script.Counts.NotOurs);
    }

    [Fact]
    public void A_connection_may_take_the_place_of_one_in_TIME_WAIT_and_begins_behind_it()
    {
        using Script script = Script.Opened();
        ushort port = script.Story.Port;
        script.Client.Send(script.Connection, 1000);
        script.Expect(PeerSegment.Ack, bytes: 1000);
        script.Peer.Send(ack: One + 1000);
        script.Client.Close(script.Connection);
        script.Expect(FinAck);
        Handle early = script.Client.Open(port: port);
        script.Pass();
        Assert.Equal(-Errno.EADDRINUSE, script.Client[early].Closed); // the peer has not finished yet
        script.Peer.Send(FinAck, ack: One + 1001);
        script.Expect(PeerSegment.Ack, ack: 5002);
        Handle next = script.Client.Open(port: port);
        PeerSegment syn = script.Expect(PeerSegment.Syn);
        Assert.Equal(One + 1002, syn.Seq);
        script.Accept();
        Assert.True(script.Client[next].IsOpen);
    }

    [Fact]
    public void A_peer_that_never_finishes_is_forgotten_after_a_minute()
    {
        using Script script = Script.Opened();
        script.Client.Close(script.Connection);
        script.Expect(FinAck);
        script.Peer.Send(ack: One + 1);
        script.Pass();
        Assert.Equal((1, 0), script.Client.Backend.InUse);
        script.Pass(61_000_000_000);
        Assert.Equal((0, 0), script.Client.Backend.InUse);
    }
}
