using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>Views of a search: what they say, and what they leave out.</summary>
public sealed class SearchViewsTests
{
    private static readonly RunDocument Search = SavedRuns.Read(
        JsonReport.Render(SavedSections.Saturate)) with
    {
        Rate = new Rate(123_456, 123_456), Response = Latency(), Service = Latency(), Lag = Latency(),
    };

    private static readonly SearchStep Good = new(50, SearchPhase.Growth, SearchRuns.Good(50), new StepVerdict([]));

    [Fact]
    public void Figures_of_the_staircase_as_a_whole_are_not_shown()
    {
        string[] views = [TextReport.Render(Search), MarkdownReport.Render(Search), HtmlReport.Render(Search)];
        Assert.All(views, view =>
        {
            Assert.DoesNotContain("123,456/s", view, StringComparison.Ordinal);
            Assert.DoesNotContain("7.77 ms", view, StringComparison.Ordinal);
        });
        RunDocument query = Search with { Command = "query", Result = null };
        Assert.Contains("123,456/s", TextReport.Render(query), StringComparison.Ordinal);
        RunComparison comparison = RunComparison.Compare([new("a", Search), new("b", Search)]);
        Assert.DoesNotContain(comparison.Metrics, metric => metric.Metric.Metric.Name == "response");
        Assert.Contains(comparison.Metrics, metric => metric.Metric.Name == "connections.opened");
    }

    [Theory]
    [InlineData(4_999, true)]
    [InlineData(5_000, false)]
    public void Short_steps_may_hide_a_limiter_that_saves_up(long stepMs, bool isFound)
    {
        RunDocument run = Search with { Options = new Section { ["step_ns"] = stepMs * 1_000_000 } };
        Finding? finding = new ShortSteps().Judge(run);
        Assert.Equal(isFound, finding is not null);
        Assert.True(!isFound || finding!.Severity == Severity.Info);
        Assert.Null(new ShortSteps().Judge(run with { Result = null }));
    }

    [Fact]
    public void A_rate_that_was_good_and_then_bad_is_not_called_good()
    {
        SaturationResult died = new()
        {
            Ending = SearchEnding.BaseBad, Steps = [Good], FirstBadPerSecond = 50,
            CauseTold = new SaturationCause("refused", "15 of 15 connections were refused"),
        };
        Assert.StartsWith("no rate stayed good: 50/s was bad in the end: refused, ", died.VerdictText,
            StringComparison.Ordinal);
        Assert.StartsWith("good up to 40/s, bad at 50/s: refused, ",
            (died with { LastGoodPerSecond = 40 }).VerdictText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_was_ended_early_does_not_say_that_every_rate_was_good()
    {
        SaturationResult none = new() { Ending = SearchEnding.None, Steps = [] };
        Assert.Equal(("none-so-far", "no step was finished"), (none.Cause.Name, none.Cause.Evidence));
        Assert.Equal("no step was finished", none.VerdictText);
        SaturationResult some = none with { Steps = [Good] };
        Assert.Equal(
            ("none-so-far", "none of 1 step was bad, and the run ended before the search did"),
            (some.Cause.Name, some.Cause.Evidence));
    }

    private static LatencySummary Latency()
    {
        Histogram histogram = new();
        histogram.Record(7_770_000);
        return LatencySummary.From(histogram);
    }
}
