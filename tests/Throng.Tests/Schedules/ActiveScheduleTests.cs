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
    public void One_that_waits_to_be_told_is_ready_first_and_begins_then()
    {
        Sample all = Nothing with { Open = 10, Counts = Opened(10), Connecting = 0 };
        _active.StartNs = long.MaxValue;
        Assert.False(_active.IsReady(Nothing, _startNs + (100 * MillisecondNs)));
        Assert.False(Begins(200, all));
        Assert.True(_active.IsReady(all, _startNs + (200 * MillisecondNs)));
        Assert.False(Begins(60_000, all), "it is not told");
        _active.Tell(_startNs + (70_000 * MillisecondNs), _startNs + (61_000 * MillisecondNs));
        Assert.False(Begins(61_000, all), "it is too early");
        Assert.True(Begins(69_500, all));
        Assert.Equal(_startNs + (70_000 * MillisecondNs), _active.BeginNs);
        Assert.Equal(0, _active.BeganLateNs);
    }

    [Fact]
    public void One_that_is_told_too_short_before_begins_late_and_knows_why()
    {
        Sample all = Nothing with { Open = 10, Counts = Opened(10), Connecting = 0 };
        _active.StartNs = long.MaxValue;
        _active.Tell(_startNs + (1001 * MillisecondNs), _startNs + (1000 * MillisecondNs));
        Assert.True(Begins(1000, all));
        Assert.Equal(19 * MillisecondNs, _active.BeganLateNs);
        Assert.True(_active.WasToldLate);
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

    [Theory]
    [InlineData(500, false)]
    [InlineData(1500, true)] // one that gets no CPU is waited for no longer
    public void It_is_over_when_every_worker_has_come_to_its_end(int endedMs, bool isOverWithoutThem)
    {
        QuerySpec spec = new() { Profile = RateProfile.Constant(10).EndedAt(SecondNs) };
        ActiveSchedule active = new(new Schedule(spec.Profile, spec.Arrivals, spec.Pick, seed: 1, connections: 10),
            0, 0)
        {
            BeginsAtOnce = true,
        };
        ScheduleTally[] workers = [active.Add(new ScheduleTally()), active.Add(new ScheduleTally())];
        Assert.False(active.IsOver);
        _ = active.BeginIfReady(Nothing, _startNs - SecondNs - (endedMs * MillisecondNs));
        workers[0].Stop(_startNs);
        Assert.Equal(isOverWithoutThem, active.IsOver);
        workers[1].Stop(_startNs);
        Assert.True(active.IsOver);
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

    /// <summary>Two workers have not taken anything of two seconds that have passed, then end at their own time.
    /// </summary>
    [Theory]
    [InlineData(Arrivals.Constant)]
    [InlineData(Arrivals.Poisson)]
    public void What_late_workers_have_not_taken_is_estimated_and_exact_when_they_have_ended(Arrivals arrivals)
    {
        Schedule schedule = new(
            Walk.Profile("1s@2k,1s@4k"), arrivals, ConnectionPick.Random, seed: 4, connections: 10);
        ActiveSchedule active = new(schedule, warmUpNs: SecondNs / 2, connectTimeoutNs: 0) { BeginsAtOnce = true };
        long beginNs = active.BeginIfReady(Nothing, _startNs - (10 * SecondNs))!.Value.Value;
        OwnArrivals[] own = new OwnArrivals[2];
        for (int worker = 0; worker < own.Length; worker++)
        {
            own[worker] = new OwnArrivals(schedule, worker, own.Length, active.Add(new MonitorTally()));
            own[worker].Begin(beginNs);
        }

        long whole = Walk.Whole(schedule, 1, 2 * SecondNs).Count(one => one.Ns >= SecondNs / 2);
        long known = active.Due();
        Assert.InRange(known, whole * 0.88, whole * 1.03);
        for (int taken = 0; taken < 2_000; taken++)
        {
            _ = own[taken % 2].Next();
            Assert.InRange(active.Due(), known, whole * 1.03);
            known = active.Due();
        }

        long first = Walk.Whole(schedule, 2, SecondNs).Count(one => one.Ns is >= SecondNs / 2 and < SecondNs);
        Assert.InRange(active.DueIn(0, 0, SecondNs), first * 0.8, first * 1.05);

        own[0].End(beginNs + SecondNs);
        Assert.True(active.Due() >= known, "one of them has not ended yet");
        own[1].End(beginNs + (SecondNs * 3 / 2));
        long due = Due(0, SecondNs) + Due(1, SecondNs * 3 / 2);
        Assert.Equal(due, active.Due());
        Assert.Equal(first, active.DueIn(0, 0, SecondNs));

        long Due(int worker, long stoppedNs) => Walk.Part(schedule, worker, 2, 2 * SecondNs)
            .Count(one => one.Ns >= SecondNs / 2 && one.Ns <= stoppedNs);
    }

    [Fact]
    public void Workers_that_are_not_late_are_not_estimated()
    {
        Schedule schedule = new(
            RateProfile.Constant(0.5), Arrivals.Poisson, ConnectionPick.Random, seed: 4, connections: 10);
        ActiveSchedule active = new(schedule, warmUpNs: 0, connectTimeoutNs: 0) { BeginsAtOnce = true };
        long beginNs = active.BeginIfReady(Nothing, _startNs - (1_000 * SecondNs))!.Value.Value;
        OwnArrivals own = new(schedule, 0, 1, active.Add(new MonitorTally()));
        own.Begin(beginNs);
        long passed = own.PassDueBefore(Clock.NowNs() + (3_600 * SecondNs));
        Assert.Equal(passed, active.Due());
    }

    private static Counts Opened(long number) => default(Counts).With(Counter.Opened, number);

    private bool Begins(long ms, Sample sample) =>
        _active.BeginIfReady(sample, _startNs + (ms * MillisecondNs)) is { Kind: WorkerMessageKind.Begin };
}
