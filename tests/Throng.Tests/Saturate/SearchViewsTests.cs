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

    [Fact]
    public void A_search_that_was_ended_early_has_its_cause_in_the_first_line()
    {
        StepFigures late = SearchRuns.AllTimedOut(50) with { BusyMax = 0.99, LagP99Ns = 5_000_000 };
        SearchStep bad = new(50, SearchPhase.Growth, late, new SaturationRule().Judge(late, SearchRuns.Good(40)));
        SaturationResult result = new()
        {
            Ending = SearchEnding.None, Steps = [Good, bad, bad], FirstBad = bad, FirstBadPerSecond = 50,
            LastGoodPerSecond = 40,
        };
        Assert.StartsWith(
            "good up to 40/s, bad at 50/s so far, the generator's own limit and not the path's: generator-cpu, ",
            result.VerdictText, StringComparison.Ordinal);
        Assert.EndsWith(
            "; the run ended before the search did, after 3 steps", result.VerdictText, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lines_of_the_drawing_go_through_the_steps_that_judged_a_rate()
    {
        SearchStep At(double rate, long p99Ns, bool isGood, bool isDisturbed = false) => new(
            rate, SearchPhase.Growth, SearchRuns.Good(rate) with { LifeP99Ns = p99Ns },
            isGood ? StepVerdict.Good : StepVerdict.Told("bad")) { IsDisturbed = isDisturbed };
        SaturationResult result = new()
        {
            Ending = SearchEnding.Found, LastGoodPerSecond = 20, FirstBadPerSecond = 30,
            Steps =
            [
                At(10, 90, true, isDisturbed: true), At(10, 2, true), At(20, 80, false),
                At(20, 70, false, isDisturbed: true), At(20, 3, true), At(30, 60, false), At(30, 4, true),
                At(30, 50, false), At(40, 99, true, isDisturbed: true),
            ],
        };
        Series p99 = SaturationChart.Draw(result, null).Panels[0].Series.Single(series => series.Name == "life p99");
        Assert.Equal([(10.0, 2.0), (20.0, 3.0), (30.0, 50.0)], p99.Points.Select(point => (point.X, point.Y)));
        Assert.Equal([90, 80, 70, 60, 4, 99], p99.Others.Select(point => point.Y));
    }

    [Fact]
    public void Each_step_has_a_line_with_its_number()
    {
        SaturationResult result = new() { Ending = SearchEnding.None, Steps = [Good, Good] };
        Assert.Equal(2, result.StepLines.Count());
        Assert.StartsWith("step 2 at ", result.StepLines.Last(), StringComparison.Ordinal);
        Assert.EndsWith(": good", result.StepLines.Last(), StringComparison.Ordinal);
    }

    private static LatencySummary Latency()
    {
        Histogram histogram = new();
        histogram.Record(7_770_000);
        return LatencySummary.From(histogram);
    }
}
