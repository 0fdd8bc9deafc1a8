using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>When the schedule of a run begins.</summary>
public sealed class ActiveScheduleTests
{
    private const long SecondNs = 1_000_000_000;
    private const long MillisecondNs = 1_000_000;

    private static readonly Sample Nothing = Sampling.Start with { Requested = 10, Connecting = 10 };

    private static readonly Sample Refused = Nothing with { Connecting = 0, Failed = 10 };

    private readonly ActiveSchedule _active;
    private readonly long _startNs;

    public ActiveScheduleTests()
    {
        QuerySpec spec = new() { Connections = 10, ConnectTimeoutNs = 5 * SecondNs };
        _active = new ActiveSchedule(
            new Schedule(spec.Profile, spec.Arrivals, spec.Pick, seed: 1, connections: 10), spec.WarmUpNs,
            spec.ConnectTimeoutNs);
        _startNs = Clock.NowNs();
    }

    [Fact]
    public void It_begins_at_once_when_all_are_open()
    {
        Assert.False(Begins(100, Nothing));
        Assert.True(Begins(101, Nothing with { Open = 10, Counts = Opened(10), Connecting = 0 }));
        Assert.False(Begins(102, Nothing with { Open = 10, Counts = Opened(10), Connecting = 0 }), "once");
    }

    [Fact]
    public void It_waits_a_second_for_one_more_to_open()
    {
        Sample some = Nothing with { Open = 3, Counts = Opened(3), Connecting = 7 };
        Assert.False(Begins(900, some));
        Assert.False(Begins(1800, some));
        Assert.False(Begins(1850, some with { Open = 4, Counts = Opened(4) }));
        Assert.False(Begins(2800, some with { Open = 4, Counts = Opened(4) }));
        Assert.True(Begins(2900, some with { Open = 4, Counts = Opened(4) }));
    }

    [Fact]
    public void With_every_attempt_refused_it_does_not_wait_for_the_connect_timeout()
    {
        Assert.False(Begins(900, Refused));
        Assert.True(Begins(1100, Refused));
    }

    [Fact]
    public void While_an_attempt_is_not_decided_it_waits_for_the_connect_timeout_and_no_longer()
    {
        Assert.False(Begins(1100, Nothing));
        Assert.False(Begins(4900, Refused with { Connecting = 1, Failed = 9 }));
        Assert.True(Begins(5100, Nothing));
    }

    [Fact]
    public void One_that_begins_at_once_waits_for_nothing_and_begins_once()
    {
        QuerySpec spec = new();
        ActiveSchedule active = new(new Schedule(spec.Profile, spec.Arrivals, spec.Pick, seed: 1, connections: 10),
            0, 0)
        {
            BeginsAtOnce = true,
        };
        Assert.Equal(WorkerMessageKind.Begin, active.BeginIfReady(Nothing, _startNs)!.Value.Kind);
        Assert.Null(active.BeginIfReady(Nothing, _startNs));
    }

    /// <summary>Each that opens is closed by the other end, and another one is opened.</summary>
    [Fact]
    public void Where_the_other_end_closes_what_it_accepts_it_waits_a_second_and_no_longer()
    {
        for (int ms = 100; ms < 1900; ms += 100)
        {
            Sample now = Nothing with { Open = ms / 100 % 3, Counts = Opened(ms / 100), Connecting = 5 };
            Assert.False(Begins(ms, now), $"{ms} ms");
        }

        // Ten, as many as were asked for, had opened after 1,000 ms.
        Assert.True(Begins(2050, Nothing with { Open = 0, Counts = Opened(20), Connecting = 9 }));
    }

    private static Counts Opened(long number) => default(Counts).With(Counter.Opened, number);

    private bool Begins(long ms, Sample sample) =>
        _active.BeginIfReady(sample, _startNs + (ms * MillisecondNs)) is { Kind: WorkerMessageKind.Begin };
}
