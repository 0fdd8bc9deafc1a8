using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class IdleSearchTests
{
    private const long Second = Ns.Second;

    [Fact]
    public void Any_timeout_is_found_within_the_precision_in_the_rounds_that_were_promised()
    {
        Prng random = new(1);
        for (int i = 0; i < 500; i++)
        {
            IdlePlan plan = Draw(ref random);
            long timeoutNs = random.NextInRange(plan.FromNs + 1, plan.ToNs - 1);
            IdleSearched found = new IdleWorld(random) { TimeoutNs = timeoutNs, EndsBySelf = i % 2 == 0 }.Drive(plan);
            string what = $"{plan} {timeoutNs}";
            Assert.True(found.Ending == IdleEnding.Found, $"{found.Ending} {what}");
            Assert.InRange(timeoutNs, found.RememberedNs!.Value, found.ForgottenNs!.Value);
            Assert.InRange(found.ForgottenNs.Value - found.RememberedNs.Value, 0, plan.WithinNs);
            Assert.True(found.Rounds.Count <= plan.RoundsMax, $"{found.Rounds.Count} rounds {what}");
            Assert.Equal(IdlePhase.Confirm, found.Rounds[^1].Phase);
            Assert.Empty(found.Crowdings);
        }
    }

    [Fact]
    public void Timeouts_that_differ_by_less_than_the_precision_are_found_all_the_same()
    {
        const int Times = 1000;
        Prng random = new(2);
        int times = 0;
        for (int i = 0; i < Times; i++)
        {
            IdlePlan plan = Draw(ref random) with { Lanes = (int)random.NextInRange(10, 60) };
            long jitterNs = plan.WithinNs / 8;
            long timeoutNs = random.NextInRange(plan.FromNs + (2 * jitterNs), plan.ToNs - (2 * jitterNs));
            IdleSearched found = new IdleWorld(random)
            {
                TimeoutNs = timeoutNs, JitterNs = jitterNs, LateNs = plan.WithinNs / 50, EndsBySelf = i % 2 == 0,
            }.Drive(plan);
            Assert.InRange(found.Rounds.Count, 1, plan.RoundsMax + 2);
            if (found.Ending != IdleEnding.Found)
            {
                Assert.Equal(IdleEnding.Varies, found.Ending); // by chance, and said
                continue;
            }

            times++;
            Assert.InRange(found.RememberedNs!.Value, 0, timeoutNs + jitterNs);
            Assert.InRange(found.ForgottenNs!.Value, timeoutNs - jitterNs, long.MaxValue);
            Assert.InRange(found.ForgottenNs.Value - found.RememberedNs.Value, 0, plan.WithinNs);
        }

        Assert.InRange(times, Times * 99 / 100, Times);
    }

    [Fact]
    public void Whatever_the_lanes_come_to_the_search_ends_and_contradicts_no_outcome_that_counts()
    {
        Prng random = new(3);
        // An established lane is asked: nothing of it fails to arrive unasked.
        IdleOutcome[] outcomes = [.. IdleOutcomes.All.Where(outcome => outcome != IdleOutcome.NotArrived)];
        HashSet<IdleEnding> seen = [];
        for (int i = 0; i < 500; i++)
        {
            IdlePlan plan = Draw(ref random);
            IdleSearch search = new(IdleKind.Established, plan);
            long timeoutNs = random.NextInRange(1, 2 * plan.ToNs);
            double noise = random.NextDouble() * random.NextDouble();
            int rounds = 0;
            for (; search.Next.Count > 0; rounds++)
            {
                List<IdleLane> lanes = [];
                foreach (long triedNs in search.Next)
                {
                    lanes.Add(new IdleLane
                    {
                        TriedNs = triedNs,
                        SilenceNs = triedNs,
                        Outcome = random.NextDouble() < noise
                            ? outcomes[random.NextInRange(0, outcomes.Length - 1)]
                            : triedNs < timeoutNs ? IdleOutcome.Remembered : IdleOutcome.ResetInAnswer,
                    });
                }

                search.Add(lanes, 1);
                Assert.InRange(rounds, 0, 6 * (plan with { Lanes = IdlePlan.LanesMin }).RoundsMax);
            }

            IdleSearched result = search.Result;
            seen.Add(result.Ending);
            Assert.NotEqual(IdleEnding.None, result.Ending);
            foreach (IdleLane lane in result.Rounds.SelectMany(round => round.Lanes).Where(lane => lane.Counts))
            {
                Assert.True(IdleOutcomes.Tells(lane.Outcome));
                bool isRemembered = lane.Outcome == IdleOutcome.Remembered;
                Assert.False(!isRemembered && lane.SilenceNs <= (result.RememberedNs ?? 0), $"{plan} {timeoutNs}");
                Assert.False(
                    isRemembered && lane.SilenceNs >= (result.ForgottenNs ?? long.MaxValue), $"{plan} {timeoutNs}");
            }
        }

        Assert.Equal(6 - 1, seen.Count);
    }

    [Fact]
    public void What_is_never_forgotten_is_remembered_to_the_end_after_one_round()
    {
        IdlePlan plan = new();
        IdleSearched found = new IdleWorld(new Prng(1)) { TimeoutNs = long.MaxValue / 2 }.Drive(plan);
        Assert.Equal(IdleEnding.NotForgotten, found.Ending);
        Assert.Equal((plan.ToNs, (long?)null), (found.RememberedNs, found.ForgottenNs));
        Assert.Single(found.Rounds);
        Assert.Equal("remembered for at least 2 h", new IdleResult([found]).VerdictText);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_forgotten_at_the_shortest_silence_already_is_tried_again_and_said(bool endsBySelf)
    {
        IdleSearched found = new IdleWorld(new Prng(1)) { TimeoutNs = 4 * Second, EndsBySelf = endsBySelf }
            .Drive(new IdlePlan());
        Assert.Equal(IdleEnding.ForgottenAtFrom, found.Ending);
        Assert.Null(found.RememberedNs);
        Assert.InRange(found.ForgottenNs!.Value, 4 * Second, 10 * Second);
        Assert.Equal(2, found.Rounds.Count);
    }

    [Theory]
    [InlineData(IdleOutcome.NotOpened, 30)]
    [InlineData(IdleOutcome.ClosedWhileSilent, 30)]
    [InlineData(IdleOutcome.ResetWhileSilent, 12)]
    [InlineData(IdleOutcome.NotOpened, 7)]
    public void Lanes_that_end_by_their_number_are_told_from_those_that_end_by_their_silence(
        IdleOutcome beyond, int takes)
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            Prng random = new(seed);
            long timeoutNs = random.NextInRange(20 * Second, 7000 * Second);
            IdleSearched found = new IdleWorld(random) { TimeoutNs = timeoutNs, Takes = takes, Beyond = beyond }
                .Drive(new IdlePlan());
            Assert.Equal(IdleEnding.Found, found.Ending);
            Assert.InRange(timeoutNs, found.RememberedNs!.Value, found.ForgottenNs!.Value);
            Assert.InRange(found.ForgottenNs.Value - found.RememberedNs.Value, 0, Second);
            IdleCrowding crowding = Assert.Single(found.Crowdings);
            Assert.Equal((40, 40 - takes, takes, beyond),
                (crowding.Lanes, crowding.Ended, crowding.Left, crowding.Outcome));
        }
    }

    [Fact]
    public void A_timeout_that_is_shorter_for_many_connections_is_found_with_few()
    {
        IdleSearched found = new IdleWorld(new Prng(1)) { TimeoutNs = 600 * Second, CrowdedFrom = 10 }
            .Drive(new IdlePlan());
        Assert.Equal(IdleEnding.Found, found.Ending);
        Assert.InRange(600 * Second, found.RememberedNs!.Value, found.ForgottenNs!.Value);
        Assert.Equal((40, 6), (found.Crowdings[^1].Lanes, found.Crowdings[^1].Left));
    }

    [Fact]
    public void What_forgets_by_chance_over_more_than_was_asked_for_is_said_to_vary()
    {
        int times = 0;
        for (ulong seed = 1; seed <= 100; seed++)
        {
            IdleSearched found = new IdleWorld(new Prng(seed)) { TimeoutNs = 100 * Second, JitterNs = 20 * Second }
                .Drive(new IdlePlan());
            if (found.Ending == IdleEnding.Varies)
            {
                times++;
                Assert.Empty(found.Crowdings);
                Assert.InRange(found.Bracket.OverlapNs, 1, 40 * Second);
            }
        }

        Assert.InRange(times, 90, 100); // few lanes may agree by chance
    }

    [Fact]
    public void A_round_is_decided_by_messages_that_were_not_answered_and_not_by_ends_that_come_by_themselves()
    {
        IdleSearch search = new(IdleKind.Established, new IdlePlan { FromNs = Second, ToNs = 4 * Second, Lanes = 4 });
        IdleLane[] With(params IdleOutcome[] outcomes) =>
        [
            .. outcomes.Select((outcome, at) => new IdleLane { TriedNs = search.Next[at], Outcome = outcome }),
        ];
        const IdleOutcome None = IdleOutcome.None;
        Assert.False(search.IsDecided(With(None, None, None, None)));
        Assert.False(search.IsDecided(With(
            IdleOutcome.Remembered, IdleOutcome.NotAcknowledged, None, None)));
        Assert.True(search.IsDecided(With(
            IdleOutcome.Remembered, IdleOutcome.NotAcknowledged, IdleOutcome.ResetInAnswer, None)));
        Assert.False(search.IsDecided(With(
            IdleOutcome.ClosedWhileSilent, IdleOutcome.ClosedWhileSilent, IdleOutcome.ResetWhileSilent, None)));
        Assert.False(search.IsDecided(With(
            None, IdleOutcome.NotAcknowledged, IdleOutcome.ResetInAnswer, None)));
    }

    [Fact]
    public void Too_few_lanes_are_no_result()
    {
        IdleSearched found = new IdleWorld(new Prng(1)) { TimeoutNs = 60 * Second, Takes = 1 }.Drive(new IdlePlan());
        Assert.Equal(IdleEnding.NoLanes, found.Ending);
        Assert.StartsWith(
            "nothing was found: of 40 lanes 39 not-opened", new IdleResult([found]).VerdictText,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_leads_nowhere_says_why()
    {
        Assert.Null(new IdlePlan().Error);
        Assert.NotNull(new IdlePlan { FromNs = 0 }.Error);
        Assert.NotNull(new IdlePlan { FromNs = Second, ToNs = Second }.Error);
        Assert.NotNull(new IdlePlan { Lanes = 1 }.Error);
        Assert.NotNull(new IdlePlan { WithinNs = 0 }.Error);
        Assert.NotNull(new IdlePlan { Confirmations = 0 }.Error);
    }

    [Theory]
    [InlineData(19_980, 20_070, "20.0 s", "20.1 s")]
    [InlineData(19_991, 20_011, "19.99 s", "20.01 s")]
    [InlineData(299_500, 300_200, "299.5 s", "300.2 s")]
    [InlineData(240_000, 300_000, "4 min", "5 min")]
    [InlineData(7_199_600, 7_200_300, "7199.6 s", "7200.3 s")]
    [InlineData(350, 400, "350 ms", "400 ms")]
    public void Two_times_have_as_many_digits_as_tell_them_apart(long goodMs, long badMs, string good, string bad)
    {
        Assert.Equal((good, bad), IdleSearched.Apart(goodMs * Ns.Millisecond, badMs * Ns.Millisecond));
    }

    private static IdlePlan Draw(ref Prng random)
    {
        long fromNs = random.NextInRange(Ns.Millisecond, 30 * Second);
        return new IdlePlan
        {
            FromNs = fromNs,
            ToNs = fromNs * random.NextInRange(2, 2000),
            WithinNs = random.NextInRange(50 * Ns.Millisecond, 5 * Second),
            Lanes = (int)random.NextInRange(IdlePlan.LanesMin, 200),
            Confirmations = (int)random.NextInRange(1, 5),
        };
    }
}
