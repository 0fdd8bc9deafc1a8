using System.Text;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests that the measurements of `bench` and `saturate` are drawn again from their saved sections.</summary>
public sealed class SectionReaderTests
{
    [Fact]
    public void A_bench_has_its_steps_again()
    {
        BenchResult bench = Assert.IsType<BenchResult>(Again(SavedSections.Bench).Result);
        Assert.Equal(["epoll", "uring", "epoll", "uring"], bench.Steps.Select(step => step.Server));
        Assert.Equal([1L, 1, 100, 100], bench.Steps.Select(step => step.Concurrency));
        Assert.Equal(new RoundSpread(90_000, 81_000, 99_000.00000000001), bench.Steps[3].EchoesPerSecond);
        Assert.Equal(new RoundSpread(80_000, 70_000.5, 90_000), bench.Steps[0].P50Ns with { Median = 80_000 });
        Assert.Equal((3, 300L, 2L), (bench.Steps[2].Rounds, bench.Steps[2].Exchanges, bench.Steps[2].Errors["reset"]));
        Assert.Equal((null, 5L, 6L), (
            bench.Steps[0].ServerUserNs, bench.Steps[0].ClientUserNs, bench.Steps[0].ClientSystemNs));
        Assert.Equal(1.5, bench.RatioOf(bench.Steps[3]));
        Assert.Equal(KeyValuePair.Create("xdp", "not permitted"), Assert.Single(bench.Missing));
        Assert.Contains("xdp: not permitted", TextReport.Render(Again(SavedSections.Bench)), StringComparison.Ordinal);
        Assert.Contains("xdp did not run", SvgChart.Render(BenchChart.Draw(bench)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_has_its_boundaries_steps_and_cause_again()
    {
        SaturationResult search = Assert.IsType<SaturationResult>(Again(SavedSections.Saturate).Result);
        Assert.Equal((980.5, 1_010.0), (search.LastGoodPerSecond, search.FirstBadPerSecond));
        Assert.Equal(SearchEnding.Found, search.Ending);
        Assert.Equal(new SaturationSpread(980.5, 1_010), search.Spread);
        Assert.Equal(new SaturationCause("path-drop", "12 of 10,100 connections timed out"), search.Cause);
        Assert.Equal(
            ["good", "success 97.3 %, at least 99.9 %", "disturbed, not counted: good", "good"],
            search.Steps.Select(step => step.Text));
        Assert.Equal([true, false, true, true], search.Steps.Select(step => step.Verdict.IsGood));
        Assert.Equal([false, false, true, false], search.Steps.Select(step => step.IsDisturbed));
        Assert.Equal(0.973, search.Steps[1].Figures.SuccessRatio);
        Assert.Equal("Good up to 980/s; then path-drop", SaturationChart.Draw(search, null).Title);
    }

    [Fact]
    public void Sections_without_their_parts_are_nothing_and_no_failure()
    {
        foreach (RunDocument run in (RunDocument[])[SavedSections.Bench, SavedSections.Saturate])
        {
            RunDocument none = Again(run with { Own = null });
            Assert.Null(none.Result);
            RunDocument empty = Again(run with { Own = [] });
            RunDocument bare = Again(run with { Own = new Section { ["steps"] = Node.ListOf(new Section()) } });
            foreach (RunDocument one in (RunDocument[])[none, empty, bare])
            {
                Assert.All(SavedRuns.Pages(one), view => Assert.NotEqual("", view));
            }
        }
    }

    [Fact]
    public void A_document_with_the_required_keys_alone_has_every_view()
    {
        RunDocument run = SavedRuns.Read("""
            {"schema":"throng.run/1","tool":{},"command":"query","options":{},"host":{},
            "started":"2026-01-02T03:04:05.678Z","duration_ns":0,"ended_by":"","verdict":{},"connections":{},
            "series":[{}],"events":[],"thresholds":[]}
            """);
        Assert.All(SavedRuns.Views(run), view => Assert.NotEqual("", view));
        Assert.All(SavedRuns.Pages(run), view => Assert.NotEqual("", view));
    }

    private static RunDocument Again(RunDocument run)
    {
        byte[] json = SavedRuns.Written(run);
        RunDocument again = SavedRuns.Read(json);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(SavedRuns.Written(again)));
        return again;
    }
}
