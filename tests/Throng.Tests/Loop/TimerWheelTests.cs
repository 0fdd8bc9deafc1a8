using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>The wheel against a list that is searched through: never early, a tick late at most, none lost.</summary>
public class TimerWheelTests
{
    private const long TickNs = TimerWheel<ConnectionTimers>.TickNs;
    private const long OriginNs = 5_000_000_123;

    public static TheoryData<ulong> Seeds => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Fires_what_a_naive_list_would(ulong seed)
    {
        Prng random = new(seed);
        using Slab slab = new(200);
        TimerWheel<ConnectionTimers> wheel = new(new ConnectionTimers(slab), OriginNs);
        Dictionary<int, (long DueNs, byte Tag)> model = [];
        int[] connections = [.. Enumerable.Range(0, 150).Select(_ => Allocate(slab))];
        long nowNs = OriginNs;
        for (int step = 0; step < 3000; step++)
        {
            int connection = connections[random.NextInRange(0, connections.Length - 1)];
            switch (random.NextInRange(0, 9))
            {
                case < 5:
                    long dueNs = nowNs + Far(ref random);
                    byte tag = (byte)random.NextInRange(1, 255);
                    wheel.Arm(connection, dueNs, tag);
                    model[connection] = (dueNs, tag);
                    break;
                case < 7:
                    wheel.Cancel(connection);
                    model.Remove(connection);
                    break;
                default:
                    nowNs += Far(ref random);
                    Take(wheel, nowNs, model);
                    break;
            }

            Assert.Equal(model.Count, wheel.Count);
            Assert.True(model.Count > 0 || wheel.NextDueNs() == long.MaxValue);
        }

        while (model.Count > 0)
        {
            nowNs = Math.Max(nowNs, wheel.NextDueNs());
            Take(wheel, nowNs, model);
        }

        Assert.Equal(long.MaxValue, wheel.NextDueNs());
    }

    [Fact]
    public void Sleeping_until_told_fires_every_timer_within_a_tick_of_its_time()
    {
        Prng random = new(99);
        using Slab slab = new(500);
        TimerWheel<ConnectionTimers> wheel = new(new ConnectionTimers(slab), OriginNs);
        Dictionary<int, (long DueNs, byte Tag)> model = [];
        for (int i = 0; i < Suite.Rounds(few: 100, all: 500); i++)
        {
            int connection = Allocate(slab);
            long dueNs = OriginNs + Far(ref random);
            wheel.Arm(connection, dueNs, 1);
            model[connection] = (dueNs, 1);
        }

        long nowNs = OriginNs;
        while (wheel.NextDueNs() is long nextNs and < long.MaxValue)
        {
            Assert.True(nextNs > nowNs, "a wheel with nothing due names a time to come");
            Assert.True(
                nextNs <= model.Values.Min(one => one.DueNs) + TickNs, "nobody sleeps past a timer");
            nowNs = nextNs;
            Take(wheel, nowNs, model, latestNs: TickNs);
        }

        Assert.Empty(model);
    }

    [Fact]
    public void A_handler_that_arms_for_now_is_served_one_tick_later_and_not_in_a_circle()
    {
        using Slab slab = new(1);
        TimerWheel<ConnectionTimers> wheel = new(new ConnectionTimers(slab), OriginNs);
        int connection = Allocate(slab);
        wheel.Arm(connection, OriginNs, 1);
        long nowNs = OriginNs + TickNs;
        Assert.True(wheel.TryTakeDue(nowNs, out int taken, out byte tag));
        Assert.Equal((connection, (byte)1), (taken, tag));
        wheel.Arm(connection, nowNs, 2);
        Assert.False(wheel.TryTakeDue(nowNs, out _, out _));
        Assert.True(wheel.TryTakeDue(nowNs + TickNs, out _, out tag));
        Assert.Equal(2, tag);
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(16_777_215)]
    [InlineData(16_777_216)]
    [InlineData(16_777_217)]
    public void Where_a_wheel_turns_a_timer_is_exact(long ticks)
    {
        using Slab slab = new(2);
        TimerWheel<ConnectionTimers> wheel = new(new ConnectionTimers(slab), OriginNs);
        int early = Allocate(slab);
        int late = Allocate(slab);
        wheel.Arm(early, OriginNs + (ticks * TickNs), 1);
        wheel.Arm(late, OriginNs + ((ticks + 1) * TickNs), 2);
        Assert.False(wheel.TryTakeDue(OriginNs + (ticks * TickNs) - 1, out _, out _));
        Assert.True(wheel.TryTakeDue(OriginNs + (ticks * TickNs), out int first, out _));
        Assert.Equal(early, first);
        Assert.False(wheel.TryTakeDue(OriginNs + (ticks * TickNs), out _, out _));
        Assert.True(wheel.TryTakeDue(OriginNs + ((ticks + 1) * TickNs), out int second, out _));
        Assert.Equal(late, second);
    }

    private static int Allocate(Slab slab)
    {
        Assert.True(slab.TryAllocate(Role.Client, Phase.Open, out Handle connection));
        return connection.Slot;
    }

    /// <summary>From now to a day away, every order of magnitude as likely.</summary>
    private static long Far(ref Prng random) => random.NextInRange(0, 1L << (int)random.NextInRange(10, 46));

    /// <summary>Takes all that is due and checks that it is exactly what the model says.</summary>
    private static void Take(
        TimerWheel<ConnectionTimers> wheel, long nowNs, Dictionary<int, (long DueNs, byte Tag)> model,
        long latestNs = long.MaxValue)
    {
        while (wheel.TryTakeDue(nowNs, out int connection, out byte tag))
        {
            Assert.True(model.Remove(connection, out (long DueNs, byte Tag) armed), "only what is armed fires");
            Assert.Equal(armed.Tag, tag);
            Assert.True(armed.DueNs <= nowNs, "a timer is never early");
            Assert.True(nowNs - armed.DueNs <= latestNs, "a timer is at most a tick late");
        }

        Assert.All(model.Values, one => Assert.True(one.DueNs > nowNs - TickNs, "no timer is left behind"));
    }
}
