using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>Whether a run is better than another, and by what.</summary>
public sealed class ComparisonVerdictTests
{
    // Without a word about the generator: its own times are not judged.
    private static readonly RunDocument Base = SampleRun.Full with { Verdict = Verdict.None };

    [Fact]
    public void Fewer_lost_and_faster_is_better()
    {
        ComparisonVerdict verdict = Judge(With(lost: 0, responseShare: 0.5));
        Assert.Equal(["connections.lost", "response.p99", "response.p50"], Names(verdict.Better));
        Assert.Empty(verdict.Worse);
    }

    [Fact]
    public void A_figure_that_was_0_counts_however_small_it_is()
    {
        RunComparison comparison = RunComparison.Compare([new("a", With(lost: 0)), new("b", With(lost: 1))]);
        Assert.Equal(["connections.lost"], Names(ComparisonVerdict.Judge(comparison, 1).Worse));
    }

    [Theory]
    [InlineData(0.97, 0)]
    [InlineData(0.90, 2)]
    public void Less_than_5_percent_is_no_difference(double responseShare, int better) =>
        Assert.Equal(better, Judge(With(responseShare: responseShare)).Better.Count);

    [Fact]
    public void Own_CPU_and_memory_and_how_many_were_opened_are_neither_better_nor_worse()
    {
        RunDocument run = Base with
        {
            Cpu = Base.Cpu! with { UserNs = 1, SystemNs = Base.Cpu.SystemNs * 100 },
            Memory = Base.Memory! with { RssBytes = 1 },
            Connections = Base.Connections with { Opened = Base.Connections.Opened - 5 },
        };
        RunComparison comparison = RunComparison.Compare([new("a", Base), new("b", run)]);
        Assert.All(
            comparison.Metrics.Where(one => one.Metric.Name.StartsWith("cpu.", StringComparison.Ordinal)
                || one.Metric.Name.StartsWith("memory.", StringComparison.Ordinal)
                || one.Metric.Name == "connections.opened"),
            one => Assert.True(one.To(1) is null or { Direction: Direction.Same or Direction.Other }, one.Metric.Name));
    }

    [Fact]
    public void Between_repeats_what_is_no_more_than_their_spread_is_noise()
    {
        RunComparison two = RunComparison.Compare([new("a", Base), new("b", With(responseShare: 0.8))]);
        Assert.NotEmpty(ComparisonVerdict.Judge(two, 1).Better);
        RunComparison three = RunComparison.Compare(
            [new("a", Base), new("b", With(responseShare: 0.8)), new("c", With(responseShare: 1.4))]);
        Assert.True(three.AreRepeats);
        Assert.Empty(ComparisonVerdict.Judge(three, 1).Better);
    }

    [Fact]
    public void A_longer_or_larger_run_is_not_better_for_that()
    {
        RunDocument twice = Base with
        {
            Connections = Base.Connections with
            {
                Target = Base.Connections.Target * 2, Held = Base.Connections.Held * 2,
                Opened = Base.Connections.Opened * 2, Lost = Base.Connections.Lost * 2,
            },
            Messages = Messages.Sum([Base.Messages!, Base.Messages!]),
            Rate = new Rate(Base.Rate!.OfferedPerSecond * 2, Base.Rate.AchievedPerSecond * 2),
            Connect = Base.Connect! with { Attempts = Base.Connect.Attempts * 2 },
        };
        ComparisonVerdict verdict = Judge(twice);
        string[] named = [.. Names(verdict.Better), .. Names(verdict.Worse)];
        Assert.All(
            (string[])["connections.held", "connections.lost", "messages.timed_out", "messages.lost", "rate.achieved"],
            name => Assert.DoesNotContain(name, named));
    }

    [Theory]
    [InlineData(20, 0)]
    [InlineData(999, 0)]
    [InlineData(1_000, 1)]
    public void A_percentile_counts_with_ten_samples_beyond_it_on_both_sides(long samples, int worse)
    {
        RunDocument few = With(lost: 0) with { Connect = Connects(samples, 4_000_000) };
        RunDocument many = With(lost: 0) with { Connect = Connects(5_000, 2_000_000) };
        RunComparison comparison = RunComparison.Compare([new("a", many), new("b", few)]);
        Assert.Equal(worse, ComparisonVerdict.Judge(comparison, 1).Worse.Count);
        ComparedMetric p99 = comparison.Metrics.Single(one => one.Metric.Name == "connect.latency.p99");
        Assert.Equal(worse > 0 ? Direction.Worse : Direction.Other, p99.To(1)!.Value.Direction);
        Assert.Equal(worse == 0, p99.HasEnough(0) && !p99.HasEnough(1));
    }

    [Theory]
    [InlineData("generator-late", false, true)]
    [InlineData("generator-busy", false, false)]
    [InlineData("host-overloaded", false, false)]
    [InlineData("connections-lost", true, true)]
    public void A_time_that_is_the_generators_own_is_not_judged(string rule, bool hasResponse, bool hasConnect)
    {
        RunDocument limited = With(responseShare: 0.5) with
        {
            Connect = Connects(5_000, 2_000_000),
            Verdict = new Verdict(true, "", [new Finding(Severity.Warning, rule, "so it was", "", "")]),
        };
        RunDocument other = Base with { Connect = Connects(5_000, 4_000_000) };
        foreach (RunDocument[] both in (RunDocument[][])[[other, limited], [limited, other]])
        {
            RunComparison comparison = RunComparison.Compare([new("a", both[0]), new("b", both[1])]);
            ComparisonVerdict verdict = ComparisonVerdict.Judge(comparison, 1);
            string[] named = [.. Names(verdict.Better), .. Names(verdict.Worse)];
            Assert.Equal(hasResponse, named.Contains("response.p99"));
            Assert.Equal(hasConnect, named.Contains("connect.latency.p99"));
            string letter = both[0] == limited ? "A" : "B";
            Assert.Equal(!hasResponse, ComparisonText.Render(comparison, []).Contains(
                $"{letter} has a warning about this end: so it was", StringComparison.Ordinal));
            Assert.Equal(!hasResponse, ComparisonMarkdown.Render(comparison, []).Contains(
                "has a warning about this end", StringComparison.Ordinal));
            Assert.Equal(!hasResponse, ComparisonPage.Render(comparison, []).Contains(
                "has a warning about this end", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Counts_weigh_before_latencies()
    {
        ComparisonVerdict verdict = Judge(With(lost: 0, responseShare: 2));
        Assert.Equal(["connections.lost"], Names(verdict.Better));
        Assert.Equal(["response.p99", "response.p50"], Names(verdict.Worse));
        Assert.Equal(Direction.Better, verdict.Direction);
        Assert.Equal(Direction.Worse, Judge(With(responseShare: 2)).Direction);
        Assert.Equal(Direction.Same, Judge(With()).Direction);
    }

    [Fact]
    public void Lag_is_the_generators_own_and_neither_better_nor_worse()
    {
        RunDocument late = Base with { Lag = Base.Lag! with { P50Ns = 900_000_000, P99Ns = 9_000_000_000 } };
        RunComparison comparison = RunComparison.Compare([new("a", Base), new("b", late)]);
        Assert.All(
            comparison.Metrics.Where(one => one.Metric.Name.StartsWith("lag.", StringComparison.Ordinal)),
            one => Assert.True(one.To(1)!.Value.Direction is Direction.Same or Direction.Other, one.Metric.Name));
    }

    [Fact]
    public void Runs_of_different_commands_are_neither() =>
        Assert.Empty(Names(Judge(With(lost: 0) with { Command = "hold" }).Better));

    private static ComparisonVerdict Judge(RunDocument run) =>
        ComparisonVerdict.Judge(RunComparison.Compare([new("a", Base), new("b", run)]), 1);

    private static ConnectPhase Connects(long samples, long p99Ns) =>
        Base.Connect! with { Latency = Base.Connect.Latency with { Count = samples, P99Ns = p99Ns } };

    private static string[] Names(IReadOnlyList<ComparedMetric> metrics) => [.. metrics.Select(one => one.Metric.Name)];

    private static RunDocument With(long? lost = null, double responseShare = 1) => Base with
    {
        Connections = Base.Connections with { Lost = lost ?? Base.Connections.Lost },
        Response = Base.Response! with
        {
            P50Ns = (long)(Base.Response.P50Ns! * responseShare), P99Ns = (long)(Base.Response.P99Ns! * responseShare),
        },
    };
}
