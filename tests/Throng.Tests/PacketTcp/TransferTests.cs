using Throng.Engine;
using Throng.Linux;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>Bytes both ways: windows, losses, acknowledgements; segment by segment.</summary>
public sealed class TransferTests
{
    private const uint One = Script.First + 1;

    [Fact]
    public void Bytes_that_come_are_acknowledged_at_once_by_what_goes_or_alone()
    {
        using Script script = Script.Opened();
        script.Client.IsCheckingBytes = false;
        script.Peer.Send(bytes: 100);
        script.Peer.Send(bytes: 50);
        script.Expect(PeerSegment.Ack, seq: One, ack: 5001 + 150);
        script.ExpectNothing();
        Assert.Equal((0, 0), script.Client.Backend.InUse);
    }

    [Fact]
    public void Ten_segments_go_before_the_first_acknowledgement_and_two_for_each_after_it()
    {
        using Script script = Script.Opened(mss: 1024, scale: 4);
        script.Client.Send(script.Connection, 100_000);
        for (int i = 0; i < 10; i++)
        {
            script.Expect(PeerSegment.Ack, bytes: 1024, seq: One + (uint)(i * 1024));
        }

        script.ExpectNothing();
        script.Peer.Send(ack: One + 1024);
        script.Expect(PeerSegment.Ack, bytes: 1024, seq: One + 10_240);
        script.Expect(PeerSegment.Ack, bytes: 1024, seq: One + 11_264);
        script.ExpectNothing();
    }

    [Fact]
    public void The_window_of_the_peer_is_scaled_but_for_its_SYN()
    {
        using Script script = Script.Opened(mss: 1460, scale: 2, window: 2000);
        script.Client.Send(script.Connection, 20_000);
        script.Expect(PeerSegment.Ack, bytes: 1460);
        script.ExpectNothing(); // 540 are no whole segment, nor half of the largest window
        script.Peer.Send(ack: One + 1460); // 8000
        for (int i = 0; i < 5; i++)
        {
            script.Expect(PeerSegment.Ack, bytes: 1460);
        }

        script.ExpectNothing();
    }

    [Fact]
    public void A_lost_segment_is_sent_again_when_its_time_is_over_and_then_twice_as_late()
    {
        using Script script = Script.Opened();
        script.Client.Send(script.Connection, 300);
        script.Expect(PeerSegment.Ack, bytes: 300, seq: One);
        long[] ms = [200, 400, 800, 1600]; // the shortest timeout there is: a trip took 0.1 ms
        foreach (long one in ms)
        {
            long beganNs = script.Wire.NowNs;
            Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0));
            Assert.InRange((script.Wire.NowNs - beganNs) / 1_000_000, one - 2, one + 10);
            script.Expect(PeerSegment.Ack, bytes: 300, seq: One);
        }

        Assert.Equal(4, script.Counts.Retransmits);
        script.Client.Backend.AskFacts(script.Connection);
        script.Pass();
        Assert.Equal(4u, script.Story.Facts!.Value.Retransmits);
        Assert.Equal(1u, script.Story.Facts!.Value.UnacknowledgedSegments);
        script.Peer.Send(ack: One + 300);
        script.Pass();
        script.Client.Backend.AskFacts(script.Connection);
        script.Pass();
        Assert.Equal(4u, script.Story.Facts!.Value.Retransmits); // also when it is idle again
        Assert.InRange(script.Story.Facts!.Value.RoundTripNs, 100_000, 2_000_000);
        Assert.Equal((0, 0), script.Client.Backend.InUse);
    }

    [Fact]
    public void A_window_of_zero_is_probed_without_bytes_until_it_opens()
    {
        using Script script = Script.Opened();
        script.Client.Send(script.Connection, 1000);
        script.Expect(PeerSegment.Ack, bytes: 1000);
        script.Peer.Window = 0;
        script.Peer.Send(ack: One + 1000);
        script.Pass();
        script.Client.Send(script.Connection, 500);
        script.ExpectNothing();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0));
            script.Expect(PeerSegment.Ack, bytes: 0, seq: One + 999);
            script.Peer.Send(ack: One + 1000);
            script.ExpectNothing();
        }

        script.Peer.Window = 5000;
        script.Peer.Send(ack: One + 1000);
        script.Expect(PeerSegment.Ack, bytes: 500, seq: One + 1000);
        Assert.Equal(1500, script.Story.SentBytes);
    }

    [Fact]
    public void Bytes_on_the_way_are_sent_again_though_the_window_has_closed()
    {
        using Script script = Script.Opened(mss: 1024, window: 2048);
        script.Client.Send(script.Connection, 2048);
        script.Expect(PeerSegment.Ack, bytes: 1024);
        script.Expect(PeerSegment.Ack, bytes: 1024);
        script.Peer.Window = 0;
        script.Peer.Send(ack: One + 1024); // the second was lost, and so is the word of a larger window
        script.Pass();
        Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0, 2_000_000_000));
        script.Expect(PeerSegment.Ack, bytes: 1024, seq: One + 1024);
    }

    [Fact]
    public void A_window_that_stays_small_is_used_in_the_end()
    {
        using Script script = Script.Opened();
        script.Peer.Window = 100;
        script.Peer.Send();
        script.Pass();
        script.Client.Send(script.Connection, 1000);
        script.ExpectNothing(); // no silly segments
        Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0));
        script.Expect(PeerSegment.Ack, bytes: 100, seq: One);
    }

    [Fact]
    public void A_receiver_that_pauses_closes_its_window_and_opens_it_again()
    {
        using Script script = Script.Opened();
        script.Client.Backend.Receive(script.Connection, ReceiveMode.Paused);
        for (int left = 65_535; left > 0; left -= 1460)
        {
            script.Peer.Send(bytes: Math.Min(1460, left));
        }

        script.Pass();
        Assert.Equal(0, script.Story.ReceivedBytes);
        while (script.Peer.Waiting > 1)
        {
            script.Peer.Dequeue();
        }

        script.Expect(PeerSegment.Ack, ack: script.Peer.Next, window: 0);
        script.Peer.Send(bytes: 1, seq: script.Peer.Next); // a probe beyond the window
        script.Expect(PeerSegment.Ack, ack: script.Peer.Next, window: 0);
        Assert.InRange(script.Client.Pool.Rented, 4, 6);
        script.Client.IsCheckingBytes = false;
        script.Client.Backend.Receive(script.Connection, ReceiveMode.Stream);
        script.Pass();
        Assert.Equal(65_535, script.Story.ReceivedBytes);
        Assert.Equal(0, script.Client.Pool.Rented);
        while (script.Peer.Waiting > 1)
        {
            script.Peer.Dequeue();
        }

        PeerSegment open = script.Expect(PeerSegment.Ack, ack: script.Peer.Next);
        Assert.InRange(open.Window, 65_535 - (2 * 1460), 65_535); // a little more is no news
    }

    [Fact]
    public void Bytes_that_come_twice_are_taken_once()
    {
        using Script script = Script.Opened();
        script.Client.IsCheckingBytes = false;
        script.Peer.Send(bytes: 100);
        script.Expect(PeerSegment.Ack, ack: 5101);
        script.Peer.Send(bytes: 100, seq: 5001);
        script.Expect(PeerSegment.Ack, ack: 5101);
        script.Peer.Send(bytes: 100, seq: 5051); // half of it is new
        script.Expect(PeerSegment.Ack, ack: 5151);
        Assert.Equal(150, script.Story.ReceivedBytes);
    }

    [Fact]
    public void Malformed_segments_are_counted_and_change_nothing()
    {
        using Script script = Script.Opened();
        script.Peer.Send(bytes: 50, seq: 5001, change: frame => [.. frame[..^1], (byte)(frame[^1] ^ 1)]);
        script.Peer.Send(bytes: 50, seq: 5001, change: frame => frame[..60]);
        script.Peer.Send(PeerSegment.Syn, seq: 5001, options: [2, 40, 0, 0]);
        script.Peer.SendFrame([0x08, 0, 0x45, 0]);
        script.ExpectNothing();
        Assert.Equal(1, script.Counts.BadChecksums);
        Assert.Equal(3, script.Counts.Malformed);
        Assert.Equal(0, script.Story.ReceivedBytes);
    }

    [Fact]
    public void Sequence_numbers_wrap()
    {
        using Script script = Script.Opened(first: uint.MaxValue - 99);
        script.Client.Send(script.Connection, 300);
        script.Expect(PeerSegment.Ack, bytes: 300, seq: uint.MaxValue - 98);
        Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0));
        script.Expect(PeerSegment.Ack, bytes: 300, seq: uint.MaxValue - 98);
        script.Peer.Send(ack: 201);
        script.ExpectNothing(2_000_000_000);
        script.Client.Send(script.Connection, 10);
        script.Expect(PeerSegment.Ack, bytes: 10, seq: 201);
    }

    [Fact]
    public void Requests_without_a_block_wait_and_are_not_lost()
    {
        using Script script = new(blocks: 4);
        Handle[] all = [script.Connection, .. Enumerable.Range(0, 9).Select(_ => script.Client.Open())];
        Assert.True(script.Client.RunUntil(() =>
        {
            if (script.Peer.Waiting > 0 && script.Peer.Dequeue() is { } came && came.Has(PeerSegment.Syn))
            {
                script.Peer.Send(PeerSegment.Syn | PeerSegment.Ack, seq: 5000, ack: came.Seq + 1);
            }

            return all.All(one => script.Client[one].IsOpen);
        }, 10_000_000_000));
        Assert.True(script.Counts.WaitedForBlock > 0);
        Assert.Equal(0, script.Client.Backend.RequestsWaiting);
        foreach (Handle one in all)
        {
            script.Client.Send(one, 5);
            script.Client.Send(one, 6);
        }

        int bytes = 0;
        Assert.True(script.Client.RunUntil(() =>
        {
            while (script.Peer.Waiting > 0)
            {
                PeerSegment came = script.Peer.Dequeue();
                bytes += came.Payload.Length;
                script.Peer.Send(PeerSegment.Ack, seq: 5001, ack: came.Seq + (uint)came.Payload.Length);
            }

            return bytes == all.Length * 11 && script.Client.Backend.InUse == (0, 0);
        }, 10_000_000_000));
        Assert.All(all, one => Assert.Equal(11, script.Client[one].SentBytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    public void A_keepalive_probe_is_sent_after_a_silence_and_three_in_vain_end_it(int seconds)
    {
        using Script script = Script.Opened(new SocketOptions(seconds, 0));
        int between = Math.Max(1, seconds / 3);
        long beganNs = script.Wire.NowNs;
        Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0));
        Assert.InRange((script.Wire.NowNs - beganNs) / 1e9, seconds - 0.01, seconds + 0.02);
        script.Expect(PeerSegment.Ack, seq: Script.First);
        script.Peer.Send(ack: One);
        beganNs = script.Wire.NowNs;
        for (int probe = 0; probe < 3; probe++)
        {
            Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0));
            script.Expect(PeerSegment.Ack, seq: Script.First);
        }

        Assert.True(script.Client.RunUntil(() => script.Story.Closed is not null));
        Assert.Equal(-Errno.ETIMEDOUT, script.Story.Closed);
        Assert.InRange((script.Wire.NowNs - beganNs) / 1e9, seconds + (3 * between) - 0.1, seconds + (3 * between) + 1);
    }

    [Fact]
    public void The_user_timeout_ends_what_is_not_acknowledged()
    {
        using Script script = Script.Opened(new SocketOptions(0, 2000));
        script.Client.Send(script.Connection, 10);
        long beganNs = script.Wire.NowNs;
        Assert.True(script.Client.RunUntil(() => script.Story.Closed is not null));
        Assert.Equal(-Errno.ETIMEDOUT, script.Story.Closed);
        Assert.InRange((script.Wire.NowNs - beganNs) / 1e9, 2, 3.5);
    }
}
