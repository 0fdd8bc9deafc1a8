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

    private static LatencySummary Latency()
    {
        Histogram histogram = new();
        histogram.Record(7_770_000);
        return LatencySummary.From(histogram);
    }
}
