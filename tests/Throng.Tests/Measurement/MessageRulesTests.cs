using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests of the findings about messages and the rate at which they were sent.</summary>
public sealed class MessageRulesTests
{
    [Theory]
    [InlineData(0, 0, 0, false)]
    [InlineData(9, 0, 0, false)]
    [InlineData(10, 0, 0, true)]
    [InlineData(1, 0, 1, true)]
    [InlineData(100, 50, 50, false)]
    [InlineData(100, 49, 51, true)]
    [InlineData(100, 1, 0, false)]
    public void A_server_that_answers_none_or_not_even_half_is_an_error(
        int sent, int answered, int timedOut, bool isFound)
    {
        RunDocument run = With(new Messages
        {
            Offered = sent, Sent = sent, Answered = answered, TimedOut = timedOut, Lost = sent - answered - timedOut,
        });
        Finding? finding = new ServerNotAnswering().Judge(run);
        Assert.Equal(isFound, finding is not null);
        if (finding is not null)
        {
            Assert.Equal(Severity.Error, finding.Severity);
            Assert.Equal(
                answered == 0
                    ? "the server does not answer: 127.0.0.1:7000"
                    : "51 of 100 messages were not answered in time: 127.0.0.1:7000 or the path to it",
                finding.Text);
            Assert.StartsWith($"{answered} of {sent} answered; {timedOut} timed out", finding.Evidence,
                StringComparison.Ordinal);
            Assert.False(Verdict.Judge(run).IsOk);
            Assert.DoesNotContain(Verdict.Judge(run).Findings, one => one.Rule == "messages-timed-out");
        }
    }

    [Fact]
    public void Datagrams_that_are_refused_are_no_connections_that_ended()
    {
        RunDocument all = With(new Messages { Offered = 200, Sent = 200, Lost = 200, Refused = 200 });
        Finding none = new ServerNotAnswering().Judge(all)!;
        Assert.Equal("nobody answers at 127.0.0.1:7000: datagrams are refused", none.Text);
        Assert.Contains("200 of them refused", none.Evidence, StringComparison.Ordinal);
        Assert.Contains("rules that reject", none.Remedy, StringComparison.Ordinal);
        Assert.Contains(
            "200 refused at 127.0.0.1:7000", Verdict.Judge(all with { Rate = new Rate(100, 0) }).Text,
            StringComparison.Ordinal);

        RunDocument some = With(new Messages { Offered = 200, Sent = 200, Answered = 150, Lost = 50, Refused = 40 });
        Finding lost = new MessagesLost().Judge(some)!;
        Assert.StartsWith("50 messages were lost: 40 of them refused", lost.Text, StringComparison.Ordinal);
        Assert.Contains(
            "10 lost, 40 refused at 127.0.0.1:7000", Verdict.Judge(some with { Rate = new Rate(100, 75) }).Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("messages-timed-out", 2, 0, 0)]
    [InlineData("messages-lost", 0, 2, 0)]
    [InlineData("messages-invalid", 0, 0, 2)]
    public void Any_message_without_a_right_answer_is_a_warning_with_its_share(
        string rule, int timedOut, int lost, int invalid)
    {
        RunDocument run = With(new Messages
        {
            Offered = 1000, Sent = 1000, Answered = 1000 - timedOut - lost, TimedOut = timedOut, Lost = lost,
            Invalid = invalid,
        });
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal((Severity.Warning, rule), (finding.Severity, finding.Rule));
        Assert.StartsWith("2 ", finding.Text, StringComparison.Ordinal);
        Assert.StartsWith("0.2 % of 1,000 sent", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_churn_each_is_a_connection_and_is_called_one()
    {
        RunDocument run = With(new Messages
        {
            Offered = 1000, Sent = 990, NotSent = 10, Answered = 980, TimedOut = 4, Lost = 6,
        }) with { Command = "churn", Rate = new Rate(1000, 980) };
        Verdict verdict = Verdict.Judge(run);
        Assert.Equal(
            "980/s of 1,000/s offered, 98 % ended well: 4 timed out, 6 failed, 10 not begun", verdict.Text);
        string all = TextReport.Render(run with { Verdict = verdict });
        Assert.Contains(
            "lives        1,000 due, 990 begun, 980 ended well, 10 not begun, 4 timed out, 6", all,
            StringComparison.Ordinal);
        Assert.DoesNotContain("message", verdict.Text + string.Concat(
            verdict.Findings.Select(one => one.Text + one.Evidence)), StringComparison.Ordinal);
        Assert.DoesNotContain("answered", all, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_that_were_all_answered_are_nothing_to_speak_of() =>
        Assert.Empty(Verdict.Judge(With(new Messages { Offered = 5, Sent = 5, Answered = 5 })).Findings);

    [Theory]
    [InlineData(990, null, null, null)]
    [InlineData(989, 900_000L, null, "989/s of 1,000/s were achieved: limited by 127.0.0.1:7000 or the path to it")]
    [InlineData(989, 1_500_000L, null, "generator-limited: 989/s of 1,000/s were achieved")]
    [InlineData(0, null, 0.96, "generator-limited: 0/s of 1,000/s were achieved")]
    [InlineData(0, null, 0.95, "0/s of 1,000/s were achieved: limited by 127.0.0.1:7000 or the path to it")]
    public void A_rate_that_was_not_achieved_says_whose_limit_it_was(
        double achieved, long? lagNs, double? busy, string? text)
    {
        RunDocument run = SampleRun.Held with
        {
            Rate = new Rate(1000, achieved),
            Lag = lagNs is { } known ? Latency(known) : null,
            Cpu = busy is { } share ? new CpuUse { Workers = [new(1, 1, share)] } : null,
        };
        Finding? finding = new RateNotAchieved().Judge(run);
        Assert.Equal(text, finding?.Text);
        Assert.NotEqual(Severity.Error, finding?.Severity ?? Severity.Info);
    }

    [Fact]
    public void What_was_all_sent_is_not_limited_by_the_generator_however_late_it_was()
    {
        RunDocument late = With(new Messages { Offered = 1000, Sent = 1000, Answered = 900, Lost = 100 }) with
        {
            Rate = new Rate(1000, 900), Lag = Latency(2_000_000),
        };
        Assert.StartsWith(
            "900/s of 1,000/s were achieved: limited by", new RateNotAchieved().Judge(late)!.Text,
            StringComparison.Ordinal);
        RunDocument mute = With(new Messages { Offered = 1000, Sent = 1000, TimedOut = 1000 }) with
        {
            Rate = new Rate(1000, 0),
        };
        Verdict verdict = Verdict.Judge(mute);
        Assert.Equal("server-not-answering", Assert.Single(verdict.Findings).Rule);
        Assert.StartsWith("0/s of 1,000/s offered, 0 % answered", verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_answered_while_the_run_ended_is_no_part_of_the_rate_and_is_said()
    {
        RunDocument run = With(new Messages
        {
            Offered = 5957, Sent = 5957, Answered = 5005, TimedOut = 952, AnsweredInDrain = 4571,
        }) with { Command = "query", Rate = new Rate(993, 72) };
        Assert.StartsWith(
            "72/s of 993/s offered, 84.018 % answered (4,571 of them while the run ended): 952 timed out",
            Verdict.Judge(run).Text, StringComparison.Ordinal);
        Finding finding = new RateNotAchieved().Judge(run)!;
        Assert.StartsWith("72/s of 993/s were achieved: limited by", finding.Text, StringComparison.Ordinal);
        Assert.Contains("5,005 of 5,957 answered, 4,571 of them while the run ended", finding.Evidence,
            StringComparison.Ordinal);
        Assert.Contains("5,005 answered, 4,571 of them while the run ended, 952 timed out", TextReport.Render(run, 400),
            StringComparison.Ordinal);
        RunDocument few = run with { Messages = run.Messages! with { AnsweredInDrain = 50 } };
        Assert.DoesNotContain("while the run ended", Verdict.Judge(few).Text + TextReport.Render(few, 400),
            StringComparison.Ordinal);
    }

    /// <summary>Answers that take a second are a second's worth fewer, once; a server that answers a tenth of what is
    /// due falls behind as long as it lasts, also where it answers all the rest in the drain.</summary>
    [Theory]
    [InlineData(0, 1.0, false)]
    [InlineData(1, 1.0, false)]
    [InlineData(3, 1.0, false)]
    [InlineData(0, 0.1, true)]
    [InlineData(0, 0.9, true)]
    public void Answers_that_take_their_time_are_not_too_few(int latencySeconds, double share, bool isTooFew)
    {
        const int Seconds = 8;
        SeriesPoint[] series = [.. Enumerable.Range(1, Seconds).Select(second => new SeriesPoint
        {
            TimeNs = second * Ns.Second, IntervalNs = Ns.Second, Offered = 1000, Sent = 1000,
            Answered = second > latencySeconds ? (long)(1000 * share) : 0,
        })];
        long held = series.Sum(point => point.Answered);
        RunDocument run = With(new Messages
        {
            Offered = 8000, Sent = 8000, Answered = 8000, AnsweredInDrain = 8000 - held,
        }) with
        {
            DurationNs = Seconds * Ns.Second, Rate = new Rate(1000, held / (double)Seconds), Series = series,
            Response = Latency((latencySeconds * Ns.Second) + Ns.Millisecond),
        };
        Assert.Equal(isTooFew, new RateNotAchieved().Judge(run) is not null);
    }

    [Fact]
    public void Nothing_offered_is_nothing_missed() =>
        Assert.Null(new RateNotAchieved().Judge(SampleRun.Held with { Rate = new Rate(0, 0) }));

    [Theory]
    [InlineData(999_000, null, false)]
    [InlineData(1_100_000, null, true)]
    [InlineData(1_100_000, 100_000.0, true)]
    [InlineData(1_100_000, 120_000.0, false)]
    [InlineData(900_000, 1_000.0, false)]
    public void A_generator_is_late_above_1_ms_and_ten_turns(long lagNs, double? turnNs, bool isFound)
    {
        RunDocument run = SampleRun.Held with { Lag = Latency(lagNs), Cpu = new CpuUse { TurnNs = turnNs } };
        Finding? finding = new GeneratorLate().Judge(run);
        Assert.Equal(isFound, finding is not null);
        Assert.True(finding is null || finding.Text.StartsWith("generator-limited: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(99, 2_000_000, 1000, null, false)]
    [InlineData(100, 2_000_000, 1000, null, true)]
    [InlineData(100, 900_000, 1000, null, false)]
    [InlineData(100, 900_000, 989, null, true)]
    [InlineData(100, 2_000_000, 989, null, true)]
    [InlineData(100, 2_000_000, 1000, 0.96, false)]
    [InlineData(100, 2_000_000, 989, 0.96, false)]
    public void Queries_that_waited_for_their_connection_are_said_unless_a_worker_was_busy(
        long heldBack, long waitNs, double achieved, double? busy, bool isFound)
    {
        RunDocument run = With(new Messages { Offered = 10_000, Sent = 10_000, Answered = 10_000 }) with
        {
            Own = new Section { ["held_back"] = heldBack, ["held_back_ns"] = Latency(waitNs) },
            Rate = new Rate(1000, achieved),
            Lag = Latency(10_000),
            Cpu = busy is { } share ? new CpuUse { Workers = [new(1, 1, share)] } : null,
        };
        IReadOnlyList<Finding> findings = Verdict.Judge(run).Findings;
        Assert.Equal(isFound, findings.Any(one => one.Rule == "held-back"));
        Assert.Equal(
            busy > 0.95,
            findings.Any(one => one.Text.StartsWith("generator-limited: ", StringComparison.Ordinal)));
        if (isFound)
        {
            Finding finding = findings.Single(one => one.Rule == "held-back");
            Assert.Equal(
                "100 of 10,000 queries waited for their connection, which was full or not open", finding.Text);
            Assert.StartsWith("1 %; 0 not sent", finding.Evidence, StringComparison.Ordinal);
            Assert.Contains("; waited p50 ", finding.Evidence, StringComparison.Ordinal);
            Assert.Contains("--outstanding-max", finding.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void In_older_documents_the_wait_for_a_connection_is_in_the_lag_and_not_the_generators()
    {
        RunDocument run = With(new Messages { Offered = 10_000, Sent = 10_000, Answered = 10_000 }) with
        {
            Meanings = Meanings.AchievedIsAnswered, Own = new Section { ["held_back"] = 100 },
            Lag = Latency(2_000_000),
        };
        Assert.Equal("held-back", Assert.Single(Verdict.Judge(run).Findings).Rule);
        RunDocument late = run with { Own = new Section { ["held_back"] = 99 } };
        Assert.Equal("generator-late", Assert.Single(Verdict.Judge(late).Findings).Rule);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(40_000_000L, true)]
    [InlineData(41_000_000L, false)]
    public void A_lag_that_is_little_beside_the_response_times_is_not_said(long? responseNs, bool isFound)
    {
        RunDocument run = SampleRun.Held with
        {
            Lag = Latency(2_000_000), Response = responseNs is { } ns ? Latency(ns) : null,
        };
        Finding? finding = new GeneratorLate().Judge(run);
        Assert.Equal(isFound, finding is not null);
        const string Share = "5 % of the response p99 of 40";
        Assert.Equal(
            isFound && responseNs is not null, finding?.Evidence.Contains(Share, StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public void Of_a_server_that_does_not_answer_nothing_else_is_said_to_hold_queries_back()
    {
        RunDocument run = With(new Messages { Offered = 1000, Sent = 500, NotSent = 500, TimedOut = 500 }) with
        {
            Own = new Section { ["held_back"] = 900, ["held_back_ns"] = Latency(2_000_000) },
        };
        Assert.Equal("server-not-answering", Assert.Single(Verdict.Judge(run).Findings).Rule);
    }

    private static RunDocument With(Messages messages) => SampleRun.Held with { Messages = messages };

    private static LatencySummary Latency(long valueNs)
    {
        Histogram histogram = new();
        histogram.Record(valueNs, 100);
        return LatencySummary.From(histogram);
    }
}
