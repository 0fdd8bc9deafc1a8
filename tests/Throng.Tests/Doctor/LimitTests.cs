using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Each limit on recorded hosts: a plan that fits, one that is near, one that does not.</summary>
public sealed class LimitTests
{
    private const string Ports = "net.ipv4.ip_local_port_range";
    private const string Conntrack = "net.netfilter.nf_conntrack_max";

    [Theory]
    [InlineData(25_000, LimitState.Ok)]
    [InlineData(25_409, LimitState.Near)]
    [InlineData(28_232, LimitState.Near)]
    [InlineData(28_233, LimitState.TooSmall)]
    public void Ports_of_one_source_and_target(long connections, LimitState state)
    {
        Examination examination = Plans.Of(RecordedHost.Small, Plans.Hold(connections));
        LimitRow row = examination.Row(Ports);
        Assert.Equal(state, row.State);
        Assert.Equal(28_232, row.Connections);
        Assert.Equal(connections, row.NeedsNumber);
        Assert.Contains("1024 65535", row.Command, StringComparison.Ordinal);
        Assert.Equal(state == LimitState.Ok, row.Sentence.Length == 0);
    }

    [Fact]
    public void Ports_multiply_with_sources_and_targets_and_leave_out_reserved_ones()
    {
        LimitRow row = Plans.Of(RecordedHost.Tracking, Plans.Hold(10, targets: 40, sources: 16)).Row(Ports);
        Assert.Equal(18_068_480, row.Connections);
        Examination big = Plans.Of(RecordedHost.Big, Plans.Hold(65_000));
        Assert.Equal(64_512 - 11, big.Row(Ports).Connections);
        Assert.Equal(11, big.Row("net.ipv4.ip_local_reserved_ports").HasNumber);
        Assert.Equal(LimitState.TooSmall, big.State(Ports));
        Assert.Equal("", big.Row(Ports).Command);
        Assert.Contains("use 2 pairs", big.Row(Ports).Remedy, StringComparison.Ordinal);
    }

    /// <summary>Each worker has ports of its own and as many connections as any other.</summary>
    [Theory]
    [InlineData(3, 0, 3, 1, "")] // nobody chose: one worker has all three
    [InlineData(2, 0, 3, 2, "")]
    [InlineData(4, 0, 3, 2, "use 6 pairs of")] // too many for any number of workers
    [InlineData(2, 2, 3, 2, "")]
    [InlineData(3, 2, 3, 2, "use --threads 1,")]
    [InlineData(1, 2, 1, 2, "use --threads 1,")]
    public void Ports_are_shared_evenly_by_workers(long each, int threads, int ports, int workers, string remedy)
    {
        HoldSpec hold = Plans.Hold(2 * 2 * each, targets: 2, sources: 2) with
        {
            SourcePorts = new PortRange(40_000, (ushort)(40_000 + ports - 1)),
        };
        HostFacts host = RecordedHost.Small with { Cpus = 2 };
        LoadLayout layout = LoadLayout.Create(hold, Plans.Run with { Threads = threads }, host);
        Assert.Equal(workers, layout.Plan.Capacity.Workers);
        LimitRow row = PortsLimit.Judge(host, layout.Plan)!;
        Assert.Equal(remedy.Length > 0, row.State == LimitState.TooSmall);
        Assert.True(remedy.Length == 0 || row.Remedy.StartsWith(remedy, StringComparison.Ordinal), row.Remedy);
        int shared = 2 * 2 * (ports - (ports % workers));
        Assert.Equal(threads > 0 ? shared : 2 * 2 * ports, layout.Plan.AddressPairs);
        Assert.Equal("", layout.RefusalOfSet(shared));
        Assert.Contains("as many address pairs", layout.RefusalOfSet(shared + 1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_of_the_run_s_own_listens_on_as_many_ports_as_it_needs()
    {
        Examination examination = Plans.Of(RecordedHost.Big, Plans.Own(5_000_000));
        Assert.Null(examination.Row(Ports).Connections);
        Assert.True(examination.Fits);
    }

    [Theory]
    [InlineData(100, LimitState.Ok)]
    [InlineData(700, LimitState.Near)]
    [InlineData(768, LimitState.Near)]
    [InlineData(769, LimitState.TooSmall)]
    public void Descriptors_of_one_table(long connections, LimitState state)
    {
        LimitRow row = Plans.Of(RecordedHost.Narrow, Plans.Hold(connections)).Row("RLIMIT_NOFILE");
        Assert.Equal(state, row.State);
        Assert.Equal(768, row.Connections);
        Assert.StartsWith("ulimit -n ", row.Command, StringComparison.Ordinal);
        Assert.Equal(state == LimitState.Ok, row.Sentence.Length == 0);
    }

    [Theory]
    [InlineData(500_000, LimitState.Ok)]
    [InlineData(650_000, LimitState.Near)]
    [InlineData(720_896, LimitState.Near)]
    [InlineData(720_897, LimitState.TooSmall)]
    public void Descriptors_of_the_rings_themselves(long connections, LimitState state)
    {
        HostFacts host = RecordedHost.Big with { NofileSoft = 1024, NofileHard = 1024 };
        LimitRow row = Plans.Of(host, Plans.Hold(connections, 100)).Row("RLIMIT_NOFILE");
        Assert.Equal(state, row.State);
        Assert.Equal(720_896, row.Connections);
    }

    [Fact]
    public void Descriptors_of_workers_with_tables_of_their_own_are_bounded_by_threads()
    {
        HostFacts host = RecordedHost.Small with { UringWorks = false, NofileHard = 1024, ThreadsMax = 400 };
        Examination examination = Plans.Of(host, Plans.Hold(100_000, 10));
        Assert.Equal(LimitState.Ok, examination.State("RLIMIT_NOFILE"));
        Assert.Equal(1024 * 768, examination.Row("RLIMIT_NOFILE").Connections);
        Assert.Equal((400 - 140 - 24) * 768, examination.Row("kernel.threads-max").Connections);
    }

    [Theory]
    [InlineData(200, LimitState.Ok)]
    [InlineData(180, LimitState.Near)]
    [InlineData(160, LimitState.TooSmall)]
    public void Threads_of_the_machine(long max, LimitState state)
    {
        LimitRow row = Plans.Of(RecordedHost.Small with { ThreadsMax = max }, Plans.Hold(10)).Row("kernel.threads-max");
        Assert.Equal(state, row.State);
        Assert.Equal(165, row.NeedsNumber);
        Assert.Equal(
            state == LimitState.Ok ? ""
                : $"1 worker, 24 threads of the program itself and 140 others make 165, and {max} are allowed "
                    + "(kernel.threads-max)",
            row.Sentence);
        Assert.Equal(state == LimitState.TooSmall, row.Remedy == "raise kernel.threads-max to 165 at least");
    }

    [Theory]
    [InlineData(200, LimitState.Ok)]
    [InlineData(100, LimitState.Near)]
    [InlineData(90, LimitState.TooSmall)]
    public void Threads_of_the_control_group(long max, LimitState state)
    {
        HostFacts host = RecordedHost.Pod with { Cgroup = RecordedHost.Pod.Cgroup with { PidsMax = max } };
        Assert.Equal(state, Plans.Of(host, Plans.Hold(10)).State("pids.max"));
    }

    [Theory]
    [InlineData(80_000, LimitState.Ok)]
    [InlineData(90_000, LimitState.Near)]
    [InlineData(94_416, LimitState.Near)]
    [InlineData(94_417, LimitState.TooSmall)]
    public void Files_of_the_machine(long connections, LimitState state)
    {
        LimitRow row = Plans.Of(RecordedHost.Small, Plans.Hold(connections, 10)).Row("fs.file-max");
        Assert.Equal(state, row.State);
        Assert.Equal(94_416, row.Connections);
        Assert.StartsWith("sysctl -w fs.file-max=", row.Command, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_do_not_bound_an_administrator()
    {
        LimitRow row = Plans.Of(RecordedHost.Small with { IsAdmin = true }, Plans.Hold(10_000_000)).Row("fs.file-max");
        Assert.Equal(LimitState.Fact, row.State);
        Assert.Null(row.Connections);
    }

    [Theory]
    [InlineData(140_000, LimitState.Ok)]
    [InlineData(180_000, LimitState.Near)]
    [InlineData(190_000, LimitState.TooSmall)]
    public void Memory_of_the_machine(long connections, LimitState state)
    {
        LimitRow row = Plans.Of(RecordedHost.Small, Plans.Hold(connections, 10)).Row("MemAvailable");
        Assert.Equal(state, row.State);
        Assert.Equal((700_000_000 - (64 << 20)) / 3_380, row.Connections);
    }

    [Theory]
    [InlineData(90_000, LimitState.Ok)]
    [InlineData(120_000, LimitState.Near)]
    [InlineData(140_000, LimitState.TooSmall)]
    public void Memory_of_the_control_group(long connections, LimitState state)
    {
        LimitRow row = Plans.Of(RecordedHost.Pod, Plans.Hold(connections, 10)).Row("memory.max");
        Assert.Equal(state, row.State);
        Assert.EndsWith(" > /sys/fs/cgroup/memory.max", row.Command, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_counts_both_ends_where_both_are_here()
    {
        long one = Plans.Of(RecordedHost.Big, Plans.Hold(10)).Row("MemAvailable").Connections!.Value;
        long two = Plans.Of(RecordedHost.Big, Plans.Own(10)).Row("MemAvailable").Connections!.Value;
        Assert.InRange(one - (2 * two), 0, 1);
    }

    [Fact]
    public void Memory_of_version_1_has_that_version_s_names()
    {
        Examination examination = Plans.Of(RecordedHost.VersionOne, Plans.Hold(600_000, 10));
        Assert.Equal(LimitState.TooSmall, examination.State("memory.limit_in_bytes"));
        Assert.Equal(LimitState.Near, examination.State("cpu.cfs_quota_us"));
    }

    [Theory]
    [InlineData(8L << 30, LimitState.Ok)]
    [InlineData(1_370_000_000, LimitState.Near)]
    [InlineData(1_300_000_000, LimitState.TooSmall)]
    public void Addresses_where_they_are_limited(long max, LimitState state)
    {
        HostFacts host = RecordedHost.Small with { AddressSpaceBytes = max, AddressSpaceUsedBytes = 1_000_000_000 };
        LimitRow row = Plans.Of(host, Plans.Hold(1_000_000, 1000)).Row("RLIMIT_AS");
        Assert.Equal(state, row.State);
        Assert.DoesNotContain(Plans.Of(RecordedHost.Small, Plans.Hold(1)).Rows, one => one.Setting == "RLIMIT_AS");
    }

    [Theory]
    [InlineData(4, LimitState.Fact)]
    [InlineData(14_000, LimitState.Near)]
    public void Tcp_memory_bounds_nothing_and_may_be_short_already(long usedPages, LimitState state)
    {
        HostFacts host = RecordedHost.Small with { TcpMemoryUsedPages = usedPages };
        LimitRow row = Plans.Of(host, Plans.Hold(1)).Row("net.ipv4.tcp_mem");
        Assert.Equal(state, row.State);
        Assert.Null(row.Connections);
    }

    [Theory]
    [InlineData(200_000, 1_812, LimitState.Ok)]
    [InlineData(250_000, 1_812, LimitState.Near)]
    [InlineData(300_000, 1_812, LimitState.TooSmall)]
    [InlineData(300_000, 0, LimitState.Near)]
    public void Tracked_connections(long connections, long used, LimitState state)
    {
        HostFacts host = RecordedHost.Tracking with { ConntrackUsed = used };
        Examination examination = Plans.Of(host, Plans.Hold(connections, 100));
        Assert.Equal(state, examination.State(Conntrack));
        Assert.Equal(used == 0 ? null : 262_144 - used, examination.Row(Conntrack).Connections);
        Assert.DoesNotContain(
            Plans.Of(RecordedHost.Big, Plans.Hold(connections, 100)).Rows, row => row.Setting == Conntrack);
    }

    [Theory]
    [InlineData(0, LimitState.Fact)]
    [InlineData(4_096, LimitState.Ok)]
    [InlineData(4_097, LimitState.Near)]
    public void A_backlog_beyond_the_system_s_is_cut(int backlog, LimitState state)
    {
        Examination examination = Preflight.OfServe(Plans.Serve(backlog), Plans.Run, RecordedHost.Small);
        Assert.Equal(state, examination.State("net.core.somaxconn"));
        Assert.True(examination.Fits);
    }

    [Theory]
    [InlineData(1, 4_096, LimitState.Fact)]
    [InlineData(1, 16, LimitState.Near)]
    [InlineData(2, 4_096, LimitState.Near)]
    [InlineData(0, 16, LimitState.Fact)]
    public void Cookies_matter_to_a_server_of_one_s_own_when_its_queue_may_fill(int mode, int queue, LimitState state)
    {
        HostFacts host = RecordedHost.Big with { SynCookies = mode, AcceptQueueMax = queue };
        Assert.Equal(state, Plans.Of(host, Plans.Own(1_000_000)).State("net.ipv4.tcp_syncookies"));
        Assert.DoesNotContain(
            Plans.Of(host, Plans.Hold(10)).Rows, row => row.Setting == "net.ipv4.tcp_syncookies");
    }

    [Theory]
    [InlineData(EngineChoice.Auto, LimitState.Fact, true)]
    [InlineData(EngineChoice.Epoll, LimitState.Fact, true)]
    [InlineData(EngineChoice.Uring, LimitState.TooSmall, false)]
    public void Io_uring_is_refused_only_where_it_was_named(EngineChoice engine, LimitState state, bool fits)
    {
        Examination examination = Plans.Of(RecordedHost.Narrow, Plans.Hold(10), engine);
        LimitRow row = examination.Row("kernel.io_uring_disabled");
        Assert.Equal(state, row.State);
        Assert.Equal(fits, examination.Fits);
        Assert.False(state == LimitState.TooSmall && row.IsForceable);
        Assert.Equal(LimitState.Fact, Plans.Of(RecordedHost.Big, Plans.Hold(10), engine).State(row.Setting));
    }

    [Fact]
    public void A_cpu_quota_below_the_workers_is_near_and_threads_help()
    {
        Examination examination = Plans.Of(RecordedHost.Pod, Plans.Hold(10));
        Assert.Equal(LimitState.Near, examination.State("cpu.max"));
        Assert.Contains("--threads 1", examination.Row("cpu.max").Remedy, StringComparison.Ordinal);
        RunSpec one = Plans.Run with { Threads = 1 };
        Assert.Equal(
            LimitState.Fact, Preflight.OfLoad(Plans.Hold(10), one, RecordedHost.VersionOne).State("cpu.cfs_quota_us"));
    }

    [Fact]
    public void Closing_and_ceilings_are_facts()
    {
        Examination examination = Plans.Of(RecordedHost.Small, Plans.Hold(10_000));
        Assert.All(
            ["net.ipv4.tcp_max_orphans", "net.ipv4.tcp_max_tw_buckets", "net.ipv4.tcp_tw_reuse", "fs.nr_open"],
            setting => Assert.Equal(LimitState.Fact, examination.State(setting)));
    }

    [Theory]
    [InlineData(2, 1_000, true, true, false, 1)]
    [InlineData(2, 1_000, true, false, false, 60)] // not on loopback
    [InlineData(1, 10_000, true, false, false, 10)]
    [InlineData(1, 100, true, true, false, 0.1)]
    [InlineData(0, 1_000, true, true, false, 60)]
    [InlineData(1, 1_000, false, true, false, 60)] // without timestamps
    [InlineData(0, 1_000, true, false, true, 0)] // a port bound by the program
    [InlineData(0, 1_000, false, false, true, 60)]
    public void An_address_pair_rests_as_long_as_the_settings_say(
        int reuse, int delayMs, bool hasTimestamps, bool isLoopback, bool bindsPorts, double seconds)
    {
        HostFacts host = RecordedHost.Small with
        {
            TimeWaitReuse = reuse, TimeWaitReuseDelayMs = delayMs, HasTimestamps = hasTimestamps,
        };
        Assert.Equal(seconds, TurnoverLimit.HoldSeconds(host, isLoopback, bindsPorts));
    }

    [Fact]
    public void Half_open_connections_without_cookies_are_three_quarters_of_their_setting()
    {
        HostFacts host = RecordedHost.Small with { SynQueueMax = 256, SynCookies = 0 };
        LimitRow row = Preflight.OfServe(Plans.Serve(), Plans.Run, host).Row("net.ipv4.tcp_max_syn_backlog");
        Assert.Contains("three quarters, 193, for peers not known yet", row.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_of_the_whole_host_that_a_namespace_does_not_show_are_said_to_be_there()
    {
        HostFacts inside = RecordedHost.Small with { TcpMemory = null, OrphansMax = null };
        Examination examination = Plans.Of(inside, Plans.Hold(10));
        Assert.All(
            ["net.ipv4.tcp_mem", "net.ipv4.tcp_max_orphans"],
            setting => Assert.Equal("not shown here", examination.Row(setting).Has));
    }

    [Fact]
    public void What_the_kernel_does_not_say_is_left_out()
    {
        HostFacts host = new() { LocalPorts = new PortRange(32768, 60999) };
        Examination examination = Plans.Of(host, Plans.Own(10));
        Assert.True(examination.Fits);
        Assert.All(examination.Rows, row => Assert.NotEqual("", row.Has));
        Assert.DoesNotContain(examination.Rows, row => row.Setting == "MemAvailable");
    }
}
