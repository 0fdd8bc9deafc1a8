using Throng.Measurement;

namespace Throng.Tests;

/// <summary>Documents that tests start from; all identities hold in them.</summary>
internal static class SampleRun
{
    public const long SecondNs = 1_000_000_000;

    /// <summary><c>hold 10k</c> that came to 10,000 and lost nothing.</summary>
    public static RunDocument Held => Hold(target: 10_000, held: 10_000, refused: 0);

    /// <summary>One document with something in every key.</summary>
    public static RunDocument Full
    {
        get
        {
            RunDocument run = Unjudged;
            run = run with
            {
                Thresholds =
                [
                    Judged("response.p99 > 20ms", run),
                    Judged("messages.lost > 0.1%", run),
                    Judged("monitor.lost > 0", run),
                ],
            };
            return run with { Verdict = Verdict.Judge(run) };
        }
    }

    public static RunDocument Hold(long target, long held, long refused, long? plateauNs = 5 * SecondNs)
    {
        RunDocument run = new()
        {
            Tool = new Tool("throng", "0.1.0"),
            Command = "hold",
            Options = new Section { ["count"] = target, ["target"] = "127.0.0.1:7000" },
            Host = new Host { Kernel = "6.12.0", Cpus = 2, Nofile = 1_048_576, Engine = "epoll" },
            Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            DurationNs = 7 * SecondNs,
            EndedBy = "duration",
            Connections = new Connections
            {
                Target = target,
                Held = held,
                Peak = held,
                Opened = held,
                PlateauNs = plateauNs,
                Closed = new ReasonCounts { { "local", held } },
                ConnectFailed = refused == 0 ? [] : new ReasonCounts { { CloseReason.Refused, refused } },
            },
            Connect = new ConnectPhase(held + refused, LatencySummary.Empty),
        };
        return run with { Verdict = Verdict.Judge(run) };
    }

    private static RunDocument Unjudged => new()
    {
        Tool = new Tool("throng", "0.1.0", BuildKind.Debug),
        Command = "query",
        Options = new Section
        {
            ["connections"] = 2_000,
            ["rate"] = 200_000.5,
            ["target"] = Node.ListOf(["10.0.0.2:53", "10.0.0.3:53"]),
            ["public"] = false,
            ["engine"] = "uring",
            ["source"] = Node.Null,
        },
        Host = new Host
        {
            Kernel = "6.12.0",
            Cpus = 8,
            Nofile = 1_048_576,
            Engine = "epoll",
            EngineReason = "io_uring is switched off (kernel.io_uring_disabled = 2)",
            More = new Section { ["ip_local_port_range"] = Node.ListOf(1024, 65535) },
        },
        Started = new DateTimeOffset(2026, 1, 2, 5, 4, 5, 678, TimeSpan.FromHours(2)),
        DurationNs = (10 * SecondNs) + 250_000_000,
        EndedBy = "duration",
        Connections = new Connections
        {
            Target = 2_000,
            Held = 1_990,
            Peak = 1_997,
            Opened = 2_002,
            Lost = 12,
            Reconnected = 5,
            ServedPeak = 1_980,
            Unserved = 4,
            Pauses = 3,
            PausedNs = 900_000_000,
            EndedByPeer = new PeerEnds
            {
                FirstNs = 2 * SecondNs,
                LastNs = 9 * SecondNs,
                Age = Latency(12, 50_000_000, 7_000_000_000),
                Idle = Latency(12, 1_000_000, 3_000_000_000),
                Answers = Latency(12, 7, 900),
            },
            PlateauNs = 9 * SecondNs,
            Open = 3,
            Closed = new ReasonCounts { { "local", 1_987 }, { "reset", 12 } },
            ConnectFailed = new ReasonCounts { { "timeout", 8 }, { "refused", 30 }, { "cancelled", 1 } },
            OtherErrnos = new ReasonCounts { { "EIO", 2 } },
        },
        Messages = new Messages
        {
            Offered = 2_000_000,
            NotSent = 500,
            Sent = 1_999_500,
            Answered = 1_999_000,
            AnsweredInDrain = 1_200,
            Late = 17,
            TimedOut = 400,
            Lost = 100,
            Invalid = 2,
            Unsolicited = 9,
            BytesSent = 64_000_000,
            BytesReceived = 255_872_000,
        },
        Connect = new ConnectPhase(2_041, Latency(2_002, 90_000, 4_000_000))
        {
            Handshake = Latency(2_000, 1_200_000, 9_000_000),
        },
        Response = Latency(4_000, 150_000, 30_000_000),
        Service = Latency(4_000, 140_000, 25_000_000),
        Lag = Latency(4_000, 900, 2_100_000),
        Rate = new Rate(200_000.5, 199_900),
        Tcp = new TcpCounters
        {
            Retransmits = 44,
            SynRetransmits = 8,
            Sampled = 1_500,
            SampledOf = 1_990,
            SampledRetransmits = 31,
            SampledUnacked = 12,
            SampledProbing = 2,
            NoRoutes = 7,
            Rtt = Latency(1_480, 60_000, 900_000),
            More = new Section { ["more"] = 1 },
        },
        Network = new NetworkCounters
        {
            ListenOverflows = 0, ListenDrops = 0, TimeWaitOverflows = 0, SynBacklogDrops = 0,
        },
        Limits = new RunLimits
        {
            Sockets = 40_000,
            Arithmetic = "2 rings × 20,000 slots (RLIMIT_NOFILE)",
            TimeWait = 3,
            Sysctls = new Section { ["net.core.somaxconn"] = 4_096, ["net.ipv4.tcp_mem"] = "1 2 3" },
        },
        Cpu = new CpuUse
        {
            UserNs = 4 * SecondNs,
            SystemNs = 9 * SecondNs,
            TurnNs = 120_000,
            Pressure = 0.25,
            Steal = 0,
            Workers =
            [
                new(2 * SecondNs, 5 * SecondNs, 0.71) { Waited = 0.01 },
                new(2 * SecondNs, 4 * SecondNs, 0.97) { Waited = 0.03 },
            ],
        },
        Memory = new MemoryUse(38L << 20, 257.5),
        Series = [Point(1, isBusy: false), Point(2, isBusy: true)],
        Drain = Point(3, isBusy: false) with { BusyMax = null, IsDrain = true },
        Events = [new RunEvent(4 * SecondNs, "set rate 200000.5")],
        Own = new Section
        {
            ["name"] = "example.org",
            ["distinct"] = 1_000,
            ["answer_bytes"] = new Section { ["min"] = 45, ["mean"] = 127.93 },
            ["by_code_ns"] = new Section { ["noerror"] = Latency(3_000, 150_000, 9_000_000) },
            ["servers"] = Node.ListOf(new Section { ["address"] = "10.0.0.2:53", ["answered"] = 1_000_000 }),
        },
    };

    private static ThresholdOutcome Judged(string text, RunDocument run) =>
        Threshold.TryParse(text, out Threshold threshold, out string error)
            ? threshold.Judge(run)
            : throw new FormatException(error);

    private static SeriesPoint Point(int second, bool isBusy) => new()
    {
        TimeNs = second * SecondNs,
        IntervalNs = SecondNs,
        Open = 1_990,
        Opened = 2_000,
        Closed = 10,
        Failed = 38,
        Offered = 200_000,
        Sent = 199_990,
        Answered = 199_900,
        TimedOut = 40,
        Lost = 50,
        BytesSent = 6_400_000,
        BytesReceived = 25_587_200,
        Retransmits = 4,
        Response = isBusy ? new IntervalLatency(150_000, 900_000, 30_000_000) : null,
        Lag = isBusy ? new IntervalLatency(900, 20_000, 2_100_000) : null,
        UserNs = 400_000_000,
        SystemNs = 900_000_000,
        BusyMax = isBusy ? 0.97 : 0.5,
    };

    // A line from the one to the other: few cells, so the golden file stays readable.
    private static LatencySummary Latency(int count, long minNs, long maxNs)
    {
        Histogram histogram = new();
        for (int i = 0; i < 20; i++)
        {
            histogram.Record(minNs + (i * (maxNs - minNs) / 19), count / 20);
        }

        histogram.Record(minNs, count % 20);
        return LatencySummary.From(histogram);
    }
}
