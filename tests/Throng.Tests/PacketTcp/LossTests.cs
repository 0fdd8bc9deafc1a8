using System.Buffers.Binary;
using Throng.Engine;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>Gaps in what comes and in what was sent: what is kept, told and sent again; segment by segment.</summary>
public sealed class LossTests
{
    private const uint One = Script.First + 1;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_behind_a_gap_are_kept_and_told(bool takesSacks)
    {
        using Script script = Script.Opened(takesSacks: takesSacks);
        script.Client.IsCheckingBytes = false;
        (uint From, uint End)[][] told =
        [
            [(5101, 5201)],
            [(5301, 5401), (5101, 5201)],
            [(5101, 5401)],
        ];
        uint[] begins = [5101, 5301, 5201];
        for (int i = 0; i < 3; i++)
        {
            script.Peer.Send(bytes: 100, seq: begins[i]);
            PeerSegment ack = script.Expect(PeerSegment.Ack, ack: 5001);
            Assert.Equal(takesSacks ? Sacks(told[i]) : [], ack.Options);
        }

        Assert.Equal(3, script.Counts.OutOfOrder);
        Assert.Equal(0, script.Counts.OutOfOrderDropped);
        Assert.Equal(0, script.Story.ReceivedBytes);
        script.Peer.Send(bytes: 150, seq: 5001); // all of the gap, and some that is there
        script.Expect(PeerSegment.Ack, ack: 5401);
        Assert.Equal(400, script.Story.ReceivedBytes);
        Assert.Equal(0, script.Client.Pool.Rented);
        Assert.Equal((0, 0), script.Client.Backend.InUse);
    }

    [Fact]
    public void A_FIN_behind_a_gap_is_kept()
    {
        using Script script = Script.Opened(takesSacks: true);
        script.Client.IsCheckingBytes = false;
        script.Peer.Send(PeerSegment.Ack | PeerSegment.Fin, bytes: 100, seq: 5101);
        PeerSegment ack = script.Expect(PeerSegment.Ack, ack: 5001);
        Assert.Equal(Sacks((5101, 5202)), ack.Options);
        Assert.False(script.Story.PeerHasFinished);
        script.Peer.Send(bytes: 100, seq: 5001);
        script.Expect(PeerSegment.Ack, ack: 5202);
        Assert.True(script.Story.PeerHasFinished);
        Assert.Equal(200, script.Story.ReceivedBytes);
    }

    [Fact]
    public void More_gaps_than_are_kept_of_one_connection_are_counted()
    {
        using Script script = Script.Opened(takesSacks: true);
        script.Client.IsCheckingBytes = false;
        for (uint i = 1; i <= EarlyBytes.PiecesMax + 1; i++)
        {
            script.Peer.Send(bytes: 10, seq: 5001 + (i * 20));
        }

        script.Pass();
        Assert.Equal(1, script.Counts.OutOfOrderDropped);
        Assert.Equal(EarlyBytes.PiecesMax, script.Client.Pool.Rented);
        script.Client.Close(script.Connection);
        script.Pass();
        Assert.Equal(0, script.Client.Pool.Rented);
    }

    /// <summary>It does so wherever numbers begin: what is zero in a new block lies ahead of half of them.</summary>
    [Theory]
    [InlineData(Script.First)]
    [InlineData(0xC000_0000)]
    [InlineData(uint.MaxValue - 3000)]
    public void Three_duplicate_acknowledgements_bring_the_missing_segment_at_once(uint first)
    {
        using Script script = Script.Opened(mss: 1460, first: first);
        uint one = first + 1;
        script.Client.Send(script.Connection, 14_600);
        for (int i = 0; i < 10; i++)
        {
            script.Expect(PeerSegment.Ack, bytes: 1460);
        }

        script.Peer.Send(ack: one + 1460); // the second is lost
        script.Pass();
        script.Peer.Send(ack: one + 1460);
        script.Peer.Send(ack: one + 1460);
        script.ExpectNothing();
        script.Peer.Send(ack: one + 1460);
        script.Expect(PeerSegment.Ack, bytes: 1460, seq: one + 1460);
        script.ExpectNothing();
        script.Peer.Send(ack: one + 4380); // and the fourth: a partial one
        script.Expect(PeerSegment.Ack, bytes: 1460, seq: one + 4380);
        script.Peer.Send(ack: one + 14_600);
        script.ExpectNothing();
        Assert.Equal(2, script.Counts.Retransmits);
        Assert.Equal((0, 0), script.Client.Backend.InUse);
    }

    [Fact]
    public void Every_gap_that_the_peer_tells_of_is_filled_in_one_round()
    {
        using Script script = Script.Opened(mss: 1460, takesSacks: true);
        SendTen(script);
        uint At(int segment) => One + (uint)(segment * 1460);

        // The second, the fourth and the fifth are lost.
        script.Peer.Send(ack: At(1), options: Sacks((At(2), At(3))));
        script.Peer.Send(ack: At(1), options: Sacks((At(5), At(6)), (At(2), At(3))));
        script.Pass();
        script.Peer.Clear();
        script.Peer.Send(ack: At(1), options: Sacks((At(5), At(8)), (At(2), At(3))));
        script.Expect(PeerSegment.Ack, bytes: 1460, seq: At(1));
        script.Expect(PeerSegment.Ack, bytes: 1460, seq: At(3));
        script.Peer.Send(ack: At(1), options: Sacks((At(5), At(10)), (At(2), At(3))));
        script.Expect(PeerSegment.Ack, bytes: 1460, seq: At(4));
        script.Peer.Send(ack: At(10));
        script.ExpectNothing();
        Assert.Equal(3, script.Counts.Retransmits);
        Assert.Equal((0, 0), script.Client.Backend.InUse);
    }

    [Fact]
    public void What_the_peer_has_is_not_sent_again_after_a_timeout_once_it_tells_so()
    {
        using Script script = Script.Opened(mss: 1460, takesSacks: true);
        SendTen(script);
        uint end = One + 14_600;
        Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0, 1_000_000_000));
        script.Expect(PeerSegment.Ack, bytes: 1460, seq: One);
        script.Peer.Send(ack: One + 1460, options: Sacks((One + 2920, end)));
        script.Expect(PeerSegment.Ack, bytes: 1460, seq: One + 1460);
        script.ExpectNothing(10_000_000);
        script.Peer.Send(ack: end);
        script.ExpectNothing();
        Assert.Equal(2, script.Counts.Retransmits);
    }

    [Fact]
    public void A_peer_that_drops_what_it_told_of_gets_it_again()
    {
        using Script script = Script.Opened(mss: 1460, takesSacks: true);
        script.Client.Send(script.Connection, 2920);
        script.Expect(PeerSegment.Ack, bytes: 1460, seq: One);
        script.Expect(PeerSegment.Ack, bytes: 1460, seq: One + 1460);
        script.Peer.Send(ack: One, options: Sacks((One + 1460, One + 2920)));
        Assert.True(script.Client.RunUntil(() => script.Peer.Waiting > 0, 1_000_000_000));
        script.Expect(PeerSegment.Ack, bytes: 1460, seq: One);
        script.Peer.Send(ack: One + 1460);
        script.Expect(PeerSegment.Ack, bytes: 1460, seq: One + 1460);
    }

    [Fact]
    public void Selective_acknowledgements_that_cannot_be_are_passed_over()
    {
        using Script script = Script.Opened(mss: 1460, takesSacks: true);
        SendTen(script);
        uint end = One + 14_600;
        (uint From, uint End)[] strange =
        [
            (One, One + 1460), (One + 1460, One + 1460), (One + 2920, One + 1460), (One + 1460, end + 1),
            (One - 5000, One - 1), (end + 5000, end + 9000),
        ];
        foreach ((uint From, uint End) one in strange)
        {
            script.Peer.Window--; // no duplicate in the old way
            script.Peer.Send(ack: One, options: Sacks(one));
        }

        script.Peer.Send(ack: One, options: [5, 255, 1, 1]);
        script.Peer.Send(ack: One, options: [5, 3, 9, 0]);
        script.ExpectNothing();
        Assert.Equal(0, script.Counts.Retransmits);
        script.Peer.Send(ack: end);
        script.Pass();
        Assert.Equal((0, 0), script.Client.Backend.InUse);
    }

    [Fact]
    public void Any_byte_among_the_options_may_be_anything()
    {
        using Script script = Script.Opened(mss: 1460, takesSacks: true);
        SendTen(script);
        byte[] right =
        [
            .. Sacks((One + 1460, One + 2920), (One + 4380, One + 5840), (One + 7300, One + 8760)),
            1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2,
        ];
        Assert.Equal(40, right.Length);
        for (int odd = 0; odd < right.Length * 256; odd++)
        {
            byte[] options = [.. right];
            options[odd / 256] = (byte)odd;
            script.Peer.Send(ack: One, options: options);
            if (odd % 64 == 63)
            {
                script.Pass();
                script.Peer.Clear();
            }
        }

        script.Peer.Send(ack: One + 14_600);
        script.Pass();
        Assert.Null(script.Story.Closed);
        Assert.Equal(0, script.Counts.Malformed);
        Assert.Equal((0, 0), script.Client.Backend.InUse);
    }

    [Fact]
    public void Any_byte_among_the_options_of_a_SYN_may_be_anything()
    {
        byte[] right = [2, 4, 5, 180, 1, 1, 4, 2, 1, 3, 3, 7];
        for (int odd = 0; odd < right.Length * 256; odd++)
        {
            using Script script = new();
            script.Expect(PeerSegment.Syn);
            script.Peer.Expected = One;
            byte[] options = [.. right];
            options[odd / 256] = (byte)odd;
            script.Peer.Send(PeerSegment.Syn | PeerSegment.Ack, seq: 5000, options: options);
            script.Peer.Send(PeerSegment.Syn | PeerSegment.Ack, options: right); // where that one was malformed
            script.Pass();
            Assert.True(script.Story.IsOpen);
            script.Client.Send(script.Connection, 1000);
            bool IsSent()
            {
                uint end = One;
                while (script.Peer.Waiting > 0)
                {
                    PeerSegment came = script.Peer.Dequeue();
                    end = came.Seq + (uint)came.Payload.Length;
                    script.Peer.Window = 65_535;
                    script.Peer.Send(ack: end);
                }

                return end == One + 1000;
            }

            Assert.True(script.Client.RunUntil(IsSent, 10_000_000_000), $"with {Convert.ToHexString(options)}");
        }
    }

    private static void SendTen(Script script)
    {
        script.Client.Send(script.Connection, 14_600);
        for (int i = 0; i < 10; i++)
        {
            script.Expect(PeerSegment.Ack, bytes: 1460);
        }
    }

    private static byte[] Sacks(params (uint From, uint End)[] ranges)
    {
        byte[] option = new byte[4 + (ranges.Length * 8)];
        (option[0], option[1], option[2], option[3]) = (1, 1, 5, (byte)(2 + (ranges.Length * 8)));
        for (int i = 0; i < ranges.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(4 + (i * 8)), ranges[i].From);
            BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(8 + (i * 8)), ranges[i].End);
        }

        return option;
    }
}
