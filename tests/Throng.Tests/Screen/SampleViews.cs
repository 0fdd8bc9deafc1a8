using Throng.Engine;
using Throng.Measurement;

namespace Throng.Tests;

/// <summary>Runs of each command at one moment, made up.</summary>
internal static class SampleViews
{
    private const long SecondNs = 1_000_000_000;

    public static LiveView Of(string command) => command switch
    {
        "hold" => Hold(),
        "query" => Query(),
        "monitor" => Monitor(),
        "churn" => Query() with { Spec = new RunSpec { Command = "churn" } },
        "saturate" => Saturate(),
        "bench" => Bench(),
        "serve" => Serve(),
        _ => KernelServe(),
    };

    public static LiveView Hold() => new()
    {
        Spec = new RunSpec { Command = "hold", DurationNs = 60 * SecondNs },
        Engine = "uring",
        Where = "to 10.0.0.2:7000 and 39 more",
        Snapshot = new LiveSnapshot
        {
            Now = new CliRun().Now with
            {
                AtNs = 12_345_000_000, Requested = 1_000_000, Open = 812_345, Connecting = 512,
                Counts = new CliRun().Now.Counts.With(Counter.Opened, 812_352),
            },
            Series = Series(12),
            Busy = [0.42, 0.97],
            PortsUsed = 812_857,
            PortsMax = 1_129_280,
        },
        SocketsUsed = 812_857,
        SocketsMax = 1_000_000,
        Descriptors = new DescriptorUse(131, 20_000, 20_000),
        MemoryUsedBytes = 6_300_000_000,
        MemoryMaxBytes = 16_000_000_000,
    };

    public static LiveView Query()
    {
        LiveView hold = Hold();
        return hold with
        {
            Spec = new RunSpec { Command = "query" },
            HasRate = true,
            Where = "to 10.0.0.2:53",
            Snapshot = hold.Snapshot with
            {
                Now = hold.Now with
                {
                    Requested = 100, Open = 100, Lost = 0, Failed = 0, Closed = [], ConnectFailed = [],
                    Counts = hold.Now.Counts
                        .With(Counter.MessagesOffered, 240_000)
                        .With(Counter.MessagesSent, 240_000)
                        .With(Counter.MessagesAnswered, 239_978)
                        .With(Counter.MessagesTimedOut, 0),
                },
                HasReached = true,
                BeginNs = 345_000_000,
                ScheduleNs = 30 * SecondNs,
                RatePerSecond = 20_000,
                Busy = [0.35, 0.31, 0.3, 0.29, 0.4, 0.1],
                PortsUsed = 100,
            },
            SocketsUsed = 100,
        };
    }

    private static LiveView Monitor()
    {
        LiveView query = Query();
        return query with
        {
            Spec = new RunSpec { Command = "monitor" },
            Snapshot = query.Snapshot with
            {
                Figures =
                [
                    new("disturbed", "12 of 100 now"), new("episodes", "2, the last 1.23 s"),
                    new("new", "118 ok, 2 failed"), new("pod-a", "52 open"), new("pod-b", "36 open, 12 lost"),
                ],
            },
        };
    }

    private static LiveView Saturate()
    {
        SearchStep Step(double rate, long ok, StepVerdict verdict) => new(
            rate, SearchPhase.Growth,
            new StepFigures
            {
                RatePerSecond = rate, Seconds = 5, Due = (long)(rate * 5), Ok = ok, LifeP50Ns = 310_000,
                LifeP99Ns = 1_250_000,
            },
            verdict);

        StepVerdict bad = new([new BrokenCriterion(SaturationCriterion.SynRetransmits, 0.0033, 0.001)]);
        LiveView query = Query();
        return query with
        {
            Spec = new RunSpec { Command = "saturate" },
            HasRate = false,
            Snapshot = query.Snapshot with
            {
                Doing = "step 4 at 450/s",
                ScheduleNs = 21 * SecondNs,
                Result = new SaturationResult
                {
                    Ending = SearchEnding.None,
                    LastGoodPerSecond = 400,
                    Steps =
                    [
                        Step(200, 1000, StepVerdict.Good), Step(400, 2000, StepVerdict.Good), Step(800, 3890, bad),
                    ],
                },
            },
        };
    }

    private static LiveView Bench()
    {
        BenchStep Step(string server, long connections, double perSecond) => new()
        {
            Server = server, Concurrency = connections, Rounds = 10,
            EchoesPerSecond = new RoundSpread(perSecond, perSecond * 0.9, perSecond * 1.1),
        };

        LiveView hold = Hold();
        return hold with
        {
            Spec = new RunSpec { Command = "bench" },
            Snapshot = hold.Snapshot with
            {
                Now = hold.Now with { Requested = 0, Lost = 0, Failed = 0 },
                Doing = "epoll, 100 connections, round 41 of 64",
                Done = 0.625,
                Result = new BenchResult([Step("epoll", 10, 41_234), Step("uring", 10, 45_678)], []),
            },
        };
    }

    private static LiveView Serve()
    {
        LiveView hold = Hold();
        return hold with
        {
            Spec = new RunSpec { Command = "serve" },
            IsServer = true,
            Where = "on 127.0.0.1:7000 and 3 more",
            Snapshot = hold.Snapshot with
            {
                Now = hold.Now with { Requested = 0, Lost = 0, Failed = 0, ConnectFailed = [] },
                PortsMax = 0,
            },
        };
    }

    private static LiveView KernelServe()
    {
        LiveView serve = Serve();
        return serve with
        {
            Engine = "xdp",
            KnowsConnections = false,
            EngineStatus = [new("packets", "1,234,567 came, 1,234,560 sent back"), new("dropped", "7 too short")],
            Snapshot = serve.Snapshot with { Busy = [] },
            SocketsMax = 0,
        };
    }

    private static SeriesPoint[] Series(int seconds) =>
    [
        .. Enumerable.Range(1, seconds).Select(second => new SeriesPoint
        {
            TimeNs = second * SecondNs,
            IntervalNs = SecondNs,
            Open = 67_000 * second,
            Opened = 67_000,
            Closed = second % 5,
            Connecting = 500 + second,
            Offered = 20_000,
            Sent = 20_000 - (second == 7 ? 5000 : 0),
            Answered = 19_998,
            BytesReceived = 1_000_000 * second,
            BytesSent = 1_000_000 * second,
            Response = second == 9 ? null : new IntervalLatency(110_000 + (1000 * second), 1_200_000 * (second % 4), 0),
            Lag = new IntervalLatency(9_000, 50_000, 0),
        }),
    ];
}
