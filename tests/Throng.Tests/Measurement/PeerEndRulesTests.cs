using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests of what findings say of connections that the peer ended, by what these had done.</summary>
public sealed class PeerEndRulesTests
{
    private const long Ms = Ns.Millisecond;

    [Fact]
    public void One_age_without_an_answer_is_an_idle_timeout()
    {
        Finding lost = Lost("hold", target: 8, held: 8, ends: 24, age: at => (5000 + (at % 11)) * Ms, answers: 0);
        Assert.Equal(
            "24 connections were lost: closed by the peer 5.00 to 5.01 s after they were opened, with no answer on "
                + "them: an idle timeout of 5.0 s at the server or between",
            lost.Text);
        Assert.StartsWith("--ping with a --ping-interval below 5.0 s", lost.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void One_number_of_answers_is_the_servers_rule()
    {
        Finding lost = Lost("query", target: 5, held: 5, ends: 23, age: at => (900 + (10 * at)) * Ms, answers: 100);
        Assert.Contains("after exactly 100 answers each", lost.Text, StringComparison.Ordinal);
        Assert.StartsWith("--queries-per-connection 100", lost.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void One_number_of_answers_in_one_go_is_a_restart()
    {
        Finding lost = Lost(
            "query", target: 50, held: 50, ends: 50, age: at => (2900 + at) * Ms, answers: 29, idle: Ms);
        Assert.DoesNotContain("answers each", lost.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Ends_soon_after_the_last_answer_are_a_want_of_slots(int answers)
    {
        Finding lost = Lost(
            "query", target: 150, held: 100, ends: 585, age: at => (205 + at) * Ms, answers: answers,
            idleOf: at => (200 + (at % 40)) * Ms);
        Assert.Contains("the server is short of client slots", lost.Text, StringComparison.Ordinal);
        Assert.StartsWith("use fewer connections", lost.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Ends_at_once_are_a_limit_whose_size_is_what_lasted()
    {
        RunDocument run = Run("hold", target: 50, held: 10, ends: 280, age: at => at % 7 * Ms, answers: 0);
        Finding missed = new TargetMissed().Judge(run)!;
        Assert.Equal(
            "40 connections are missing: closed by the peer within 6.00 ms of being opened: the server, or something "
                + "between, takes no more than 10 connections from here",
            missed.Text);
    }

    [Theory]
    [InlineData(0, 0, "an idle timeout of 3.0 s at the server or between, or something that ended them together")]
    [InlineData(0, 4, "restarted or reloaded")]
    [InlineData(25, 0, "restarted or reloaded")]
    public void Ends_at_one_moment_may_be_a_restart(long answers, long refused, string cause)
    {
        RunDocument run = Run("hold", target: 20, held: 20, ends: 20, age: at => (2780 + (at % 10)) * Ms, answers);
        run = run with
        {
            Connections = run.Connections with
            {
                ConnectFailed = refused == 0 ? [] : new ReasonCounts { { CloseReason.Refused, refused } },
            },
            Series =
            [
                .. Enumerable.Range(1, 6).Select(second => new SeriesPoint
                {
                    TimeNs = second * Ns.Second, IntervalNs = Ns.Second, Open = 20, Closed = second == 3 ? 20 : 0,
                }),
            ],
        };
        Assert.Contains(cause, new ConnectionsLost().Judge(run)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Ends_at_any_age_say_nothing()
    {
        Finding lost = Lost("hold", target: 50, held: 50, ends: 40, age: at => (300 + (at * 150)) * Ms, answers: 0);
        Assert.EndsWith("ended by the path or the server", lost.Text, StringComparison.Ordinal);
        Assert.EndsWith("cannot be seen without --ping", lost.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 30, 50, true)]
    [InlineData(50, 3, 50, false)]
    [InlineData(20, 0, 50, false)]
    public void Fewer_served_than_asked_is_the_servers_limit(long served, long unserved, long peak, bool isFound)
    {
        RunDocument run = SampleRun.Hold(50, 50, 0) with { Command = "query" };
        run = run with
        {
            Connections = run.Connections with { Peak = peak, ServedPeak = served, Unserved = unserved },
            Messages = new Messages { Offered = 1000, Sent = 1000, Answered = 700, TimedOut = 300 },
        };
        Finding? found = new FewServed().Judge(run);
        Assert.Equal(isFound, found is not null);
        Assert.Equal(!isFound, new MessagesTimedOut().Judge(run) is not null);
        if (found is not null)
        {
            Assert.StartsWith("never more than 20 of 50 connections were served", found.Text, StringComparison.Ordinal);
            Assert.StartsWith("use -c 20", found.Remedy, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_queue_that_stays_full_beside_a_number_that_does_not_grow_is_a_server_that_accepts_no_more(bool stands)
    {
        RunDocument run = SampleRun.Hold(200, 53, 0);
        run = run with
        {
            Network = new NetworkCounters { ListenOverflows = 284, ListenDrops = 284 },
            Series =
            [
                .. Enumerable.Range(1, 8).Select(second => new SeriesPoint
                {
                    TimeNs = second * Ns.Second, IntervalNs = Ns.Second, Open = stands ? 53 : 45 + second,
                }),
            ],
        };
        Finding found = new ListenQueueOverflowed().Judge(run)!;
        Assert.Equal(stands, found.Text.Contains("has stopped accepting: 53 connections", StringComparison.Ordinal));
        Assert.Equal(stands, found.Remedy.StartsWith("raise the server's limit on clients", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(43, 25, 14, 1, true)]
    [InlineData(43, 43, 14, 1, true)]
    [InlineData(43, 25, 0, 1, false)]
    [InlineData(12, 9, 14, 1, false)]
    [InlineData(95, 25, 14, 1, false)]
    [InlineData(43, 1, 14, 1, false)]
    [InlineData(43, 43, 14, 39, false)]
    public void An_answer_that_waits_for_a_delayed_ack_is_named(
        long p999Ms, long p99Ms, long delayed, long minMs, bool isFound)
    {
        RunDocument run = SampleRun.Hold(5, 5, 0) with
        {
            Command = "query",
            Messages = new Messages { Offered = 1000, Sent = 1000, Answered = 1000 },
            Service = new LatencySummary
            {
                Count = 1000, MinNs = minMs * Ms, P50Ns = p99Ms * Ms / 2,
                P99Ns = p99Ms * Ms, P999Ns = p999Ms * Ms, MaxNs = 70 * Ms,
            },
            Network = new NetworkCounters { DelayedAcks = delayed },
        };
        Assert.Equal(isFound, new AnswersHeldBack().Judge(run) is not null);
    }

    [Theory]
    [InlineData(1768, 9, 47, 50, true)]
    [InlineData(1768, 200, 47, 50, false)] // not many round trips
    [InlineData(300, 9, 47, 50, false)]    // sooner than the next query
    [InlineData(9000, 9, 47, 50, false)]   // later than it: a slow server
    [InlineData(1768, 9, 97, 50, false)]   // some took longer than any ACK
    [InlineData(1768, 9, 47, 0, false)]
    public void An_answer_that_waits_for_the_next_query_is_named(
        long p50Us, long rttUs, long maxMs, long delayed, bool isFound)
    {
        RunDocument run = SampleRun.Hold(50, 50, 0) with
        {
            Command = "query",
            Messages = new Messages { Offered = 80_000, Sent = 80_000, Answered = 80_000 },
            Rate = new Rate(20_000, 20_000),
            Service = new LatencySummary
            {
                Count = 80_000, MinNs = 1, P50Ns = p50Us * 1000, P99Ns = 11 * Ms, P999Ns = 19 * Ms, MaxNs = maxMs * Ms,
            },
            Tcp = new TcpCounters { Rtt = new LatencySummary { Count = 50, P50Ns = rttUs * 1000 } },
            Network = new NetworkCounters { DelayedAcks = delayed },
        };
        Assert.Equal(isFound, new AnswersHeldBack().Judge(run) is not null);
    }

    [Theory]
    [InlineData(0.35, 80, true)]
    [InlineData(0.05, 80, false)]
    [InlineData(0.35, 1000, false)]
    public void A_worker_without_a_cpu_is_said_before_anybody_is_blamed(double waited, double achieved, bool isFound)
    {
        RunDocument run = SampleRun.Hold(50, 50, 0);
        run = run with
        {
            Command = "query",
            Rate = new Rate(1000, achieved),
            Messages = new Messages
            {
                Offered = 1000, Sent = 1000, Answered = (long)achieved, Lost = 1000 - (long)achieved,
            },
            Cpu = new CpuUse { Workers = [new WorkerCpu(1, 1, 0.2) { Waited = waited }], Pressure = 0.9 },
        };
        Assert.Equal(isFound, new HostOverloaded().Judge(run) is not null);
        string? rate = new RateNotAchieved().Judge(run)?.Text;
        Assert.Equal(isFound, rate is not null && rate.EndsWith("this host had no CPU left", StringComparison.Ordinal));
    }

    private static Finding Lost(
        string command, long target, long held, int ends, Func<int, long> age, long answers, long idle = 0,
        Func<int, long>? idleOf = null) =>
        new ConnectionsLost().Judge(Run(command, target, held, ends, age, answers, idle, idleOf))!;

    /// <param name="idle">How long each was idle; 0: since it was opened, or at any time.</param>
    private static RunDocument Run(
        string command, long target, long held, int ends, Func<int, long> age, long answers, long idle = 0,
        Func<int, long>? idleOf = null)
    {
        Histogram ages = new();
        Histogram idles = new();
        Histogram counts = new();
        for (int at = 0; at < ends; at++)
        {
            ages.Record(age(at));
            idles.Record(idleOf?.Invoke(at) ?? (idle > 0 ? idle : answers == 0 ? age(at) : at * Ms));
            counts.Record(answers);
        }

        RunDocument run = SampleRun.Hold(target, held, 0);
        return run with
        {
            Command = command,
            Own = command == "query" ? new Section { ["answers"] = new Section() } : null,
            Connections = run.Connections with
            {
                Lost = ends,
                ConnectFailed = [],
                EndedByPeer = new PeerEnds
                {
                    Age = LatencySummary.From(ages), Idle = LatencySummary.From(idles),
                    Answers = LatencySummary.From(counts),
                },
            },
        };
    }
}
