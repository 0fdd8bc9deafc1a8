using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>Pieces behind gaps, compared with a plain array of what came, step by step from seeds.</summary>
public sealed class EarlyBytesTests
{
    private const int StreamBytes = 3000;

    [Fact]
    public void What_was_kept_comes_out_whole_once_and_in_order()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            Prng random = new(seed);
            uint first = (uint)random.NextULong();
            using BufferPool pool = new(64);
            EarlyBytes early = new(pool);
            int head = 0;
            bool[] has = new bool[StreamBytes];
            int expected = 0;
            while (expected < StreamBytes)
            {
                int from = (int)random.NextInRange(expected, StreamBytes - 1);
                int count = (int)Math.Min(random.NextInRange(1, 300), StreamBytes - from);
                if (from > expected)
                {
                    byte[] bytes = [.. Enumerable.Range(from, count).Select(at => (byte)(at * 7))];
                    if (early.TryKeep(ref head, first + (uint)from, bytes))
                    {
                        has.AsSpan(from, count).Fill(true);
                        Told(early.Ranges(head, first + (uint)from, null), has, first, from);
                    }
                }
                else
                {
                    expected += count; // came in order
                }

                while (early.TryTake(ref head, first + (uint)expected, out Lease lease))
                {
                    foreach (byte one in pool.Bytes(lease))
                    {
                        Assert.Equal((byte)(expected++ * 7), one);
                    }

                    pool.Return(lease.Buffer);
                }

                Assert.True(expected == StreamBytes || !has[expected], "what is next was not kept");
            }

            early.Clear(ref head);
            Assert.Equal(0, pool.Rented);
        }
    }

    [Fact]
    public void All_connections_have_a_quarter_of_the_buffers_at_most()
    {
        using BufferPool pool = new(16);
        EarlyBytes early = new(pool);
        int[] heads = new int[5];
        for (int i = 0; i < 4; i++)
        {
            Assert.True(early.TryKeep(ref heads[i], 100, [1]));
        }

        Assert.False(early.TryKeep(ref heads[4], 100, [1]));
        early.Clear(ref heads[0]);
        Assert.True(early.TryKeep(ref heads[4], 100, [1]));
        Assert.Equal(4, pool.Rented);
    }

    [Fact]
    public void A_piece_longer_than_a_buffer_has_several()
    {
        using BufferPool pool = new(64);
        EarlyBytes early = new(pool);
        int head = 0;
        Assert.True(early.TryKeep(ref head, 10, new byte[40_000]));
        SequenceRanges told = early.Ranges(head, 10, fin: 40_010);
        Assert.Equal(1, told.Count);
        Assert.Equal(new SequenceRange(10, 40_011), told[0]);
    }

    /// <summary>The latest first, every piece whole, and nothing that is not there.</summary>
    private static void Told(in SequenceRanges told, bool[] has, uint first, int latest)
    {
        Assert.InRange(told.Count, 1, SequenceRanges.Most);
        Assert.InRange(latest, (int)(told[0].From - first), (int)(told[0].End - first) - 1);
        for (int i = 0; i < told.Count; i++)
        {
            int from = (int)(told[i].From - first);
            int end = (int)(told[i].End - first);
            Assert.True(has.AsSpan(from, end - from).IndexOf(false) < 0, "what is told was kept");
            Assert.True(end == StreamBytes || !has[end], "a piece is told to its end");
        }
    }
}
