using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests of the changes for each role, on hosts made of a few settings.</summary>
public sealed class TuningPlanTests
{
    private const long GiB = 1L << 30;

    private static readonly Dictionary<string, string> Debian = new()
    {
        ["net.ipv4.tcp_syncookies"] = "1",
        ["net.core.somaxconn"] = "4096",
        ["net.ipv4.tcp_max_syn_backlog"] = "2048",
        ["net.ipv4.ip_local_port_range"] = "32768\t60999",
        ["net.ipv4.ip_local_reserved_ports"] = "8080",
        ["net.ipv4.ip_unprivileged_port_start"] = "1024",
        ["net.ipv4.tcp_tw_reuse"] = "2",
        ["net.ipv4.tcp_max_tw_buckets"] = "131072",
        ["net.ipv4.tcp_mem"] = "287901\t383869\t575802",
        ["net.netfilter.nf_conntrack_max"] = "262144",
        ["fs.file-max"] = "2466180",
        ["fs.nr_open"] = "1048576",
    };

    private static readonly NoTrackState Possible = new(NoTrackStanding.Possible, "");
    private static readonly NoTrackState Blocked = new(NoTrackStanding.Impossible, "nft is not installed");

    [Fact]
    public void A_server_gets_long_queues()
    {
        TuningPlan plan = Plan(TuningRoles.Server);
        Assert.Equal(
            ["net.ipv4.tcp_syncookies 1 -> 0", "net.core.somaxconn 4096 -> 65535",
             "net.ipv4.tcp_max_syn_backlog 2048 -> 65536"], Short(plan));
        Assert.Equal("net.core.somaxconn 4096 -> 65535 (accept queues of a burst of connects)",
            plan.Changes[1].ToString());
        Assert.All(plan.Changes, change => Assert.Equal(ChangeScope.Namespace, change.Scope));
    }

    [Fact]
    public void A_client_gets_ports() => Assert.Equal(
        ["net.ipv4.ip_local_port_range 32768 60999 -> 1024 65535", "net.ipv4.tcp_tw_reuse 2 -> 1",
         "net.ipv4.tcp_max_tw_buckets 131072 -> 1048576"], Short(Plan(TuningRoles.Client)));

    [Fact]
    public void Both_are_both_and_none_is_nothing()
    {
        Assert.Equal([.. Short(Plan(TuningRoles.Server)), .. Short(Plan(TuningRoles.Client))],
            Short(Plan(TuningRoles.Both)));
        Assert.Empty(Plan(TuningRoles.None, hostToo: true).Changes);
    }

    [Fact]
    public void What_the_whole_host_shares_is_changed_only_when_asked()
    {
        TuningPlan plan = Plan(TuningRoles.Client, hostToo: true, Blocked);
        Assert.Equal(
            ["fs.file-max 2466180 -> 12582912", "fs.nr_open 1048576 -> 20000000",
             "net.ipv4.tcp_mem 287901 383869 575802 -> 524288 786432 1048576",
             "net.netfilter.nf_conntrack_max 262144 -> 2097152"], Short(plan)[3..]);
        Assert.All(plan.Changes.Skip(3), change => Assert.Equal(ChangeScope.Host, change.Scope));
        Assert.DoesNotContain(Plan(TuningRoles.Both).Changes, change => change.Scope == ChangeScope.Host);
    }

    [Fact]
    public void The_bypass_comes_first_and_replaces_a_larger_table()
    {
        TuningPlan plan = Plan(TuningRoles.Client, hostToo: true, Possible);
        Assert.Equal("inet throng_notrack none -> table", Short(plan)[0]);
        Assert.DoesNotContain(plan.Changes, change => change.Name.Contains("conntrack", StringComparison.Ordinal));
        Assert.Empty(plan.Notes);
    }

    [Fact]
    public void A_bypass_that_is_not_possible_is_said()
    {
        Assert.Equal("connection tracking stays on: nft is not installed;"
            + " --host raises net.netfilter.nf_conntrack_max instead",
            Assert.Single(Plan(TuningRoles.Both, hostToo: false, Blocked).Notes));
        Assert.Equal("connection tracking stays on: nft is not installed",
            Assert.Single(Plan(TuningRoles.Both, hostToo: true, Blocked).Notes));
    }

    [Theory]
    [InlineData(NoTrackStanding.Present)]
    [InlineData(NoTrackStanding.Needless)]
    public void A_bypass_that_is_there_or_needless_is_no_change(NoTrackStanding standing)
    {
        TuningPlan plan = Plan(TuningRoles.Both, hostToo: true, new NoTrackState(standing, ""));
        Assert.DoesNotContain(plan.Changes, change => change.Name.Contains("track", StringComparison.Ordinal));
        Assert.Empty(plan.Notes);
    }

    [Fact]
    public void What_is_good_is_left()
    {
        Dictionary<string, string> good = new()
        {
            ["net.ipv4.tcp_syncookies"] = "0",
            ["net.core.somaxconn"] = "65535",
            ["net.ipv4.tcp_max_syn_backlog"] = "1000000",
            ["net.ipv4.ip_local_port_range"] = "1000\t65535",
            ["net.ipv4.tcp_tw_reuse"] = "1",
            ["net.ipv4.tcp_max_tw_buckets"] = "2000000",
            ["net.ipv4.tcp_mem"] = "1\t2\t1048576",
            ["fs.file-max"] = "9223372036854775807",
            ["fs.nr_open"] = "1073741816",
        };
        Assert.Empty(TuningPlan.Create(Wish(TuningRoles.Both, true, Blocked), good.GetValueOrDefault).Changes);
    }

    [Theory]
    [InlineData("net.ipv4.ip_local_port_range", "500\t60999", "500 65535")]
    [InlineData("net.ipv4.ip_local_port_range", "2000\t65535", "1024 65535")]
    [InlineData("net.ipv4.ip_local_port_range", "nonsense", null)]
    [InlineData("net.ipv4.tcp_syncookies", "2", "0")]
    [InlineData("net.ipv4.tcp_tw_reuse", "0", "1")]
    [InlineData("net.core.somaxconn", "many", null)]
    [InlineData("net.core.somaxconn", "65534", "65535")]
    [InlineData("fs.file-max", "18446744073709551615", null)]
    [InlineData("net.ipv4.tcp_mem", "600000 900000 1000000", "600000 900000 1048576")]
    [InlineData("net.ipv4.tcp_mem", "1 2", null)]
    public void Nothing_is_narrowed_and_nothing_strange_is_touched(string name, string now, string? to)
    {
        TuningPlan plan = TuningPlan.Create(Wish(TuningRoles.Both, true, Blocked), asked => asked == name ? now : null);
        Assert.Equal(to, plan.Changes.SingleOrDefault()?.To);
    }

    [Fact]
    public void Ports_begin_where_unprivileged_ones_do()
    {
        TuningPlan plan = TuningPlan.Create(Wish(TuningRoles.Client, false, Possible), name =>
            name == "net.ipv4.ip_unprivileged_port_start" ? "5000" : Debian[name]);
        Assert.Equal("5000 65535", plan.Changes.Single(change => change.Name.EndsWith("port_range")).To);
    }

    [Fact]
    public void Buffers_get_at_most_half_of_the_memory()
    {
        TuningWish small = Wish(TuningRoles.Server, true, Blocked) with { MemoryBytes = 6 * GiB };
        TuningPlan plan = TuningPlan.Create(small, Debian.GetValueOrDefault);
        Assert.Equal("393216 589824 786432", plan.Changes.Single(change => change.Name.EndsWith("tcp_mem")).To);
        plan = TuningPlan.Create(small with { MemoryBytes = 2 * GiB }, Debian.GetValueOrDefault);
        Assert.DoesNotContain(plan.Changes, change => change.Name.EndsWith("tcp_mem"));
        plan = TuningPlan.Create(small with { MemoryBytes = 0 }, Debian.GetValueOrDefault);
        Assert.DoesNotContain(plan.Changes, change => change.Name.EndsWith("tcp_mem"));
    }

    [Fact]
    public void What_cannot_be_read_is_said_and_left()
    {
        TuningPlan plan = TuningPlan.Create(Wish(TuningRoles.Server, true, Blocked), name =>
            name == "net.ipv4.tcp_mem" ? null : Debian[name]);
        Assert.DoesNotContain(plan.Changes, change => change.Name == "net.ipv4.tcp_mem");
        Assert.Contains("net.ipv4.tcp_mem stays as it is: it cannot be read in this network namespace", plan.Notes);
    }

    [Theory]
    [InlineData("", NoTrackStanding.Possible)]
    [InlineData("table inet throng_notrack {\n}", NoTrackStanding.Present)]
    [InlineData("table ip nat {\n chain post { type nat hook postrouting priority 100; }\n}",
        NoTrackStanding.Impossible)]
    [InlineData("oifname \"eth0\" masquerade", NoTrackStanding.Impossible)]
    [InlineData("type filter hook input priority 0; policy drop;\n ct state established,related accept",
        NoTrackStanding.Impossible)]
    [InlineData("ct state invalid drop", NoTrackStanding.Impossible)]
    [InlineData("ct state new counter packets 3 bytes 180 accept", NoTrackStanding.Possible)]
    [InlineData("tcp dport 22 accept\n policy drop;", NoTrackStanding.Possible)]
    public void The_bypass_stays_away_from_rules_that_need_tracking(string rules, NoTrackStanding standing) =>
        Assert.Equal(standing, NoTrack.Judge(rules).Standing);

    private static string[] Short(TuningPlan plan) =>
        [.. plan.Changes.Select(change => change.ToString().Split(" (")[0])];

    private static TuningWish Wish(TuningRoles roles, bool hostToo, NoTrackState track) => new()
    {
        Roles = roles, HostToo = hostToo, MemoryBytes = 24 * GiB, PageBytes = 4096, NoTrack = track,
    };

    private static TuningPlan Plan(TuningRoles roles, bool hostToo = false, NoTrackState? track = null) =>
        TuningPlan.Create(Wish(roles, hostToo, track ?? new NoTrackState(NoTrackStanding.Needless, "")),
            Debian.GetValueOrDefault);
}
