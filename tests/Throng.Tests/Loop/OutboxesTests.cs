using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public class OutboxesTests
{
    [Fact]
    public void Forwarded_buffers_leave_in_order_and_go_back_to_the_pool()
    {
        using BufferPool pool = new(4);
        Outboxes outboxes = new(pool);
        int number = outboxes.Rent();
        Lease first = new(pool.Rent(), 10, 100);
        Lease second = new(pool.Rent(), 0, 50);
        ref Outbox box = ref outboxes[number];
        outboxes.Append(ref box, first);
        outboxes.Append(ref box, second);
        Assert.Equal(2, box.Buffers);
        Assert.Equal(first, outboxes.Head(box));
        outboxes.Advance(ref box, 30);
        Assert.Equal(new Lease(first.Buffer, 40, 70), outboxes.Head(box));
        outboxes.Advance(ref box, 70);
        Assert.Equal(second, outboxes.Head(box));
        Assert.Equal(1, pool.Rented);
        outboxes.Advance(ref box, 50);
        Assert.Equal((0, 0, 0), (box.HeadBuffer, box.TailBuffer, box.Buffers));
        Assert.Equal(0, pool.Rented);
        outboxes.Return(number);
        Assert.Equal(0, outboxes.Used);
    }

    [Fact]
    public void An_outbox_that_ends_early_gives_back_all_it_has()
    {
        using BufferPool pool = new(8);
        Outboxes outboxes = new(pool);
        int number = outboxes.Rent();
        ref Outbox box = ref outboxes[number];
        outboxes.Append(ref box, new Lease(pool.Rent(), 0, 5));
        outboxes.Append(ref box, new Lease(pool.Rent(), 0, 5));
        box.ProducedBuffer = pool.Rent();
        Assert.Equal(3, pool.Rented);
        outboxes.Return(number);
        Assert.Equal(0, pool.Rented);
        int again = outboxes.Rent();
        Assert.Equal(number, again);
        Assert.Equal(default, outboxes[again]);
    }

    [Fact]
    public void A_pool_is_bounded_and_its_buffers_do_not_overlap()
    {
        using BufferPool pool = new(3);
        int[] buffers = [pool.Rent(), pool.Rent(), pool.Rent()];
        Assert.Equal(0, pool.Rent());
        for (int i = 0; i < buffers.Length; i++)
        {
            pool.Whole(buffers[i]).Fill((byte)(i + 1));
        }

        for (int i = 0; i < buffers.Length; i++)
        {
            Assert.Equal(-1, pool.Whole(buffers[i]).IndexOfAnyExcept((byte)(i + 1)));
            pool.Return(buffers[i]);
        }

        Assert.Equal(0, pool.Rented);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Thousands_of_outboxes_keep_their_own_chains(ulong seed)
    {
        Prng random = new(seed);
        using BufferPool pool = new(2000);
        Outboxes outboxes = new(pool);
        Dictionary<int, Queue<Lease>> model = [];
        for (int step = 0; step < Suite.Rounds(few: 5_000, all: 20_000); step++)
        {
            switch (random.NextInRange(0, 3))
            {
                case 0 when model.Count < 900:
                    model.Add(outboxes.Rent(), []);
                    break;
                case 1 when model.Count > 0:
                    int number = model.ElementAt((int)random.NextInRange(0, model.Count - 1)).Key;
                    int buffer = model[number].Count < Outboxes.BuffersMax ? pool.Rent() : 0;
                    if (buffer != 0)
                    {
                        Lease lease = new(buffer, 0, (int)random.NextInRange(1, 100));
                        outboxes.Append(ref outboxes[number], lease);
                        model[number].Enqueue(lease);
                    }

                    break;
                case 2 when model.Count > 0:
                    (int sending, Queue<Lease> chain) = model.ElementAt((int)random.NextInRange(0, model.Count - 1));
                    if (chain.Count > 0)
                    {
                        Assert.Equal(chain.Peek(), outboxes.Head(outboxes[sending]));
                        outboxes.Advance(ref outboxes[sending], chain.Dequeue().Length);
                    }

                    break;
                case 3 when model.Count > 0 && random.NextInRange(0, 3) == 0:
                    int ended = model.ElementAt((int)random.NextInRange(0, model.Count - 1)).Key;
                    outboxes.Return(ended);
                    model.Remove(ended);
                    break;
            }

            Assert.Equal(model.Count, outboxes.Used);
            Assert.Equal(model.Values.Sum(one => one.Count), pool.Rented);
        }
    }
}
