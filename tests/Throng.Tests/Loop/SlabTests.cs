using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public class SlabTests
{
    [Fact]
    public void A_handle_is_stale_once_its_slot_is_freed_and_reused()
    {
        using Slab slab = new(1);
        Assert.True(slab.TryAllocate(Role.Client, Phase.Connecting, out Handle first));
        Assert.True(slab.IsFull);
        Assert.False(slab.TryAllocate(Role.Client, Phase.Connecting, out _));
        slab.Free(first);
        Assert.False(slab.IsLive(first));
        Assert.True(slab.TryAllocate(Role.Server, Phase.Open, out Handle second));
        Assert.Equal(first.Slot, second.Slot);
        Assert.NotEqual(first, second);
        Assert.False(slab.IsLive(first));
        Assert.True(slab.IsLive(second));
        Assert.Throws<BrokenInvariantException>(() => slab.Free(first));
    }

    [Fact]
    public void A_new_connection_starts_from_zero_with_a_generation_that_is_never_zero()
    {
        using Slab slab = new(1);
        HashSet<uint> generations = [];
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(slab.TryAllocate(Role.Client, Phase.Connecting, out Handle handle));
            ref Connection record = ref slab[handle];
            Assert.Equal(0, record.Outbox + record.Descriptor + record.Flags + record.LocalPort);
            Assert.Equal(CloseReason.None, record.Reason);
            Assert.False(record.HasOpened);
            Assert.Equal(0UL, ConnectionState.As<ulong>(ref record.State));
            Assert.NotEqual(0u, handle.Generation);
            Assert.True(generations.Add(handle.Generation));
            record.Outbox = 5;
            record.Descriptor = 6;
            record.Reason = CloseReason.Reset;
            record.Phase = Phase.Open;
            ConnectionState.As<ulong>(ref record.State) = 77;
            slab.Free(handle);
        }
    }

    [Fact]
    public void What_was_opened_stays_known_as_such_while_it_closes()
    {
        using Slab slab = new(1);
        Assert.True(slab.TryAllocate(Role.Server, Phase.Connecting, out Handle handle));
        ref Connection record = ref slab[handle];
        record.Phase = Phase.Closing;
        Assert.False(record.HasOpened);
        record.Phase = Phase.Open;
        record.Phase = Phase.Closing;
        Assert.True(record.HasOpened);
        Assert.Equal(Role.Server, record.Role);
        Assert.Equal(Phase.Closing, record.Phase);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Agrees_with_a_set_whatever_is_allocated_and_freed(ulong seed)
    {
        Prng random = new(seed);
        using Slab slab = new(64);
        List<Handle> live = [];
        HashSet<Handle> ever = [];
        for (int step = 0; step < 5000; step++)
        {
            if (random.NextInRange(0, 1) == 0)
            {
                bool allocated = slab.TryAllocate(Role.Client, Phase.Open, out Handle handle);
                Assert.Equal(live.Count < 64, allocated);
                if (allocated)
                {
                    Assert.True(ever.Add(handle), "a handle is never given twice");
                    live.Add(handle);
                }
            }
            else if (live.Count > 0)
            {
                int index = (int)random.NextInRange(0, live.Count - 1);
                slab.Free(live[index]);
                live.RemoveAt(index);
            }

            Assert.Equal(live.Count, slab.Used);
            Assert.Equal(live.Count, Enumerable.Range(0, slab.HighWater).Count(slot => !slab.HandleAt(slot).IsNone));
            Assert.All(live, one => Assert.True(slab.IsLive(one)));
        }
    }

    [Fact]
    public void A_handle_survives_the_way_through_a_kernel()
    {
        Handle handle = new(int.MaxValue - 1, Handle.GenerationMask);
        Assert.Equal(handle, Handle.FromUserData(handle.ToUserData(255), out byte operation));
        Assert.Equal(255, operation);
        Assert.Equal(int.MaxValue - 1, handle.Slot);
        Assert.Equal(Handle.GenerationMask, handle.Generation);
    }
}
