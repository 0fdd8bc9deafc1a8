using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>The search for a capacity against modelled paths whose limit is known.</summary>
public sealed class CapacitySearchTests
{
    private static readonly ulong Seeds = (ulong)Suite.Rounds(few: 6, all: 60);

    [Theory]
    [InlineData(nameof(Beyond.Drop), "path", "dropped")]
    [InlineData(nameof(Beyond.Refuse), "path", "refused")]
    [InlineData(nameof(Beyond.Unserved), "server", "unserved")]
    [InlineData(nameof(Beyond.CloseAtOnce), "server", "closed")]
    [InlineData(nameof(Beyond.EvictOldest), "path", "evicts-oldest evicts-oldest-or-idlest")]
    [InlineData(nameof(Beyond.EvictIdlest), "path", "evicts-idlest evicts-oldest-or-idlest")]
    [InlineData(nameof(Beyond.EvictRandom), "path", "evicts")]
    [InlineData(nameof(Beyond.ForgetOldest), "path", "evicts-oldest evicts-oldest-or-idlest")]
    [InlineData(nameof(Beyond.NoPort), "host", "own-limit")]
    [InlineData(nameof(Beyond.EndByTime), "unknown", "ends-by-time")]
    public void A_known_limit_is_found_and_named(string kind, string owner, string behaviours)
    {
        Beyond beyond = Enum.Parse<Beyond>(kind);
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            Prng random = new(seed);
            int room = (int)random.NextInRange(100, 1500);
            double rate = beyond == Beyond.EndByTime ? 100 : random.NextInRange(100, 2000);
            CapacityResult found = new PathModel(beyond, room, seed).Run(
                new CapacityPlan { Limit = 8000, RatePerSecond = rate });
            string story = $"seed {seed}, room {room}, {rate}/s: {found.VerdictText}";

            Assert.True(found.Cause.OwnerName == owner, story);
            Assert.True(behaviours.Split(' ').Contains(found.Cause.BehaviourName), story);
            Assert.True((found.Sessions is not null) == (owner == "path"), story);
            if (beyond != Beyond.EndByTime)
            {
                Assert.True(Math.Abs(found.Reached - room) <= room * 0.01, story);
            }

            if (owner is "path" or "server")
            {
                Assert.Equal(3, found.Trials.Count);
                Assert.True(found.Spread <= 0.01, story);
            }
        }
    }

    [Fact]
    public void Where_use_keeps_connections_that_is_seen_with_enough_checks()
    {
        CapacityPlan plan = new() { Limit = 8000, RatePerSecond = 500 };
        CapacityResult idlest = new PathModel(Beyond.EvictIdlest, 1000, 1).Run(plan, checksPerSecond: 400);
        CapacityResult oldest = new PathModel(Beyond.EvictOldest, 1000, 1).Run(plan, checksPerSecond: 400);

        Assert.Equal(CapacityBehaviour.EvictsIdlest, idlest.Cause.Behaviour);
        Assert.Equal(CapacityBehaviour.EvictsOldest, oldest.Cause.Behaviour);
    }

    [Fact]
    public void Without_checks_a_path_that_drops_cannot_be_told_from_a_server_that_accepts_no_more()
    {
        CapacityResult found = new PathModel(Beyond.Drop, 300, 1).Run(
            new CapacityPlan { Limit = 8000, RatePerSecond = 500, Checks = false }, checksPerSecond: 0);

        Assert.Equal("unknown", found.Cause.OwnerName);
        Assert.Equal("dropped", found.Cause.BehaviourName);
        Assert.Null(found.Sessions);
        Assert.Equal(300, found.Reached);
    }

    [Theory]
    [InlineData("", "none", "none")]
    [InlineData("no more ports", "host", "own-limit")]
    public void Reaching_the_limit_is_a_result_of_its_own(string ownLimit, string owner, string behaviour)
    {
        CapacityResult found = new PathModel(Beyond.Drop, 2000, 1).Run(
            new CapacityPlan { Limit = 500, RatePerSecond = 500, OwnLimit = ownLimit });

        Assert.True(found.IsAtLeast);
        Assert.Equal(500, found.Reached);
        Assert.Null(found.Sessions);
        Assert.Equal(owner, found.Cause.OwnerName);
        Assert.Equal(behaviour, found.Cause.BehaviourName);
        Assert.StartsWith("at least 500 sessions", found.VerdictText, StringComparison.Ordinal);
        Assert.Single(found.Trials);
    }

    [Fact]
    public void Recovery_is_measured_after_either_close()
    {
        CapacityResult found = new PathModel(Beyond.Drop, 500, 1).Run(
            new CapacityPlan { Limit = 8000, RatePerSecond = 500, Recovers = true });

        Assert.Equal(["fin", "rst"], found.Recoveries.Select(one => one.Close));
        Assert.All(found.Recoveries, one => Assert.InRange(one.BackNs!.Value, one.FillNs, one.FillNs + Ns.Second));
    }

    /// <summary>A table that is shared, or that has not forgotten what an earlier run closed, has another limit each
    /// time.</summary>
    [Fact]
    public void A_limit_that_is_another_one_each_time_is_no_number()
    {
        CapacityPlan plan = new() { Limit = 8000, RatePerSecond = 500 };
        CapacityResult steady = new PathModel(Beyond.Drop, 500, 1).Run(plan);
        CapacityTrial[] trials = [.. steady.Trials];
        trials[1] = trials[1] with { Sessions = 100 };
        CapacityResult other = CapacityResult.Of(plan, true, trials, []);
        Assert.Equal(500, steady.Sessions);
        Assert.Null(other.Sessions);
        Assert.Equal(500, other.Reached);
        Assert.Contains(
            "at 500, 100, 500 sessions: others use the same table", other.VerdictText!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_ends_early_says_so()
    {
        CapacityResult none = CapacityResult.Of(new CapacityPlan { Limit = 9, RatePerSecond = 1 }, false, [], []);
        Assert.Equal("no trial came to its end", none.VerdictText);
        Assert.Null(none.Sessions);
        Assert.False(none.IsAtLeast);
    }
}
