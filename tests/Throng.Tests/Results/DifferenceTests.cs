using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests of the differences between two runs, and of conditions on them.</summary>
public sealed class DifferenceTests
{
    [Theory]
    [InlineData(100, 110, Better.Lower, 0.1, Direction.Worse)]
    [InlineData(100, 110, Better.Higher, 0.1, Direction.Better)]
    [InlineData(100, 90, Better.Lower, -0.1, Direction.Better)]
    [InlineData(100, 90, Better.Neither, -0.1, Direction.Other)]
    [InlineData(10_000, 10_004, Better.Lower, 0.0004, Direction.Same)]
    [InlineData(10_000, 10_006, Better.Lower, 0.0006, Direction.Worse)]
    [InlineData(0, 0, Better.Lower, 0.0, Direction.Same)]
    [InlineData(0, 5, Better.Lower, null, Direction.Worse)]
    [InlineData(5, 0, Better.Lower, -1.0, Direction.Better)]
    public void A_difference_has_a_share_and_a_direction(
        double from, double to, Better better, double? ratio, Direction direction)
    {
        Difference difference = Difference.Between(from, to, better);
        Assert.Equal(to - from, difference.Absolute);
        Assert.Equal(ratio is null, difference.Ratio is null);
        Assert.Equal(ratio ?? 0, difference.Ratio ?? 0, 9);
        Assert.Equal(direction, difference.Direction);
    }

    [Theory]
    [InlineData("connections.held > +5%", 100, 106, false)]
    [InlineData("connections.held > +5%", 100, 105, true)]
    [InlineData("connections.held < -5%", 100, 94, false)]
    [InlineData("connections.held < -5", 100, 95, true)]
    [InlineData("connections.held<-5", 100, 94, false)]
    [InlineData("connections.held != +0", 100, 100, true)]
    [InlineData("connections.held != +0", 100, 101, false)]
    [InlineData("connections.held > +1000%", 0, 1, false)]
    [InlineData("connections.held > +1000%", 0, 0, true)]
    [InlineData("response.p99 > +10%", 100, 100, false)]
    [InlineData("duration > +1ms", 100, 100, true)]
    public void A_threshold_judges_a_run_against_the_base(string text, long from, long to, bool isOk)
    {
        Assert.True(DifferenceThreshold.TryParse(text, out DifferenceThreshold threshold, out string error), error);
        NamedRun run = new("b", SampleRun.Hold(to, to, 0));
        Assert.Equal(isOk, threshold.Judge(SampleRun.Hold(from, from, 0), run).IsOk);
    }

    [Fact]
    public void What_has_no_data_fails_and_says_so()
    {
        _ = DifferenceThreshold.TryParse("response.p99 > +10%", out DifferenceThreshold threshold, out _);
        DifferenceOutcome outcome = threshold.Judge(SampleRun.Held, new NamedRun("b.json", SampleRun.Full));
        Assert.False(outcome.IsOk);
        Assert.Equal("response.p99 > +10%: no data in b.json, failed", outcome.Describe());
    }

    [Theory]
    [InlineData("response.p99", "'response.p99' is not a threshold: it has no comparison")]
    [InlineData("respnse.p99 > +1%", "there is no metric 'respnse.p99'; did you mean 'response.p99'?")]
    [InlineData("response.p99 > 1%", "'response.p99 > 1%' is not a threshold of a difference: its value has no + or -")]
    [InlineData("response.p99 > +fast", "'response.p99 > +fast' is not a threshold: 'fast' is not a duration")]
    [InlineData("response.p99 > +10", "'response.p99 > +10' is not a threshold of a difference: 'response.p99' is a "
        + "time and +10 has no unit; write +10%, +10ms, +10us or +10s")]
    [InlineData("response.p99 > +x%", "'response.p99 > +x%' is not a threshold: 'x%' is not a percentage")]
    public void What_is_no_threshold_is_refused(string text, string error)
    {
        Assert.False(DifferenceThreshold.TryParse(text, out _, out string said));
        Assert.StartsWith(error, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_has_what_any_run_has_and_nothing_else()
    {
        RunDocument held = SampleRun.Held with { Command = SampleRun.Full.Command };
        RunComparison comparison = RunComparison.Compare([new("a", held), new("b", SampleRun.Full)]);
        string[] names = [.. comparison.Metrics.Select(metric => metric.Metric.Name)];
        Assert.Contains("response.p99", names);
        Assert.Contains("connections.connect_failed.refused", names);
        Assert.DoesNotContain("connections.connect_failed.no-port", names);
        Assert.DoesNotContain(names, name => name.StartsWith("monitor.", StringComparison.Ordinal));
        Assert.True(comparison.IsOneCommand);
        Assert.All(comparison.Metrics, metric => Assert.Equal(2, metric.Values.Count));
        ComparedMetric count = comparison.Metrics.First(metric => metric.Metric.Name == "connect.latency.count");
        Assert.Equal(Better.Neither, count.Metric.Better);
    }

    [Fact]
    public void Runs_of_different_commands_are_compared_in_what_all_have_and_in_no_option()
    {
        RunComparison comparison = RunComparison.Compare([new("a", SampleRun.Held), new("b", SampleRun.Full)]);
        Assert.False(comparison.IsOneCommand);
        Assert.All(comparison.Metrics, metric => Assert.DoesNotContain(null, metric.Values));
        Assert.Contains(comparison.Metrics, metric => metric.Metric.Name == "connections.held");
        Assert.DoesNotContain(comparison.Metrics, metric => metric.Metric.Name == "response.p99");
        string text = ComparisonText.Render(comparison, []);
        Assert.Contains("these are runs of different commands (hold, query): only figures", text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("options that differ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_differ_but_for_the_seed_and_what_is_printed()
    {
        RunDocument one = SampleRun.Held with
        {
            Options = new Section { ["seed"] = 1, ["out"] = "a", ["rate_per_s"] = 5.0, ["x"] = 1, ["y"] = Node.Null },
        };
        RunDocument other = one with
        {
            Options = new Section { ["seed"] = 2, ["out"] = "b", ["rate_per_s"] = 5, ["x"] = 2, ["z"] = "new" },
        };
        Assert.Equal(["x", "z"], OptionDifference.Find([one, other]).Select(option => option.Name));
        Assert.Equal(["z"], OptionDifference.Find([one, other], "x").Select(option => option.Name));
        Assert.Empty(OptionDifference.Find([one, one]));
    }

    [Fact]
    public void Three_runs_of_the_same_options_have_a_spread_and_two_have_none()
    {
        NamedRun[] runs = [.. new long[] { 90, 100, 120 }.Select(held => new NamedRun("x", SampleRun.Held with
        {
            Connections = SampleRun.Held.Connections with { Held = held },
        }))];
        Assert.True(RunComparison.Compare(runs).AreRepeats);
        Assert.False(RunComparison.Compare(runs[..2]).AreRepeats);
        ComparedMetric metric = RunComparison.Compare(runs).Metrics.First(one => one.Metric.Name == "connections.held");
        Assert.Equal(0.3, metric.Spread!.Value, 9);
    }
}
