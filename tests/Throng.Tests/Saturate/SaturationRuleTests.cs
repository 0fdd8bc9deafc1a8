using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class SaturationRuleTests
{
    private static readonly StepFigures Base = SearchRuns.Good(50);

    // 10,000 connections due.
    private static readonly StepFigures Step = SearchRuns.Good(1_000);

    public static TheoryData<string, string?> Cases { get; } = new()
    {
        { "ok 9990", null },
        { "ok 9989", "success 99.89 %, at least 99.9 %" },
        { "not-sent 10", null },
        { "not-sent 100", "success 99 %, at least 99.9 %" },
        { "not-sent 101", "success 98.99 %, at least 99.9 %; achieved 98.99 %, at least 99 %" },
        { "syn 10", null },
        { "syn 11", "SYN retransmits 0.11 %, at most 0.1 %" },
        { "p50 2000000", null },
        { "p50 2000001", "median life 2.00 ms, at most 2.00 ms" },
        { "p99 6000000", null },
        { "p99 6100000", "p99 life 6.10 ms, at most 6.00 ms" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_value_at_the_limit_is_good_and_one_beyond_is_not(string change, string? broken)
    {
        long value = long.Parse(change.Split(' ')[1], null);
        StepFigures step = change.Split(' ')[0] switch
        {
            "ok" => Step with { Ok = value, Reset = Step.Due - value },
            "not-sent" => Step with { Ok = Step.Due - value, NotSent = value },
            "syn" => Step with { SynRetransmits = value },
            "p50" => Step with { LifeP50Ns = value },
            _ => Step with { LifeP99Ns = value },
        };
        StepVerdict verdict = new SaturationRule { LatencyFloorNs = 0 }.Judge(step, Base);
        Assert.Equal(broken ?? "good", verdict.Text);
        Assert.Equal(broken is null, verdict.IsGood);
    }

    [Fact]
    public void A_life_below_the_floor_is_never_too_slow()
    {
        StepFigures slower = Step with { LifeP50Ns = 4_999_999, LifeP99Ns = 5_000_000 };
        StepFigures quick = Base with { LifeP50Ns = 10_000, LifeP99Ns = 100_000 };
        Assert.True(new SaturationRule().Judge(slower, quick).IsGood);
        Assert.True(new SaturationRule().Judge(slower with { LifeP99Ns = 5_000_001 }, quick)
            .Breaks(SaturationCriterion.LifeP99));
    }

    [Fact]
    public void Each_limit_can_be_set()
    {
        StepFigures step = Step with
        {
            Ok = 9_000,
            NotSent = 600,
            Other = 400,
            SynRetransmits = 90,
            LifeP99Ns = 9_000_000,
        };
        Assert.Equal(4, new SaturationRule().Judge(step, Base).Broken.Count);
        SaturationRule wide = new() { SuccessMin = 0.9, AchievedMin = 0.94, SynRetransmitMax = 0.01, Slowdown = 3 };
        Assert.True(wide.Judge(step, Base).IsGood);
        StepVerdict late = (wide with { LatencyMaxNs = 8_999_999 }).Judge(step, Base);
        Assert.True(late.Breaks(SaturationCriterion.LatencyMax));
        Assert.Equal(SaturationCriterion.LatencyMax, Assert.Single(late.Broken).Criterion);
    }

    [Fact]
    public void A_step_in_which_nothing_fell_due_or_nothing_was_measured_breaks_what_can_be_judged()
    {
        SaturationRule rule = new();
        StepFigures none = Step with { Due = 0, Ok = 0 };
        Assert.True(rule.Judge(none, Base).Breaks(SaturationCriterion.Success));
        StepFigures noLatency = Base with { LifeP50Ns = 0, LifeP99Ns = 0 };
        Assert.True(rule.Judge(Step, noLatency).IsGood);
    }
}
