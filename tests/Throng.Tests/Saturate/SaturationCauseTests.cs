using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class SaturationCauseTests
{
    private static readonly StepFigures Base = SearchRuns.Good(50);
    private static readonly StepFigures LastGood = SearchRuns.Good(500) with { SynRetransmits = 2 };

    // 6,250 connections due.
    private static readonly StepFigures Bad = SearchRuns.Good(625);

    /// <summary>Every cause with figures as limiters leave them, and the evidence for it.</summary>
    public static TheoryData<string, StepFigures, string> Cases { get; } = new()
    {
        {
            "path-drop", Bad with { LifeP99Ns = 1_020_000_000, SynRetransmits = 1_250 },
            "SYNs were retransmitted 1,250 times for 6,250 connections, twice at 500/s"
        },
        {
            "path-drop", Bad with { Ok = 5_000, TimedOut = 1_250, SynRetransmits = 3_750, InFlightMaxReached = true },
            "SYNs were retransmitted 3,750 times for 6,250 connections, twice at 500/s; "
            + "1,250 of 6,250 connections timed out"
        },
        {
            "path-drop", Bad with { Ok = 6_000, TimedOut = 250, LifeP99Ns = 30_000_000_000 },
            "250 of 6,250 connections timed out, never at 500/s"
        },
        {
            "path-reset", Bad with { Ok = 5_000, Reset = 1_200, Refused = 50 },
            "1,200 of 6,250 connections were reset after the handshake, never at 500/s"
        },
        {
            "tls-failed",
            Bad with { Ok = 5_000, Other = 1_250, Others = new ReasonCounts { { "tls_failed", 1_250 } } },
            "TLS failed on 1,250 of 6,250 connections, never at 500/s: see tls_errors"
        },
        {
            "unknown",
            Bad with
            {
                Ok = 5_000, Other = 1_250,
                Others = new ReasonCounts { { "tls_failed", 600 }, { "closed", 600 }, { "in_flight", 40 } },
            },
            "of 6,250 connections 5,000 went well, 600 failed in TLS, 600 ended before they were done, "
            + "40 without an end when the step was judged, 10 failed otherwise"
        },
        {
            "refused", Bad with { Ok = 5_000, Refused = 1_250, LifeP99Ns = 40_000_000 },
            "1,250 of 6,250 connections were answered by RST or ICMP instead of SYN-ACK, never at 500/s"
        },
        {
            "latency", Bad with { LifeP50Ns = 480_000_000, LifeP99Ns = 2_000_000_000 },
            "median life 480 ms, 1.00 ms at 50/s"
        },
        {
            "latency",
            Bad with { Ok = 4_000, NotSent = 2_250, LifeP99Ns = 2_000_000_000, InFlightMaxReached = true },
            "p99 life 2.00 s, 3.00 ms at 50/s; as many connections were unfinished as may be, 2,250 were not started"
        },
        {
            "server-backlog",
            Bad with { Ok = 6_100, TimedOut = 150, SynRetransmits = 900, HasServer = true, ListenOverflows = 1_040 },
            "the server's accept queue overflowed 1,040 times for 6,250 connections, never at 500/s"
        },
        {
            "generator-cpu",
            Bad with { Ok = 4_000, NotSent = 2_250, ThrottledNs = 8_900_000_000, LagP99Ns = 900_000_000 },
            "the cgroup's CPU limit stopped the generator for 8.90 s of 10.0 s; "
            + "64 % of the arrivals were started, lag p99 900 ms"
        },
        {
            "generator-cpu", Bad with { LifeP99Ns = 90_000_000, LagP99Ns = 12_000_000, BusyMax = 0.993 },
            "the busiest worker was busy 99.3 % of its time; 100 % of the arrivals were started, lag p99 12.0 ms"
        },
        {
            "generator-lag", Bad with { Ok = 6_000, NotSent = 250, LagP99Ns = 5_000_000, BusyMax = 0.6 },
            "96 % of the arrivals were started, lag p99 5.00 ms"
        },
        {
            "generator-lag", Bad with { LifeP99Ns = 9_200_000, LagP99Ns = 5_500_000 },
            "100 % of the arrivals were started, lag p99 5.50 ms"
        },
        {
            "latency", Bad with { LifeP99Ns = 90_000_000, LagP99Ns = 5_500_000 },
            "p99 life 90.0 ms, 3.00 ms at 50/s; the generator was late itself, lag p99 5.50 ms"
        },
        {
            "generator-ports", Bad with { Ok = 6_000, NoPort = 250 },
            "250 of 6,250 connections found no free source port"
        },
        {
            "generator-descriptors", Bad with { Ok = 6_000, NoDescriptor = 200, NoPort = 50 },
            "200 of 6,250 connections found no free descriptor"
        },
        {
            "unknown", Bad with { Ok = 6_000, Empty = 250 },
            "of 6,250 connections 6,000 went well, 250 ended without an answer"
        },
        {
            "unknown", Bad with { Ok = 6_000, NotSent = 250, InFlightMaxReached = true },
            "success 96 %, at least 99.9 %; achieved 96 %, at least 99 %; of 6,250 connections 6,000 went well, "
            + "250 not started; as many connections were unfinished as may be"
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_has_its_name_and_its_counter(string name, StepFigures bad, string evidence)
    {
        StepVerdict verdict = new SaturationRule().Judge(bad, Base);
        Assert.False(verdict.IsGood);
        Assert.Equal(bad.Due, bad.NotSent + bad.Ok + bad.Refused + bad.Reset + bad.TimedOut + bad.Empty + bad.NoPort
            + bad.NoDescriptor + bad.Other);
        SaturationCause cause = SaturationCause.Of(verdict, bad, LastGood, Base);
        Assert.Equal(name, cause.Name);
        Assert.Equal(evidence, cause.Evidence);
        Assert.Equal(name.StartsWith("generator", StringComparison.Ordinal), cause.IsGenerator);
    }

    [Fact]
    public void Without_a_bad_step_there_is_none()
    {
        SaturationCause cause = SaturationCause.Of(null, null, LastGood, Base);
        Assert.Equal("none-up-to-max", cause.Name);
        Assert.Equal("every step was good; at 500/s 100 % of the connections went well", cause.Evidence);
    }

    [Fact]
    public void What_packets_say_goes_before_a_generator_that_was_late_and_that_before_a_time_that_passed()
    {
        StepFigures reset = Bad with { Ok = 5_000, Reset = 1_250, BusyMax = 0.99, LagP99Ns = 2_000_000 };
        Assert.Equal("path-reset", NameOf(reset));
        Assert.Equal("path-reset", NameOf(reset with { Ok = 4_000, NotSent = 1_000 }));
        StepFigures timedOut = reset with { Reset = 0, TimedOut = 1_250 };
        Assert.Equal("generator-cpu", NameOf(timedOut));
        Assert.Equal("generator-cpu", NameOf(timedOut with { Ok = 4_000, NotSent = 1_000, LagP99Ns = 0 }));
        Assert.Equal("path-drop", NameOf(timedOut with { SynRetransmits = 35 }));
        Assert.Equal(
            "path-drop",
            NameOf(timedOut with { Ok = 4_000, NotSent = 1_000, LagP99Ns = 0, InFlightMaxReached = true }));
    }

    [Fact]
    public void Lives_that_all_end_empty_name_the_kind_of_server()
    {
        StepFigures empty = Bad with { Ok = 0, Empty = 6_250, LagP99Ns = 5_000_000 };
        Assert.Equal("empty", NameOf(empty));
        Assert.Equal("empty", NameOf(empty with { BusyMax = 0.99 }));
    }

    [Fact]
    public void A_few_failures_do_not_hide_what_there_was_most_of()
    {
        Assert.Equal("path-drop", NameOf(Bad with { Ok = 6_240, Refused = 10, SynRetransmits = 900 }));
        Assert.Equal("path-reset", NameOf(Bad with { Ok = 6_000, Reset = 240, NoPort = 10, SynRetransmits = 9 }));
        Assert.Equal("latency", NameOf(Bad with { Ok = 6_249, NoPort = 1, LifeP99Ns = 70_000_000 }));
        Assert.Equal("latency", NameOf(Bad with { Ok = 6_249, Reset = 1, LifeP99Ns = 70_000_000 }));
        Assert.Equal("path-drop", NameOf(Bad with
        {
            Ok = 6_000, TimedOut = 250, HasServer = false, ListenOverflows = 500, SynRetransmits = 700,
        }));
        Assert.Equal("path-drop", NameOf(Bad with
        {
            Ok = 6_000, TimedOut = 250, HasServer = true, ListenOverflows = 5, SynRetransmits = 700,
        }));
    }

    private static string NameOf(StepFigures bad) =>
        SaturationCause.Of(new SaturationRule().Judge(bad, Base), bad, LastGood, Base).Name;
}
