using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Causes that were told of the wrong party, or not at all, when real firewalls and servers were asked.
/// </summary>
public sealed class FieldCauseTests
{
    private const long Ms = Ns.Millisecond;

    [Theory]
    [InlineData(0, 20, true)]
    [InlineData(8, 20, true)]
    [InlineData(90, 20, false)] // what waits in a server's queue is acknowledged
    public void Who_is_not_acknowledged_does_not_wait_for_a_place(long again, long unserved, bool isFound)
    {
        RunDocument run = Query(new Messages { Offered = 400, Sent = 400, Answered = 150, TimedOut = 250 });
        run = run with
        {
            Connections = run.Connections with { ServedPeak = 20, Unserved = unserved },
            Tcp = new TcpCounters { Retransmits = again + 5, SynRetransmits = 5 },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        string rule = isFound ? "few-served" : "server-not-answering";
        Assert.Equal((Severity.Error, rule), (finding.Severity, finding.Rule));
        Assert.Equal(!isFound, finding.Evidence.Contains("90 segments were sent again", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1_280, "no answer of 10.0.0.1:53 was whole: it is slow, or ends them early")]
    [InlineData(0, "the server does not answer: 10.0.0.1:53")]
    public void Answers_that_were_begun_are_no_silence(long bytes, string text)
    {
        RunDocument run = Query(new Messages { Offered = 40, Sent = 40, TimedOut = 40, BytesReceived = bytes });
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal((Severity.Error, text), (finding.Severity, finding.Text));
    }

    [Theory]
    [InlineData("udp", 19, "the server does not answer: 10.0.0.1:53")]
    [InlineData("udp", 20, "answers come, but not from 10.0.0.1:53: their address or port is another")]
    [InlineData("tcp", 40, "the server does not answer: 10.0.0.1:53")]
    public void Answers_from_elsewhere_are_no_silence(string transport, long strays, string text)
    {
        RunDocument run = Query(new Messages { Offered = 40, Sent = 40, TimedOut = 40 }) with
        {
            Own = new Section { ["transport"] = transport }, Network = new NetworkCounters { UdpNoPorts = strays },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Equal((Severity.Error, text), (finding.Severity, finding.Text));
        bool isSeen = text.StartsWith("answers", StringComparison.Ordinal);
        Assert.Equal(isSeen, finding.Evidence.Contains("20 datagrams came to this host", StringComparison.Ordinal));
    }

    [Fact]
    public void A_route_that_went_away_here_is_said()
    {
        RunDocument run = Query(new Messages { Offered = 400, Sent = 400, Answered = 100, TimedOut = 300 }) with
        {
            Tcp = new TcpCounters { NoRoutes = 180 },
        };
        Finding finding = Assert.Single(Verdict.Judge(run).Findings);
        Assert.Contains("180 packets found no route on this host", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("ip route get ADDRESS", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Less_than_half_answered_is_an_error_on_a_busy_host_too()
    {
        RunDocument run = Query(new Messages { Offered = 400, Sent = 400, Answered = 100, TimedOut = 300 }) with
        {
            Rate = new Rate(400, 100),
            Cpu = new CpuUse { Workers = [new WorkerCpu(1, 1, 0.2) { Waited = 0.35 }], Pressure = 0.9 },
        };
        Assert.NotNull(new HostOverloaded().Judge(run));
        Assert.Equal(
            "300 of 400 messages were not answered in time: see first that this host had no CPU left",
            new ServerNotAnswering().Judge(run)?.Text);
    }

    [Theory]
    [InlineData(CloseReason.Reset, 12, 12, "reset by the peer at the first message after 2.27 to 4.00 s of silence")]
    [InlineData(CloseReason.Reset, 12, 60, "ended by the peer")] // messages went on: somebody let them wait
    [InlineData(CloseReason.PeerClosed, 12, 12, "ended by the peer")]
    public void A_connection_that_something_has_forgotten_is_reset_by_its_first_message(
        CloseReason reason, long ended, long messages, string text)
    {
        RunDocument run = Ended(reason, ended, at => (2270 + (at * 1730 / 11)) * Ms, answers: at => at % 3) with
        {
            Command = "hold",
            Messages = new Messages { Offered = 100, Sent = 100, Answered = 100 - messages, Lost = messages },
        };
        Finding lost = new ConnectionsLost().Judge(run)!;
        Assert.Contains(text, lost.Text, StringComparison.Ordinal);
        Assert.Equal(
            text.StartsWith("reset", StringComparison.Ordinal),
            lost.Remedy.StartsWith("--ping with a --ping-interval below 2.27 s", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "an idle timeout of 1.0 s")]
    [InlineData(200, "had no place for them and gave up after 1.0 s")]
    public void Who_was_asked_and_said_nothing_was_not_idle(long messages, string cause)
    {
        RunDocument run = Ended(CloseReason.PeerClosed, 24, at => (1000 + (at % 9)) * Ms, answers: _ => 0) with
        {
            Messages = new Messages { Offered = 400, Sent = 400, Answered = 400 - messages, Lost = messages },
        };
        Finding lost = new ConnectionsLost().Judge(run)!;
        Assert.Contains(cause, lost.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(40, true)]
    public void The_past_of_a_few_is_not_told_of_all(long ended, bool isTold)
    {
        RunDocument run = Ended(CloseReason.Reset, ended, at => at % 2 * Ms, answers: _ => 0);
        run = run with
        {
            Connections = run.Connections with
            {
                Lost = 40,
                Closed = new ReasonCounts { { CloseReason.Reset, ended }, { CloseReason.TimedOut, 40 - ended } },
            },
        };
        string text = new ConnectionsLost().Judge(run)!.Text;
        Assert.Equal(isTold, text.Contains("reset by the peer within 1.00 ms", StringComparison.Ordinal));
    }

    [Fact]
    public void Lost_messages_that_leave_less_than_half_answered_are_an_error()
    {
        RunDocument run = Ended(CloseReason.PeerClosed, 24, at => (1000 + (at % 9)) * Ms, answers: _ => 0) with
        {
            Messages = new Messages { Offered = 400, Sent = 400, Answered = 100, Lost = 300 },
        };
        Assert.Equal(Severity.Error, new ConnectionsLost().Judge(run)!.Severity);
    }

    [Theory]
    [InlineData("11 × certificate has expired", " (certificate has expired)")]
    [InlineData("", "")]
    public void The_commonest_error_of_tls_is_named(string told, string named)
    {
        RunDocument run = SampleRun.Hold(5, 0, 0);
        run = run with
        {
            Own = told.Length == 0 ? null : new Section { ["tls_errors"] = Node.ListOf(["2 × unexpected eof", told]) },
            Options = new Section { ["target"] = Node.ListOf(["10.0.0.1:443"]) },
            Connections = run.Connections with
            {
                Opened = 0, Open = 0, Closed = [], ConnectFailed = new ReasonCounts { { CloseReason.TlsFailed, 13 } },
            },
        };
        Assert.Contains($"13 had no TLS with 10.0.0.1:443{named}", Verdict.Judge(run).Text, StringComparison.Ordinal);
    }

    private static RunDocument Query(Messages messages)
    {
        RunDocument run = SampleRun.Hold(50, 50, 0);
        return run with
        {
            Command = "query", Messages = messages,
            Options = new Section { ["target"] = Node.ListOf(["10.0.0.1:53"]) },
        };
    }

    private static RunDocument Ended(CloseReason reason, long ended, Func<int, long> idle, Func<int, long> answers)
    {
        Histogram times = new();
        Histogram counts = new();
        for (int at = 0; at < ended; at++)
        {
            times.Record(idle(at));
            counts.Record(answers(at));
        }

        RunDocument run = SampleRun.Hold(8, 8, 0);
        return run with
        {
            Command = "query",
            Connections = run.Connections with
            {
                Lost = ended, ConnectFailed = [], Closed = new ReasonCounts { { reason, ended } },
                EndedByPeer = new PeerEnds
                {
                    Age = LatencySummary.From(times), Idle = LatencySummary.From(times),
                    Answers = LatencySummary.From(counts),
                },
            },
        };
    }
}
