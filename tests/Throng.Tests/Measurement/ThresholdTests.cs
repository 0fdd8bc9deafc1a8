using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class ThresholdTests
{
    // response p50 is about 14.3 ms, p99 and max 30 ms; see SampleRun.Full.
    [Theory]
    [InlineData("response.p99 > 20ms", false)]
    [InlineData("response.p99>20ms", false)]
    [InlineData("response > 20ms", false)]
    [InlineData("response.p99 > 0", false)]
    [InlineData("response.p99 > 40ms", true)]
    [InlineData("Response.P50 < 1ms", true)]
    [InlineData("response.count < 4k", true)]
    [InlineData("response.count != 4000", true)]
    [InlineData("response.max >= 30ms", false)]
    [InlineData("response.max <= 29.9ms", true)]
    [InlineData("connections.held < 2k", false)]
    [InlineData("connections.held < 99%", true)]
    [InlineData("connections.held == 1990", false)]
    [InlineData("connections.held = 1990", false)]
    [InlineData("messages.lost > 0.1%", true)]
    [InlineData("messages.lost > 0", false)]
    [InlineData("connections.connect_failed.refused > 1%", false)]
    [InlineData("connections.connect_failed.no-port > 0", true)]
    [InlineData("connections.connect_failed == 39", false)]
    [InlineData("rate.achieved < 99%", true)]
    [InlineData("rate.achieved < 200k", false)]
    [InlineData("memory.rss > 64MiB", true)]
    [InlineData("cpu.busy_max > 95%", false)]
    [InlineData("cpu.busy_max > 0.99", true)]
    public void A_condition_that_is_true_fails(string text, bool isOk)
    {
        Assert.True(Threshold.TryParse(text, out Threshold threshold, out string error), error);
        ThresholdOutcome outcome = threshold.Judge(SampleRun.Full);
        Assert.Equal((text, isOk), (outcome.Text, outcome.IsOk));
        Assert.NotNull(outcome.Value);
    }

    [Theory]
    [InlineData("monitor.lost > 0")]
    [InlineData("monitor.lost == 0")]
    [InlineData("response.p99 < 1h")]
    [InlineData("messages.lost < 100%")]
    public void A_metric_without_data_fails_whatever_is_asked(string text)
    {
        Assert.True(Threshold.TryParse(text, out Threshold threshold, out string error), error);
        ThresholdOutcome outcome = threshold.Judge(SampleRun.Held with { Response = LatencySummary.Empty });
        Assert.Equal((false, (double?)null), (outcome.IsOk, outcome.Value));
        Assert.Equal($"{text}: no data, failed", Threshold.Describe(outcome));
        ThresholdOutcome required = threshold.Judge(SampleRun.Held with { Response = LatencySummary.Empty }, true);
        Assert.Equal((false, (double?)null, true), (required.IsOk, required.Value, required.Required));
    }

    [Theory]
    [InlineData("response.p99 < 40ms", true)]
    [InlineData("response.p99 < 20ms", false)]
    [InlineData("connections.held >= 99%", true)]
    [InlineData("connections.held = 2k", false)]
    [InlineData("ended_by = signal", false)]
    [InlineData("ended_by != signal", true)]
    [InlineData("Command=query", true)]
    [InlineData("saturate.cause = refused", false)]
    [InlineData("saturate.cause != refused", false)]
    public void A_requirement_fails_unless_it_is_true(string text, bool isOk)
    {
        Assert.True(Threshold.TryParse(text, out Threshold threshold, out string error), error);
        ThresholdOutcome outcome = threshold.Judge(
            SampleRun.Full with { EndedBy = "duration", Command = "query" }, isRequired: true);
        Assert.Equal((text, isOk, "--require"), (outcome.Text, outcome.IsOk, outcome.Option));
        bool hasData = !text.StartsWith("saturate", StringComparison.Ordinal);
        Assert.Equal(hasData, outcome.Value is not null || outcome.Word is not null);
    }

    [Theory]
    [InlineData("ended_by = signal", "SIGINT", false)]
    [InlineData("ended_by==sigint", "SIGINT", false)]
    [InlineData("ended_by = SIGTERM", "SIGINT", true)]
    [InlineData("ended_by != duration", "duration", true)]
    [InlineData("ended_by != duration", "quit", false)]
    [InlineData("ended_by = quit", "", false)]
    public void A_word_is_the_same_or_not(string text, string endedBy, bool isOk)
    {
        Assert.True(Threshold.TryParse(text, out Threshold threshold, out string error), error);
        ThresholdOutcome outcome = threshold.Judge(SampleRun.Full with { EndedBy = endedBy });
        Assert.Equal(isOk, outcome.IsOk);
        Assert.Equal(
            $"{text}: {(endedBy.Length > 0 ? endedBy : "no data")}, {(isOk ? "passed" : "failed")}",
            Threshold.Describe(outcome));
    }

    [Fact]
    public void A_condition_of_an_older_document_keeps_its_value() => Assert.Equal(
        "response.p99 > 0.02: 30.0 ms, failed",
        Threshold.Describe(new ThresholdOutcome("response.p99 > 0.02", false, 30e6)));

    [Theory]
    [InlineData("response.p98 > 1ms", "there is no metric 'response.p98'; did you mean 'response.p9")]
    [InlineData("conections.held < 1", "there is no metric 'conections.held'; did you mean 'connections.held'?")]
    [InlineData("connections.closed.rset > 1", "did you mean 'connections.closed.reset'?")]
    [InlineData("bananas > 1", "there is no metric 'bananas'; `throng explain` lists them")]
    [InlineData("p99<500", "there is no metric 'p99'; there is response.p99, service.p99, lag.p99; `throng explain`")]
    [InlineData("lost > 0", "there is no metric 'lost'; there is connections.lost, messages.lost, monitor.lost; ")]
    [InlineData("response.p99 < 500", "'response.p99' is a time and 500 has no unit; write 500ms, 500us or 500s")]
    [InlineData("duration>1.5", "'duration' is a time and 1.5 has no unit; write 1.5ms, 1.5us or 1.5s")]
    [InlineData("ended_by > signal", "'ended_by' is a word; write = or != and one")]
    [InlineData("ended_by =", "'ended_by' is a word; write = or != and one")]
    [InlineData("response.p99", "it has no comparison (> >= < <= = !=); write METRIC[.STAT] OP VALUE")]
    [InlineData("response.p99 = 1", "'response.p99' is a time and 1 has no unit")]
    [InlineData("response.p99 ! 1", "it has no comparison")]
    [InlineData("response.p99 > ", "'' is not a duration: it is empty")]
    [InlineData("response.p99 >> 1ms", "is not a duration")]
    [InlineData("response.p99 > 20q", "'q' is not a unit of it")]
    [InlineData("response.p99 > 5%", "'response.p99' is not a part of anything")]
    [InlineData("connections.held > x%", "is not a percentage")]
    [InlineData("> 5", "there is no metric ''")]
    [InlineData("", "it has no comparison")]
    public void A_wrong_one_is_told_why(string text, string why)
    {
        Assert.False(Threshold.TryParse(text, out _, out string error));
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_outcome_is_described_in_its_own_unit()
    {
        Assert.Equal(
            [
                "response.p99 > 20ms: 30.0 ms, failed",
                "messages.lost > 0.1%: 0.005 %, passed",
                "monitor.lost > 0: no data, failed",
            ],
            SampleRun.Full.Thresholds.Select(Threshold.Describe));
    }
}
