using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class SaturationSearchTests
{
    private static readonly SaturationRule Rule = new();

    [Fact]
    public void A_hard_limit_at_any_rate_is_found_within_the_precision()
    {
        Prng prng = new(1);
        for (int i = 0; i < 500; i++)
        {
            double limit = 60 * Math.Pow(10, prng.NextDouble() * 4);
            SaturationResult result = SearchRuns.Drive(
                new SaturationSearch(Rule, new SearchPlan()), rate => SearchRuns.HardLimit(rate, limit));

            // Success of 99.9 % is met up to a thousandth above the limit; a step of 10 s counts tenths.
            double threshold = limit / 0.999;
            Assert.Equal(SearchEnding.Found, result.Ending);
            Assert.InRange(threshold, result.LastGoodPerSecond!.Value - 0.2, result.FirstBadPerSecond!.Value + 0.2);
            Assert.InRange(result.FirstBadPerSecond.Value, 0, result.LastGoodPerSecond.Value * 1.05);
            Assert.Equal(result.LastGoodPerSecond, result.Spread!.LowPerSecond);
            Assert.Equal(result.FirstBadPerSecond, result.Spread.HighPerSecond);

            // Growth, one repeat, at most three halvings of 25 % and four confirmations.
            int growth = (int)Math.Ceiling(Math.Log(limit / 50) / Math.Log(1.25));
            Assert.InRange(result.Steps.Count, growth, growth + 10);
        }
    }

    [Theory]
    [InlineData(50, 1.25, 0.05, 3)]
    [InlineData(1, 1.1, 0.01, 5)]
    [InlineData(0.5, 3, 0.5, 1)]
    [InlineData(200, 1.001, 0.0001, 3)]
    [InlineData(50, 10, 0.001, 7)]
    public void Every_plan_ends_around_the_limit(double start, double increment, double precision, int trials)
    {
        SearchPlan plan = new()
        {
            StartPerSecond = start,
            Increment = increment,
            Precision = precision,
            Trials = trials,
            StepsMax = 10_000,
        };
        SaturationResult result = SearchRuns.Drive(new SaturationSearch(Rule, plan), rate => rate > 217.3
            ? SearchRuns.AllRefused(rate)
            : SearchRuns.Good(rate), 10_000);
        Assert.Equal(SearchEnding.Found, result.Ending);
        Assert.InRange(217.3, result.LastGoodPerSecond!.Value, result.FirstBadPerSecond!.Value);
        Assert.InRange(result.FirstBadPerSecond.Value / result.LastGoodPerSecond.Value, 1, (1 + precision) * 1.000001);
        foreach (double? boundary in new[] { result.LastGoodPerSecond, result.FirstBadPerSecond })
        {
            Assert.True(result.Steps.Count(step => step.RatePerSecond == boundary) >= trials);
        }
    }

    [Fact]
    public void A_queue_is_found_where_its_latency_has_doubled()
    {
        Prng prng = new(2);
        for (int i = 0; i < 200; i++)
        {
            double limit = 300 * Math.Pow(10, prng.NextDouble() * 3);
            SaturationResult result = SearchRuns.Drive(
                new SaturationSearch(Rule, new SearchPlan()), rate => SearchRuns.Queue(rate, limit));

            // 1/(1-u) is twice 1/(1-u0) where 1-u is half of 1-u0.
            double expected = limit - ((limit - 50) / 2);
            Assert.InRange(expected, result.LastGoodPerSecond!.Value - 0.1, result.FirstBadPerSecond!.Value + 0.1);
            Assert.InRange(result.FirstBadPerSecond.Value / result.LastGoodPerSecond.Value, 1, 1.05);
            Assert.Equal("latency", result.Cause.Name);
        }
    }

    [Fact]
    public void Noise_in_one_of_a_hundred_steps_does_not_move_the_result()
    {
        const int Runs = 3_000;
        int off = 0;
        for (int seed = 0; seed < Runs; seed++)
        {
            Prng prng = new((ulong)seed);
            SaturationResult result = SearchRuns.Drive(new SaturationSearch(Rule, new SearchPlan()), rate =>
                rate > 1_234 ^ prng.NextDouble() < 0.01 ? SearchRuns.AllRefused(rate) : SearchRuns.Good(rate), 100);
            bool isOff = result.LastGoodPerSecond is not (>= 1_234 * 0.95 and <= 1_234 * 1.05);
            off += isOff ? 1 : 0;
        }

        // Two flips at one rate are needed: 1 in 10,000 for each of some twenty rates.
        Assert.InRange(off, 0, Runs / 100);
    }

    [Fact]
    public void One_bad_growth_step_is_run_again_before_it_is_believed()
    {
        int steps = 0;
        SaturationResult result = SearchRuns.Drive(
            new SaturationSearch(Rule, new SearchPlan { RateMaxPerSecond = 500 }),
            rate => ++steps == 4 ? SearchRuns.AllRefused(rate) : SearchRuns.Good(rate));
        Assert.Equal(SearchEnding.NoneUpToMax, result.Ending);
        Assert.Equal(result.Steps[3].RatePerSecond, result.Steps[4].RatePerSecond);
        Assert.Equal([50, 63, 78, 98, 98, 122, 153, 191, 238, 298, 373, 466, 500],
            result.Steps.Select(step => step.RatePerSecond));
    }

    [Fact]
    public void A_boundary_that_loses_its_trials_changes_sides()
    {
        // The bisection's first step is a good one that fails once, and the rates above stay open.
        int bisections = 0;
        SaturationSearch search = new(Rule, new SearchPlan());
        SaturationResult result = SearchRuns.Drive(search, rate =>
            rate > 1_100 || (search.Phase == SearchPhase.Bisection && ++bisections == 1)
                ? SearchRuns.AllRefused(rate)
                : SearchRuns.Good(rate));
        SearchStep misjudged = result.Steps.First(step => step.Phase == SearchPhase.Bisection);
        Assert.True(misjudged.RatePerSecond < 1_100 && !misjudged.Verdict.IsGood);
        Assert.InRange(1_100, result.LastGoodPerSecond!.Value, result.FirstBadPerSecond!.Value);
        Assert.Equal(SearchEnding.Found, result.Ending);
    }

    [Theory]
    [InlineData(false, 1_046, 1_075, 1_017, 1_075)]
    [InlineData(true, 935, 961, 935, 1_017)]
    public void Trials_that_disagree_widen_the_spread(
        bool isBadFirst, double lastGood, double firstBad, double low, double high)
    {
        // In a band of rates every second trial of a rate is not like the two others.
        Dictionary<double, int> trials = [];
        SaturationResult result = SearchRuns.Drive(new SaturationSearch(Rule, new SearchPlan()), rate =>
        {
            int trial = trials[rate] = trials.GetValueOrDefault(rate) + 1;
            bool isBad = rate > 1_050 || (rate > 950 && isBadFirst ^ trial == 2);
            return isBad ? SearchRuns.AllRefused(rate) : SearchRuns.Good(rate);
        });
        Assert.Equal(SearchEnding.Found, result.Ending);
        Assert.Equal((lastGood, firstBad), (result.LastGoodPerSecond, result.FirstBadPerSecond));
        Assert.Equal(new SaturationSpread(low, high), result.Spread);
    }

    [Theory]
    [InlineData(0.5, 5_000_000, 3)]
    [InlineData(0.5, 900_000, 1)]
    [InlineData(0.99, 5_000_000, 1)]
    public void A_bad_step_of_a_generator_that_was_late_for_want_of_nothing_is_run_again(
        double busyMax, long lagP99Ns, int steps)
    {
        // Everything is bad at once, so that each rate shows how often it was run before it was believed.
        SaturationResult result = SearchRuns.Drive(new SaturationSearch(Rule, new SearchPlan()), rate =>
            rate > 50 ? SearchRuns.AllTimedOut(rate) with { BusyMax = busyMax, LagP99Ns = lagP99Ns }
            : SearchRuns.Good(rate));
        SearchStep[] growth = [.. result.Steps.Where(step => step.RatePerSecond == 63)];
        Assert.Equal(Math.Max(2, steps + 1), growth.Length);
        Assert.Equal(steps - 1, growth.Count(step => step.IsDisturbed));
        string broken = growth[^1].Verdict.Text;
        Assert.Equal(
            [
                .. Enumerable.Repeat($"disturbed, not counted: {broken}", steps - 1), $"not believed alone: {broken}",
                broken,
            ],
            growth.Select(step => step.Text));
        Assert.All(growth, step => Assert.Equal(
            (step.IsDisturbed, step.IsAlone, step.Text, step.Verdict.IsGood),
            SearchStep.Told(63, step.Phase, step.Figures, step.Text) is var told
                ? (told.IsDisturbed, told.IsAlone, told.Text, told.Verdict.IsGood) : default));
        Assert.True(SearchStep.Told(63, SearchPhase.Base, growth[0].Figures, "disturbed, run again: good").IsDisturbed);
        Assert.Equal((50, "path-drop"), (result.LastGoodPerSecond, result.Cause.Name == "generator-cpu"
            ? "path-drop" : result.Cause.Name));
    }

    [Theory]
    [InlineData(35, 0, 0, "path-drop")]
    [InlineData(0, 35, 0, "refused")]
    [InlineData(0, 0, 35, "path-reset")]
    public void Packets_that_say_so_are_believed_though_the_generator_was_late(
        long retransmits, long refused, long reset, string cause)
    {
        SaturationResult result = SearchRuns.Drive(new SaturationSearch(Rule, new SearchPlan()), rate =>
        {
            StepFigures good = SearchRuns.Good(rate);
            return rate <= 50 ? good : good with
            {
                LagP99Ns = 5_000_000, SynRetransmits = retransmits, Refused = refused, Reset = reset,
                Ok = good.Ok - refused - reset,
            };
        });
        Assert.DoesNotContain(result.Steps, step => step.IsDisturbed);
        Assert.Equal((50, cause), (result.LastGoodPerSecond, result.Cause.Name));
        Assert.Contains("the generator was late itself", result.Cause.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Disturbances_of_every_third_step_do_not_move_the_result()
    {
        for (int first = 0; first < 3; first++)
        {
            int steps = first;
            SaturationResult result = SearchRuns.Drive(new SaturationSearch(Rule, new SearchPlan()), rate =>
                ++steps % 3 == 0
                    ? SearchRuns.AllTimedOut(rate) with { LagP99Ns = 25_000_000 }
                    : SearchRuns.HardLimit(rate, 1_234));
            Assert.Equal(SearchEnding.Found, result.Ending);
            Assert.InRange(1_234 / 0.999, result.LastGoodPerSecond!.Value, result.FirstBadPerSecond!.Value);
            Assert.True(result.LastGood!.Verdict.IsGood && !result.FirstBad!.IsDisturbed);
        }
    }

    [Fact]
    public void Nothing_is_compared_with_a_base_step_that_was_late()
    {
        int steps = 0;
        SaturationResult result = SearchRuns.Drive(
            new SaturationSearch(Rule, new SearchPlan { RateMaxPerSecond = 60 }), rate => ++steps == 1
                ? SearchRuns.Good(rate) with { LifeP99Ns = 40_000_000, LagP99Ns = 20_000_000 }
                : SearchRuns.Good(rate) with { LifeP99Ns = rate > 50 ? 30_000_000 : 3_000_000 });
        Assert.Equal(3_000_000, result.Base!.LifeP99Ns);
        Assert.InRange(result.FirstBadPerSecond!.Value, 50, 53);
    }

    [Fact]
    public void What_never_saturates_ends_at_the_highest_rate()
    {
        SearchPlan plan = new() { RateMaxPerSecond = 10_000 };
        SaturationResult result = SearchRuns.Drive(new SaturationSearch(Rule, plan), SearchRuns.Good);
        Assert.Equal(SearchEnding.NoneUpToMax, result.Ending);
        Assert.Equal(10_000, result.LastGoodPerSecond);
        Assert.Null(result.FirstBadPerSecond);
        Assert.Equal("none-up-to-max", result.Cause.Name);
    }

    [Fact]
    public void A_start_that_is_bad_ends_the_search_after_a_second_look()
    {
        SaturationResult always = SearchRuns.Drive(new SaturationSearch(Rule, new SearchPlan()), SearchRuns.AllRefused);
        SaturationResult above = SearchRuns.Drive(
            new SaturationSearch(Rule, new SearchPlan { StartPerSecond = 500 }),
            rate => SearchRuns.HardLimit(rate, 300));
        foreach (SaturationResult result in new[] { always, above })
        {
            Assert.Equal(SearchEnding.BaseBad, result.Ending);
            Assert.Null(result.LastGoodPerSecond);
            Assert.Equal(2, result.Steps.Count);
            Assert.All(result.Steps, step => Assert.Equal(SearchPhase.Base, step.Phase));
        }

        Assert.Equal("refused", always.Cause.Name);
        Assert.Equal("path-drop", above.Cause.Name);
        Assert.Equal(500, above.FirstBadPerSecond);
    }

    [Fact]
    public void A_search_that_is_ended_early_has_the_figures_of_its_headline()
    {
        SaturationSearch search = new(Rule, new SearchPlan());
        SearchStep disturbed = search.Add(SearchRuns.Good(50) with { LagP99Ns = 20 * Ns.Millisecond });
        Assert.True(disturbed.IsDisturbed);
        Assert.Equal(50, search.Result.LastGoodPerSecond);
        Assert.StartsWith("good up to 50/s so far", search.Result.VerdictText, StringComparison.Ordinal);
    }

    [Fact]
    public void The_most_steps_end_it_with_what_is_known()
    {
        SaturationResult result = SearchRuns.Drive(
            new SaturationSearch(Rule, new SearchPlan { StepsMax = 5 }), SearchRuns.Good);
        Assert.Equal(SearchEnding.StepsMax, result.Ending);
        Assert.Equal(5, result.Steps.Count);
        Assert.Equal(result.Steps[^1].RatePerSecond, result.LastGoodPerSecond);
    }

    [Fact]
    public void A_path_that_changes_its_mind_ends_too()
    {
        for (int seed = 0; seed < 1_000; seed++)
        {
            Prng prng = new((ulong)seed);
            SearchPlan plan = new() { Precision = 0.01 };
            SearchRuns.Drive(new SaturationSearch(Rule, plan), rate =>
                prng.NextDouble() < 0.4 ? SearchRuns.AllRefused(rate) : SearchRuns.Good(rate), plan.StepsMax);
        }
    }

    [Theory]
    [InlineData(0, 1.25, 0.05, 3, 100)]
    [InlineData(50, 1, 0.05, 3, 100)]
    [InlineData(50, double.NaN, 0.05, 3, 100)]
    [InlineData(50, 1.25, 0, 3, 100)]
    [InlineData(50, 1.25, 0.05, 2, 100)]
    [InlineData(50, 1.25, 0.05, 3, 40)]
    public void A_plan_without_an_end_is_refused(
        double start, double increment, double precision, int trials, double rateMax)
    {
        SearchPlan plan = new()
        {
            StartPerSecond = start,
            Increment = increment,
            Precision = precision,
            Trials = trials,
            RateMaxPerSecond = rateMax,
        };
        Assert.NotNull(plan.Error);
        Assert.Throws<ArgumentException>(() => new SaturationSearch(Rule, plan));
    }
}
