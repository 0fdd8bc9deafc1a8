using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class OnceSearchTests
{
    [Fact]
    public void Rates_are_computed_from_the_start_and_rounded()
    {
        OnceSearch search = new();
        List<double> rates = [];
        while (rates.Count < 11)
        {
            rates.Add(search.NextPerSecond!.Value);
            Assert.Equal(rates.Count == 1 ? SearchPhase.Base : SearchPhase.Growth, search.Phase);
            search.Add(SearchRuns.Good(rates[^1]));
        }

        Assert.Equal([50, 63, 78, 98, 122, 153, 191, 238, 298, 373, 466], rates);
    }

    [Fact]
    public void Only_the_step_before_is_compared()
    {
        // The median doubles exactly with every step: never more than twice the one before.
        OnceSearch search = new(100, 2, 2);
        SaturationResult result = SearchRuns.Drive(search, rate => rate switch
        {
            < 1_600 => Median(rate, (long)rate * 10_000),
            _ => Median(rate, 16_000_001),
        });
        Assert.Equal([100, 200, 400, 800, 1_600], result.Steps.Select(step => step.RatePerSecond));
        Assert.Equal(SearchEnding.Found, result.Ending);
        Assert.Equal(1_600, result.FirstBadPerSecond);
        Assert.Equal(800, result.LastGoodPerSecond);
        Assert.Equal("median life 16.0 ms, at most 16.0 ms", result.FirstBad!.Verdict.Text);
    }

    [Fact]
    public void A_median_as_long_as_the_timeout_is_the_end_and_failures_are_none()
    {
        OnceSearch search = new(100, 2, 1_000_000);
        SaturationResult result = SearchRuns.Drive(search, rate => rate < 400
            ? Median(rate, 1_000_000) with { Ok = 1, Reset = 900 }
            : Median(rate, 30_000_000_000));
        Assert.Equal(400, result.FirstBadPerSecond);
        Assert.True(result.Steps[0].Verdict.IsGood);
    }

    [Fact]
    public void A_step_without_a_sample_is_the_end()
    {
        SaturationResult first = SearchRuns.Drive(new OnceSearch(), SearchRuns.AllRefused);
        Assert.Equal(SearchEnding.NoSamples, first.Ending);
        Assert.Equal(SearchPhase.Base, Assert.Single(first.Steps).Phase);
        SaturationResult later = SearchRuns.Drive(
            new OnceSearch(), rate => rate > 100 ? SearchRuns.AllRefused(rate) : SearchRuns.Good(rate));
        Assert.Equal(SearchEnding.NoSamples, later.Ending);
        Assert.Equal(98, later.LastGoodPerSecond);
    }

    [Fact]
    public void Rates_end_at_what_32_bits_hold()
    {
        OnceSearch search = new(uint.MaxValue, 4);
        search.Add(SearchRuns.Good(1_000));
        Assert.Equal(uint.MaxValue, search.NextPerSecond);
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnceSearch(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnceSearch(50, 1));
    }

    private static StepFigures Median(double rate, long medianNs) =>
        SearchRuns.Good(rate) with { LifeP50Ns = medianNs };
}
