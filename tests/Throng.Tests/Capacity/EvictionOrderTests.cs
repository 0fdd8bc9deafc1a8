using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>An order is claimed only where enough was seen of it.</summary>
public sealed class EvictionOrderTests
{
    private static readonly ulong Seeds = (ulong)Suite.Rounds(few: 200, all: 5000);

    [Fact]
    public void Nothing_is_claimed_of_few()
    {
        Assert.Equal(EvictionOrder.None, EvictionOrders.Of([]));
        Assert.Equal(EvictionOrder.None, EvictionOrders.Of([new(1, 1, false), new(2, 2, false)]));
        for (int gone = 1; gone < EvictionOrders.SeenMin; gone++)
        {
            Assert.Equal(EvictionOrder.Unclear, EvictionOrders.Of(Fates(100, (opened, _) => opened < gone, 1)));
        }

        Assert.Equal(EvictionOrder.Unclear, EvictionOrders.Of(Fates(100, (_, _) => true, 1)));
    }

    [Fact]
    public void Without_use_age_and_idle_time_are_one()
    {
        ConnectionFate[] fates = [.. Enumerable.Range(0, 100).Select(i => new ConnectionFate(i, i, i < 40))];
        Assert.Equal(EvictionOrder.OldestOrIdlest, EvictionOrders.Of(fates));
    }

    [Fact]
    public void By_age_and_by_idle_time_are_told_apart_where_some_were_used()
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            Prng random = new(seed);
            int gone = (int)random.NextInRange(100, 400);
            Assert.NotEqual(EvictionOrder.Idlest, EvictionOrders.Of(Fates(500, (opened, _) => opened < gone, seed)));
            Assert.NotEqual(EvictionOrder.Oldest, EvictionOrders.Of(Fates(500, (_, used) => used < gone, seed)));
        }

        Assert.Equal(EvictionOrder.Oldest, EvictionOrders.Of(Fates(500, (opened, _) => opened < 200, 1)));
        Assert.Equal(EvictionOrder.Idlest, EvictionOrders.Of(Fates(500, (_, used) => used < 200, 1)));
    }

    [Fact]
    public void Chance_makes_no_order()
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            Prng random = new(seed);
            double share = 0.05 + (random.NextDouble() * 0.9);
            Prng draws = new(seed + 1_000_000);
            int count = (int)random.NextInRange(10, 300);
            ConnectionFate[] fates = Fates(count, (_, _) => draws.NextDouble() < share, seed);
            EvictionOrder order = EvictionOrders.Of(fates);
            Assert.True(order is EvictionOrder.Unclear or EvictionOrder.None, $"seed {seed}: {order}");
        }
    }

    /// <summary>Connections opened one after another, of which every third was used again at a random later time.
    /// </summary>
    private static ConnectionFate[] Fates(int count, Func<long, long, bool> isGone, ulong seed)
    {
        Prng random = new(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                long used = i % 3 == 0 ? random.NextInRange(i, count - 1) : i;
                return new ConnectionFate(i, used, isGone(i, used));
            }),
        ];
    }
}
