using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>The rules on limits: a document that trips each, and the same without the cause.</summary>
public sealed class LimitRulesTests
{
    private static readonly RunLimits Limits = new()
    {
        Sockets = 800,
        Arithmetic = "2 rings × 400 slots (RLIMIT_NOFILE)",
        Sysctls = new Section
        {
            ["net.core.somaxconn"] = 4_096,
            ["net.ipv4.tcp_max_tw_buckets"] = 131_072,
            ["net.ipv4.tcp_max_orphans"] = 65_536,
            ["net.netfilter.nf_conntrack_max"] = 262_144,
            ["net.netfilter.nf_conntrack_count"] = 262_000,
            ["net.ipv4.ip_local_port_range"] = "32768 60999",
            ["net.ipv4.tcp_mem"] = "1 2 3",
            ["fs.file-nr"] = "1564 0 2466180",
        },
    };

    /// <summary>A connect that took as long as a SYN that is sent again.</summary>
    private static ConnectPhase SlowConnects
    {
        get
        {
            Histogram slow = new();
            slow.Record(1_010_000_000);
            return new ConnectPhase(10_000, LatencySummary.From(slow));
        }
    }

    private static RunDocument Calm => SampleRun.Held with { Network = new NetworkCounters(), Limits = Limits };

    [Fact]
    public void A_run_without_trouble_trips_none()
    {
        Assert.All(AllRules.Limits, rule => Assert.Null(rule.Judge(Calm)));
        Assert.All(AllRules.Limits, rule => Assert.Null(rule.Judge(SampleRun.Held)));
        Assert.Equal(10, AllRules.Limits.Count);
    }

    [Fact]
    public void Dropped_frames_name_the_queue()
    {
        PacketFigures packets = new() { Interface = "eth1", FramesIn = 100_000, TxFull = 3, RxFull = 11 };
        Finding finding = Tripped(
            new PacketQueueFull(), Calm with { Packets = packets }, Severity.Warning, "packet-queue-full");
        Assert.Equal("rx dropped: 11 frames found no room in the queue of eth1", finding.Text);
        Assert.Contains("tx ring full 3 times", finding.Evidence, StringComparison.Ordinal);
        Assert.Null(new PacketQueueFull().Judge(Calm with { Packets = packets with { RxFull = 9 } }));
        packets = packets with { Queues = 2, RxFullQueue = 1, FramesPassed = 5000 };
        finding = Tripped(
            new PacketQueueFull(), Calm with { Packets = packets }, Severity.Warning, "packet-queue-full");
        Assert.Equal(
            "rx dropped: 11 frames found no room in the queues of eth1, most in queue 1", finding.Text);
        packets = packets with { RxFull = 0, RxFullQueue = null, PassFull = 12 };
        finding = Tripped(
            new PacketQueueFull(), Calm with { Packets = packets }, Severity.Warning, "packet-queue-full");
        Assert.Equal("handed over: 12 frames found no room on the way to their worker", finding.Text);
        Assert.Contains(
            "5,000 handed over from one worker to another, 12 dropped there", finding.Evidence,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_that_are_too_long_say_what_made_them()
    {
        PacketFigures packets = new() { Interface = "eth1", XdpMode = "generic", FramesIn = 10_000, RxDropped = 2 };
        Finding finding = Tripped(
            new PacketTooLong(), Calm with { Packets = packets }, Severity.Warning, "packet-too-long");
        Assert.Equal("rx dropped: 2 frames that came to eth1 were too long", finding.Text);
        Assert.Contains("in generic mode", finding.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("ethtool -K eth1 gro off", finding.Remedy, StringComparison.Ordinal);
        Assert.Null(new PacketTooLong().Judge(Calm with { Packets = packets with { RxDropped = 0 } }));
        Assert.Null(new PacketTooLong().Judge(Calm with { Packets = packets with { FramesIn = 100_000 } }));
    }

    [Fact]
    public void Memory_of_packets_that_ran_out_is_named_with_its_limit()
    {
        PacketFigures packets = new()
        {
            SegmentsIn = 100_000, ArrivalsDropped = 12, OutOfOrderDropped = 3, Blocks = 65_536, BlocksFull = 7,
            Chunks = 1024, ChunksFull = 5,
        };
        Finding dropped = Tripped(
            new PacketRoomFull(), Calm with { Packets = packets }, Severity.Warning, "packet-room-full");
        Assert.Equal("no room: 15 segments that came were dropped by this process", dropped.Text);
        Assert.Contains("12 found all buffers or 65,536 control blocks in use, 3 came behind a gap", dropped.Evidence);
        packets = packets with { ArrivalsDropped = 6 };
        Finding waited = Tripped(
            new PacketRoomFull(), Calm with { Packets = packets }, Severity.Info, "packet-room-full");
        Assert.Equal("no room: 7 requests waited for this process's own memory", waited.Text);
        packets = packets with { BlocksFull = 0 };
        waited = Tripped(new PacketRoomFull(), Calm with { Packets = packets }, Severity.Info, "packet-room-full");
        Assert.StartsWith("it has 1,024 pieces of 512 bytes", waited.Evidence, StringComparison.Ordinal);
        Assert.Null(new PacketRoomFull().Judge(Calm with { Packets = packets with { ChunksFull = 0 } }));
    }

    [Fact]
    public void Refused_accepts_name_the_table_and_its_sum()
    {
        Finding finding = Tripped(
            new DescriptorsExhausted(),
            Calm with { Limits = Limits with { AcceptFailures = 12, AcceptErrno = "ENFILE" } },
            Severity.Warning, "descriptors-exhausted");
        // The sample's engine is epoll, where ENFILE is the host's own table.
        Assert.Equal("the host's table of open files is full", finding.Text);
        Assert.Contains("fs.file-nr is 1564 0 2466180", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("fs.file-max", finding.Remedy, StringComparison.Ordinal);

        RunDocument ring = Calm with { Host = Calm.Host with { Engine = "uring" } };
        finding = Tripped(
            new DescriptorsExhausted(),
            ring with { Limits = Limits with { AcceptFailures = 12, AcceptErrno = "ENFILE" } },
            Severity.Warning, "descriptors-exhausted");
        Assert.Equal("this host ran out of descriptors: 2 rings × 400 slots (RLIMIT_NOFILE)", finding.Text);
        Assert.Contains("accepting was refused 12 times (ENFILE)", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("ulimit -n", finding.Remedy, StringComparison.Ordinal);
        Assert.Null(new DescriptorsExhausted().Judge(
            ring with { Limits = Limits with { AcceptFailures = 12, AcceptErrno = "ENOMEM" } }));
    }

    [Fact]
    public void Connects_without_a_descriptor_are_an_error()
    {
        Finding finding = Tripped(
            new DescriptorsExhausted(), Failed(CloseReason.NoDescriptor), Severity.Error, "descriptors-exhausted");
        Assert.Contains("3 connects had none at a peak of 10,000", finding.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_ports_are_those_of_a_source_towards_a_target()
    {
        RunDocument run = Failed(CloseReason.NoPort);
        Assert.Contains("the target", new PortsExhausted().Judge(run)!.Text, StringComparison.Ordinal);
        RunLimits named = Limits with
        {
            PortsSource = "10.0.0.1", PortsTarget = "10.0.0.2:7000", PortsPerSource = 28_232,
        };
        Finding finding = Tripped(
            new PortsExhausted(), run with { Limits = named }, Severity.Error, "ports-exhausted");
        Assert.Equal("10.0.0.1 ran out of source ports towards 10.0.0.2:7000", finding.Text);
        Assert.Contains("28,232 ports", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("32768 60999", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("sysctl -w net.ipv4.ip_local_port_range", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_is_missing_is_an_error_and_pressure_a_warning()
    {
        Finding finding = Tripped(
            new MemoryExhausted(), Failed(CloseReason.NoMemory), Severity.Error, "memory-exhausted");
        Assert.Contains("3 connects", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("net.ipv4.tcp_mem is 1 2 3", finding.Evidence, StringComparison.Ordinal);
        RunDocument refused = Calm with { Limits = Limits with { AcceptFailures = 5, AcceptErrno = "ENOBUFS" } };
        Assert.Contains(
            "5 accepts", Tripped(new MemoryExhausted(), refused, Severity.Error, "memory-exhausted").Evidence,
            StringComparison.Ordinal);
        RunDocument pressed = Calm with { Network = new NetworkCounters { MemoryPressures = 2 } };
        finding = Tripped(new MemoryExhausted(), pressed, Severity.Warning, "memory-exhausted");
        Assert.Contains("under pressure 2 times", finding.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8L, "backlog is 8", "raise --backlog: up to 4,096 is allowed")]
    [InlineData(4096L, "backlog is 4,096", "sysctl -w net.core.somaxconn=65535, or connect more slowly")]
    [InlineData(null, "the listener is not this run's", "raise the server's backlog and sysctl -w")]
    public void An_overflow_names_the_backlog_and_what_cuts_it(long? backlog, string evidence, string remedy)
    {
        RunDocument run = Calm with
        {
            Network = new NetworkCounters { ListenOverflows = 1_220, ListenDrops = 1_221 },
            Limits = Limits with { Backlog = backlog },
            Connect = backlog is null ? SlowConnects : Calm.Connect,
        };
        Finding finding = Tripped(new ListenQueueOverflowed(), run, Severity.Warning, "listen-queue-overflowed");
        Assert.Contains("an accept queue overflowed", finding.Text, StringComparison.Ordinal);
        Assert.Contains("1,220 overflows, 1,221 handshakes dropped", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains(evidence, finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("net.core.somaxconn is 4,096", finding.Evidence, StringComparison.Ordinal);
        Assert.StartsWith(remedy, finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void What_others_of_the_namespace_met_is_not_told_as_this_runs()
    {
        NetworkCounters overflowed = new() { ListenOverflows = 70, ListenDrops = 70 };
        RunDocument foreign = Calm with { Network = overflowed };
        Finding finding = Tripped(
            new ListenQueueOverflowed(), foreign, Severity.Info, "listen-queue-overflowed");
        Assert.Contains("another program's", finding.Evidence, StringComparison.Ordinal);
        ReasonCounts timeouts = new() { { CloseReason.ConnectTimeout, 3 } };
        RunDocument[] own =
        [
            foreign with { Limits = Limits with { Backlog = 8 } },
            foreign with { Connect = SlowConnects },
            foreign with { Connections = foreign.Connections with { ConnectFailed = timeouts } },
            foreign with { Connections = foreign.Connections with { Held = 9_000 } },
        ];
        Assert.All(own, run => Assert.Equal(
            Severity.Warning, new ListenQueueOverflowed().Judge(run)!.Severity));
        RunDocument tracked = Calm with { Network = new NetworkCounters { ConntrackDrops = 9 } };
        Assert.Equal(Severity.Info, new ConntrackDropped().Judge(tracked)!.Severity);
        RunDocument closedNone = Calm with
        {
            Network = new NetworkCounters { TimeWaitOverflows = 4, MemoryAborts = 4 },
            Connections = Calm.Connections with { Closed = [] },
        };
        Assert.Null(new TimeWaitOverflowed().Judge(closedNone));
        Assert.Null(new OrphansAborted().Judge(closedNone));

        // Of a run under way nothing is named before it is seen to be this run's.
        LimitWatch watch = new();
        RunRecord record = new();
        watch.Judge(foreign, () => foreign, record, 1);
        Assert.Empty(record.Events);
        watch.Judge(own[1], () => own[1], record, 2);
        Assert.Single(record.Events);
    }

    [Fact]
    public void Half_open_queues_and_other_drops_are_told_apart()
    {
        RunDocument seen = Calm with { Connect = SlowConnects };
        RunDocument syns = seen with { Network = new NetworkCounters { SynQueueDrops = 4 } };
        Assert.Contains(
            "half-open",
            Tripped(new ListenQueueOverflowed(), syns, Severity.Warning, "listen-queue-overflowed").Text,
            StringComparison.Ordinal);
        RunDocument cookies = seen with { Network = new NetworkCounters { SynQueueCookies = 4 } };
        Assert.NotNull(new ListenQueueOverflowed().Judge(cookies));
        RunDocument other = seen with { Network = new NetworkCounters { ListenDrops = 1 } };
        Assert.Equal("a listener dropped handshakes", new ListenQueueOverflowed().Judge(other)!.Text);
    }

    [Fact]
    public void Tracking_that_drops_says_how_full_it_is()
    {
        RunDocument run = Calm with
        {
            Network = new NetworkCounters { ConntrackDrops = 9, ConntrackEarlyDrops = 1 }, Connect = SlowConnects,
        };
        Finding finding = Tripped(new ConntrackDropped(), run, Severity.Warning, "conntrack-dropped");
        Assert.Contains("9 dropped", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("nf_conntrack_count is 262,000", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("nf_conntrack_max is 262,144", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("nf_conntrack_max=524288", finding.Remedy, StringComparison.Ordinal);
        RunDocument early = Calm with { Network = new NetworkCounters { ConntrackEarlyDrops = 1 } };
        Assert.Contains("to make room", new ConntrackDropped().Judge(early)!.Text, StringComparison.Ordinal);
        RunDocument failed = Calm with { Network = new NetworkCounters { ConntrackInsertFailed = 1 } };
        Assert.Contains("dropped packets", new ConntrackDropped().Judge(failed)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_open_connections_without_cookies_name_the_setting_that_held_them()
    {
        RunLimits limits = Limits with
        {
            Sysctls = new Section
            {
                ["net.core.somaxconn"] = 4_096, ["net.ipv4.tcp_max_syn_backlog"] = 256, ["net.ipv4.tcp_syncookies"] = 0,
            },
        };
        NetworkCounters dropped = new()
        {
            ListenOverflows = 0, ListenDrops = 407, SynQueueDrops = 0, SynBacklogDrops = 407,
        };
        Finding finding = Tripped(
            new ListenQueueOverflowed(), Calm with { Network = dropped, Limits = limits, Connect = SlowConnects },
            Severity.Warning, "listen-queue-overflowed");
        Assert.Equal("half-open connections reached three quarters of net.ipv4.tcp_max_syn_backlog", finding.Text);
        Assert.Contains("407 SYNs dropped", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("193 at most", finding.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("sysctl -w net.ipv4.tcp_max_syn_backlog=", finding.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("somaxconn", finding.Remedy, StringComparison.Ordinal);

        // With cookies that limit does not count, and a full accept queue is told as one.
        RunDocument cookies = Calm with { Network = dropped, Connect = SlowConnects };
        Assert.Equal("a listener dropped handshakes", new ListenQueueOverflowed().Judge(cookies)!.Text);
        RunDocument full = Calm with
        {
            Limits = limits, Network = dropped with { ListenOverflows = 500, ListenDrops = 907 },
            Connect = SlowConnects,
        };
        Assert.StartsWith("an accept queue", new ListenQueueOverflowed().Judge(full)!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_address_that_went_away_is_no_want_of_ports()
    {
        RunDocument none = SampleRun.Hold(held: 0, target: 5, refused: 0) with
        {
            Limits = Limits with
            {
                PortsSource = "10.77.0.5", PortsTarget = "10.77.0.2:7000", PortsPerSource = 28_232,
                SourceGone = "10.77.0.5",
            },
        };
        RunDocument gone = none with
        {
            Connections = none.Connections with { ConnectFailed = new ReasonCounts { { CloseReason.NoPort, 15 } } },
        };
        Finding finding = Tripped(new PortsExhausted(), gone, Severity.Error, "ports-exhausted");
        Assert.Equal("10.77.0.5 is no address of this host any more", finding.Text);
        Assert.DoesNotContain("ports", finding.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("ip_local_port_range", finding.Remedy, StringComparison.Ordinal);
        Assert.Contains(
            "15 were to come from 10.77.0.5, no address of this host any more", Verdict.Judge(gone).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_of_an_earlier_run_in_TIME_WAIT_are_named()
    {
        RunDocument spent = Calm with
        {
            Connections = Calm.Connections with { ConnectFailed = new ReasonCounts { { CloseReason.NoPort, 15 } } },
            Limits = Limits with
            {
                PortsSource = "10.77.0.5", PortsTarget = "10.77.0.2:7000", PortsPerSource = 1_000, TimeWait = 990,
            },
        };
        Finding finding = Tripped(new PortsExhausted(), spent, Severity.Error, "ports-exhausted");
        Assert.Contains("990 connections here are in TIME_WAIT", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("--close rst", finding.Remedy, StringComparison.Ordinal);
        RunDocument few = spent with { Limits = spent.Limits! with { TimeWait = 3 } };
        Assert.DoesNotContain("TIME_WAIT", new PortsExhausted().Judge(few)!.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Full_TIME_WAIT_and_too_many_orphans_name_their_settings()
    {
        RunDocument waiting = Calm with { Network = new NetworkCounters { TimeWaitOverflows = 7 } };
        Finding finding = Tripped(new TimeWaitOverflowed(), waiting, Severity.Info, "time-wait-overflowed");
        Assert.Contains("7 found none", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("tcp_max_tw_buckets is 131,072", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("tcp_max_tw_buckets=131079 ", finding.Remedy.Replace(',', ' '), StringComparison.Ordinal);

        // What the closes of 60 s are, where the room of now and what overflowed are less.
        RunDocument quick = waiting with
        {
            DurationNs = 3_000_000_000,
            Connections = Calm.Connections with { Closed = new ReasonCounts { { CloseReason.Finished, 600 } } },
            Network = new NetworkCounters { TimeWaitOverflows = 550 },
            Limits = Limits with { Sysctls = new Section { ["net.ipv4.tcp_max_tw_buckets"] = 50 } },
        };
        finding = new TimeWaitOverflowed().Judge(quick)!;
        Assert.Contains("200/s closes for 60 s each are 12,000", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("tcp_max_tw_buckets=12000,", finding.Remedy, StringComparison.Ordinal);

        RunDocument orphans = Calm with { Network = new NetworkCounters { MemoryAborts = 6 } };
        finding = Tripped(new OrphansAborted(), orphans, Severity.Warning, "orphans-aborted");
        Assert.Contains("6 reset", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("tcp_max_orphans is 65,536", finding.Evidence, StringComparison.Ordinal);
        Assert.Contains("tcp_max_orphans=131072", finding.Remedy, StringComparison.Ordinal);
    }

    private static RunDocument Failed(CloseReason reason) => Calm with
    {
        Connections = Calm.Connections with { ConnectFailed = new ReasonCounts { { reason, 3 } } },
    };

    /// <summary>Checks what the rule says; it must not say it of the same run without the cause.</summary>
    private static Finding Tripped(IRule rule, RunDocument run, Severity severity, string name)
    {
        Assert.Null(rule.Judge(Calm));
        Finding? finding = rule.Judge(run);
        Assert.NotNull(finding);
        Assert.Equal(severity, finding.Severity);
        Assert.Equal(name, finding.Rule);
        Assert.Contains(finding, Verdict.Judge(run).Findings);
        return finding;
    }
}
