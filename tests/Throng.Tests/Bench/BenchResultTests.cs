using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests of the results made of the rounds: medians, ratios, the file of ranks and the drawing.</summary>
public class BenchResultTests
{
    [Theory]
    [InlineData("3", 3, 3, 3)]
    [InlineData("5 1 9", 5, 1, 9)]
    [InlineData("4 1 2 9", 3, 1, 9)]
    public void A_spread_is_the_median_and_both_ends(string rounds, double median, double min, double max) =>
        Assert.Equal(
            new RoundSpread(median, min, max), RoundSpread.From([.. rounds.Split(' ').Select(double.Parse)]));

    [Fact]
    public void A_ratio_is_to_the_first_server_with_as_many_connections()
    {
        BenchResult result = new([Step("a", 1, 10), Step("b", 1, 5), Step("a", 9, 20), Step("b", 9, 50)], []);
        Assert.Equal([1, 0.5, 1, 2.5], result.Steps.Select(step => result.RatioOf(step)!.Value));
        BenchResult alone = new([Step("a", 1, 10), Step("a", 9, 10)], []);
        Assert.All(alone.Steps, step => Assert.Null(alone.RatioOf(step)));
    }

    [Fact]
    public void Ranks_of_one_step_are_lines_and_of_several_data_sets()
    {
        BenchStep one = Step("a", 2, 10) with { MeanUsByRank = [7, 12] };
        Assert.Equal("0 7\n1 12\n", RankReport.Render(Run(one)));
        Assert.Equal(
            "# a 2\n0 7\n1 12\n\n\n# b 1\n0 3\n",
            RankReport.Render(Run(one, Step("b", 1, 10) with { MeanUsByRank = [3] })));
    }

    [Fact]
    public void The_drawing_has_a_line_for_each_server_and_names_who_did_not_run()
    {
        BenchResult result = new([Step("a", 1, 10), Step("<b>", 1, 5)], [new("xdp", "not permitted")]);
        string drawn = SvgChart.Render(BenchChart.Draw(result));
        Assert.StartsWith("<svg", drawn, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", drawn, StringComparison.Ordinal);
        Assert.Contains("xdp did not run", drawn, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_has_a_row_for_each_server_and_tells_cpu_where_there_is_enough_of_it()
    {
        BenchStep costly = Step("a", 1_000, 50_000) with
        {
            Exchanges = 100_000, ServerUserNs = 20_000_000, ServerSystemNs = 700_000_000, ClientUserNs = 900_000_000,
        };
        BenchStep failed = Step("b", 1_000, 25_000) with { Errors = new ReasonCounts { { "reset", 3 } } };
        BenchResult bench = new([costly, failed], [new("xdp", "not permitted")]);
        Section own = new() { ["steps"] = Node.ListOf(new Section { ["any"] = 1 }) };
        string[] lines = TextReport.Render(Run(bench) with { Own = own }).Split('\n');
        int at = Array.FindIndex(lines, static line => line.StartsWith("server ", StringComparison.Ordinal));
        Assert.Equal(
            [
                "server  at once  echoes/s     min     max  ratio  p50 us  p99 us  max us  server user  system  client"
                    + "   errors",
                "a         1,000    50,000  50,000  50,000   1.00     100     100     100          0.2     7.0"
                    + "     9.0",
                "b         1,000    25,000  25,000  25,000   0.50     100     100     100            -       -"
                    + "       -  3 reset",
                "(echoes/s: median, min and max of the rounds; server and client: CPU us an echo)",
                "(all steps: every server and step together; echoes rate and latency: the first server with the "
                    + "most at once)",
                "xdp: not permitted",
            ],
            lines[at..(at + 6)]);
    }

    [Fact]
    public void The_verdict_ranks_the_servers_with_most_connections()
    {
        BenchStep other = Step("b", 10, 90_000) with { Errors = new ReasonCounts { { "reset", 3 } } };
        BenchResult bench = new([Step("a", 1, 10), Step("b", 1, 5), Step("a", 10, 50_000), other], [new("xdp", "")]);
        Assert.Equal(
            "b 90,000/s, a 50,000/s with 10 at once; 3 exchanges without an answer; not started: xdp",
            Verdict.Judge(Run(bench)).Text);
        Assert.Equal(
            "10/s, p99 100 us with 1 at once, all answered",
            Verdict.Judge(Run(new BenchResult([Step("a", 1, 10)], []))).Text);
    }

    [Fact]
    public void A_step_in_which_nothing_was_answered_has_no_latency()
    {
        BenchStep mute = Step("a", 10, 0) with { Latency = LatencySummary.Empty };
        Assert.Equal("0/s with 10 at once, all answered", Verdict.Judge(Run(new BenchResult([mute], []))).Text);
        BenchResult both = new([mute with { Concurrency = 1 }, mute], []);
        Assert.DoesNotContain("all steps:", TextReport.Render(Run(both)), StringComparison.Ordinal);
    }

    private static RunDocument Run(params BenchStep[] steps) => Run(new BenchResult(steps, []));

    private static RunDocument Run(BenchResult bench) => SampleRun.Full with { Result = bench };

    private static BenchStep Step(string server, long concurrency, double echoesPerSecond)
    {
        Histogram latency = new();
        latency.Record(100_000);
        return new BenchStep
        {
            Server = server,
            Concurrency = concurrency,
            Rounds = 1,
            Exchanges = 1,
            EchoesPerSecond = RoundSpread.From([echoesPerSecond]),
            Latency = LatencySummary.From(latency),
        };
    }
}
