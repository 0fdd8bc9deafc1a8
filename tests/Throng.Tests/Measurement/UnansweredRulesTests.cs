using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Messages without an answer: told once, of the right party, and with one exit code for one share.</summary>
public sealed class UnansweredRulesTests
{
    [Fact]
    public void Over_udp_a_target_that_answers_nothing_is_no_server_without_places()
    {
        RunDocument run = Query(new Messages { Offered = 400, Sent = 400, Answered = 200, TimedOut = 200 }) with
        {
            Own = new Section { ["transport"] = "udp" },
        };
        run = run with
        {
            Connections = run.Connections with { ServedPeak = 2, Unserved = 2 },
            Options = new Section { ["target"] = Node.ListOf(["udp://10.0.0.1:53", "udp://10.0.0.2:53"]) },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal("messages-timed-out", finding.Rule);
        Assert.StartsWith("200 messages were not answered in time", finding.Text, StringComparison.Ordinal);
        Assert.Contains("2 connections had had no answer before", finding.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(106, 294, 0, 0, "294 of 400 messages were not answered in time: 10.0.0.1:53 or the path to it")]
    [InlineData(106, 0, 294, 0,
        "294 of 400 messages were not answered in time, most of them refused: 10.0.0.1:53 or the path to it")]
    [InlineData(0, 0, 400, 0, "nobody answers at 10.0.0.1:53: datagrams are refused")]
    [InlineData(0, 317, 83, 0, "nobody answers at 10.0.0.1:53: datagrams are refused")]
    [InlineData(0, 400, 0, 0, "the server does not answer: 10.0.0.1:53")]
    [InlineData(103, 0, 297, 297,
        "297 of 400 messages were not answered in time: this host's own filter or route forbids 10.0.0.1:53")]
    public void Less_than_half_answered_is_one_error_however_the_others_ended(
        long answered, long timedOut, long refused, long notPermitted, string text)
    {
        RunDocument run = Query(new Messages
        {
            Offered = 400, Sent = 400, Answered = answered, TimedOut = timedOut, Lost = refused, Refused = refused,
            NotPermitted = notPermitted,
        });
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal((Severity.Error, "server-not-answering", text), (finding.Severity, finding.Rule, finding.Text));
        Assert.Equal(
            notPermitted > 0, finding.Remedy.Contains("output that drop (nft", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(150, 150, "150 messages were lost: 150 of them not permitted by this host")]
    [InlineData(150, 0, "150 messages were lost: 150 of them refused at one or more of the 2 targets")]
    public void Who_refused_a_datagram_is_said(long refused, long notPermitted, string text)
    {
        RunDocument run = Query(new Messages
        {
            Offered = 400, Sent = 400, Answered = 250, Lost = refused, Refused = refused, NotPermitted = notPermitted,
        }) with
        {
            Options = new Section { ["target"] = Node.ListOf(["udp://10.0.0.1:53", "udp://10.0.0.2:53"]) },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal(("messages-lost", text), (finding.Rule, finding.Text));
    }

    [Theory]
    [InlineData(CloseReason.Refused)]
    [InlineData(CloseReason.ConnectTimeout)]
    public void Lives_of_which_less_than_half_went_well_are_an_error_dropped_or_refused(CloseReason reason)
    {
        bool isDropped = reason == CloseReason.ConnectTimeout;
        RunDocument run = SampleRun.Held with
        {
            Command = "churn",
            Rate = new Rate(60, 16),
            Connections = new Connections
            {
                Opened = 32, Peak = 2, Closed = new ReasonCounts { { CloseReason.Finished, 32 } },
                ConnectFailed = new ReasonCounts { { reason, 88 } },
            },
            Connect = new ConnectPhase(120, LatencySummary.Empty),
            Messages = new Messages
            {
                Offered = 120, Sent = 120, Answered = 32, Lost = isDropped ? 0 : 88, TimedOut = isDropped ? 88 : 0,
            },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal(Severity.Error, finding.Severity);

        // With more of them it is a warning, and one as well.
        run = run with
        {
            Connections = run.Connections with
            {
                Opened = 90, Closed = new ReasonCounts { { CloseReason.Finished, 90 } },
                ConnectFailed = new ReasonCounts { { reason, 30 } },
            },
            Rate = new Rate(60, 45),
            Messages = new Messages
            {
                Offered = 120, Sent = 120, Answered = 90, Lost = isDropped ? 0 : 30, TimedOut = isDropped ? 30 : 0,
            },
        };
        finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal((Severity.Warning, "connects-failed"), (finding.Severity, finding.Rule));
    }

    [Fact]
    public void A_server_that_stood_still_is_told_by_what_timed_out_alone()
    {
        RunDocument run = Query(new Messages { Offered = 400, Sent = 400, Answered = 360, TimedOut = 40 }) with
        {
            Rate = new Rate(200, 180),
        };
        Assert.Equal("messages-timed-out", Assert.Single(Verdict.Judge(run).Findings).Rule);
    }

    [Fact]
    public void Connections_that_a_server_of_another_protocol_ends_are_told_with_the_answers_it_did_not_give()
    {
        RunDocument run = Query(new Messages { Offered = 400, Sent = 209, NotSent = 191, Lost = 209 });
        run = run with
        {
            Connections = new Connections
            {
                Target = 4, Peak = 4, Opened = 20, Lost = 20,
                Closed = new ReasonCounts { { CloseReason.PeerClosed, 20 } },
            },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal("server-not-answering", finding.Rule);
        Assert.Contains("20 connections lost (closed: 20 peer-closed)", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void When_the_last_answer_came_is_said_of_a_server_that_stopped_answering()
    {
        RunDocument run = Query(new Messages { Offered = 400, Sent = 400, Answered = 122, TimedOut = 278 }) with
        {
            Series = [Point(1, answered: 122), Point(2, answered: 0), Point(3, answered: 0)],
        };
        Assert.EndsWith("the last answer came before 1.0 s", Assert.Single(Verdict.Judge(run).Findings).Evidence,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_bench_of_which_no_measured_exchange_was_answered_is_an_error()
    {
        RunDocument run = SampleRun.Hold(0, 0, 0) with
        {
            Command = "bench",
            Connections = new Connections
            {
                Opened = 101, Peak = 100, Lost = 1,
                Closed = new ReasonCounts { { CloseReason.Finished, 100 }, { CloseReason.PeerClosed, 1 } },
                ConnectFailed = new ReasonCounts { { CloseReason.Refused, 110 } },
            },
            Messages = new Messages { Offered = 11_999, Sent = 11_999, Answered = 11_998, Lost = 1 },
            Result = new BenchResult(
                [
                    new BenchStep
                    {
                        Server = "server", Concurrency = 100,
                        Errors = new ReasonCounts { { CloseReason.Refused, 110 }, { CloseReason.PeerClosed, 1 } },
                    },
                ],
                []),
        };
        Verdict verdict = Verdict.Judge(run);
        Finding finding = Assert.Single(verdict.Findings);
        Assert.Equal((Severity.Error, "server-not-answering"), (finding.Severity, finding.Rule));
        Assert.StartsWith("111 exchanges: 110 refused, 1 peer-closed", finding.Evidence, StringComparison.Ordinal);
        Assert.Equal(1, RunStates.ExitCode(run with { Verdict = verdict }));
    }

    [Theory]
    [InlineData(20, Severity.Error)]
    [InlineData(59, Severity.Warning)]
    public void A_monitor_that_had_less_than_half_of_its_answers_is_an_error(long answered, Severity severity)
    {
        RunDocument run = SampleRun.Hold(4, 4, 0) with
        {
            Command = "monitor",
            Rate = new Rate(40, answered / 2.0),
            Messages = new Messages
            {
                Offered = 80, Sent = 80, Answered = answered, Lost = 80 - answered, Refused = 80 - answered,
            },
            Own = new Section { ["lost"] = 0, ["disturbed"] = 4, ["unrecovered"] = 4 },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal(("connections-disturbed", severity), (finding.Rule, finding.Severity));
        Assert.Contains(
            $"none lost, {80 - answered} messages lost ({80 - answered} of them refused at 127.0.0.1:7000)",
            finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lag_longer_than_the_response_times_is_no_share_of_them()
    {
        RunDocument run = Query(new Messages { Offered = 10, Sent = 10, Answered = 10 }) with
        {
            Lag = new LatencySummary { Count = 10, P99Ns = 3_730_000, MaxNs = 3_730_000 },
            Response = new LatencySummary { Count = 6, P99Ns = 629_000, MaxNs = 629_000 },
        };
        Assert.StartsWith(
            "lag p99 3.73 ms, more than the response p99 of 629 us, which is of those with an answer",
            new GeneratorLate().Judge(run)!.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void One_delayed_ack_holds_no_answers_back()
    {
        RunDocument run = Query(new Messages { Offered = 200, Sent = 200, Answered = 200 }) with
        {
            Service = new LatencySummary
            {
                Count = 200, MinNs = 100_000, P50Ns = 200_000, P99Ns = 41_000_000, MaxNs = 42_000_000,
            },
            Network = new NetworkCounters { DelayedAcks = 1 },
        };
        Assert.Null(new AnswersHeldBack().Judge(run));
        Finding held = new AnswersHeldBack().Judge(run with
        {
            Command = "churn", Network = new NetworkCounters { DelayedAcks = 12 },
        })!;
        Assert.Equal("set TCP_NODELAY at the server", held.Remedy);
    }

    private static RunDocument Query(Messages messages) => SampleRun.Hold(4, 4, 0) with
    {
        Command = "query",
        Options = new Section { ["target"] = "10.0.0.1:53" },
        Rate = new Rate(200, messages.Answered / 2.0),
        Messages = messages,
        Own = new Section { ["held_back"] = 0 },
    };

    private static SeriesPoint Point(int second, long answered) => new()
    {
        TimeNs = second * Ns.Second, IntervalNs = Ns.Second, Open = 4, Sent = 133, Answered = answered,
    };
}
