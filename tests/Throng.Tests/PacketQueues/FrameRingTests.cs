using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests.PacketQueues;

/// <summary>The ring by which one worker hands frames to another.</summary>
public sealed class FrameRingTests
{
    private const int FrameBytesMax = 1792;

    [Fact]
    public void Frames_come_out_as_they_went_in_however_they_meet_the_end()
    {
        using FrameRing ring = new(4096);
        Prng random = new(1);
        Queue<byte[]> expected = new();
        int refused = 0;
        for (int turn = 0; turn < 50_000; turn++)
        {
            if (random.NextInRange(0, 2) > 0)
            {
                byte[] frame = Frame(turn, (int)random.NextInRange(14, FrameBytesMax));
                if (ring.TryAdd(frame))
                {
                    ring.Publish();
                    expected.Enqueue(frame);
                }
                else
                {
                    refused++;
                }
            }
            else if (ring.TryTake(out int offset, out int bytes))
            {
                Assert.Equal(expected.Dequeue(), ring.BytesOf(offset, bytes).ToArray());
                ring.Return();
            }
        }

        Assert.True(refused > 1000, "a full ring was met");
        while (ring.TryTake(out int offset, out int bytes))
        {
            Assert.Equal(expected.Dequeue(), ring.BytesOf(offset, bytes).ToArray());
            ring.Return();
        }

        Assert.Empty(expected);
    }

    [Fact]
    public void What_is_not_published_is_not_there()
    {
        using FrameRing ring = new(4096);
        Assert.True(ring.TryAdd(Frame(1, 60)));
        Assert.False(ring.HasFrames);
        Assert.False(ring.TryTake(out _, out _));
        ring.Publish();
        Assert.True(ring.HasFrames);
    }

    /// <summary>Nothing is written over a frame that somebody still looks at.</summary>
    [Fact]
    public void Room_is_free_when_all_that_were_taken_are_returned()
    {
        using FrameRing ring = new(4096);
        int frames = 0;
        for (; ring.TryAdd(Frame(frames, 504)); frames++)
        {
            ring.Publish();
        }

        Assert.Equal(8, frames);
        Assert.True(ring.TryTake(out int first, out int bytes));
        Assert.True(ring.TryTake(out _, out _));
        ring.Return();
        Assert.False(ring.TryAdd(Frame(9, 504)));
        Assert.Equal(Frame(0, 504), ring.BytesOf(first, bytes).ToArray());
        ring.Return();
        Assert.True(ring.TryAdd(Frame(9, 504)));
        Assert.True(ring.TryAdd(Frame(10, 504)));
        Assert.False(ring.TryAdd(Frame(11, 504)));
    }

    [Fact]
    public void Two_threads_lose_nothing()
    {
        const int Frames = 300_000;
        using FrameRing ring = new(64 << 10);
        Thread adds = new(() =>
        {
            Prng random = new(2);
            for (int number = 0; number < Frames; number++)
            {
                byte[] frame = Frame(number, (int)random.NextInRange(14, 200));
                while (!ring.TryAdd(frame))
                {
                    ring.Publish();
                    Thread.Yield();
                }

                if ((number & 7) == 0)
                {
                    ring.Publish();
                }
            }

            ring.Publish();
        });
        adds.Start();
        Prng same = new(2);
        int wrong = 0;
        for (int number = 0; number < Frames;)
        {
            if (!ring.TryTake(out int offset, out int bytes))
            {
                Thread.Yield();
                continue;
            }

            bool isRight = bytes == (int)same.NextInRange(14, 200)
                && ring.BytesOf(offset, bytes).SequenceEqual(Frame(number, bytes));
            wrong += isRight ? 0 : 1;
            number++;
            ring.Return();
        }

        adds.Join();
        Assert.Equal(0, wrong);
        Assert.False(ring.HasFrames);
    }

    private static byte[] Frame(int number, int bytes)
    {
        byte[] frame = new byte[bytes];
        for (int i = 0; i < bytes; i++)
        {
            frame[i] = (byte)((number * 31) + i);
        }

        return frame;
    }
}
