using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>The counters of a network namespace, from recorded text.</summary>
public sealed class NetCountersTests
{
    private const string Snmp =
        """
        Ip: Forwarding DefaultTTL InReceives
        Ip: 2 64 2388
        Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
        Tcp: 1 200 120000 -1 21 2348 1525 17 0 13 0
        Udp: InDatagrams NoPorts
        Udp: 39 8

        """;

    private const string Netstat =
        "TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPAbortOnMemory TCPMemoryPressures TCPTimeWaitOverflow "
        + "TCPReqQFullDoCookies TCPReqQFullDrop TCPSynRetrans\n"
        + "TcpExt: 0 1220 1221 2 3 4 5 6 7\nIpExt: InNoRoutes ListenOverflows\nIpExt: 8 9\n";

    private const string Conntrack =
        "entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop "
        + "icmp_error  expect_new expect_create expect_delete search_restart\n"
        + "0000000a  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0000000b 00000010 00000001"
        + " 00000000  00000000 00000000 00000000 00000000\n"
        + "0000000a  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001 00000020 00000000"
        + " 00000000  00000000 00000000 00000000 00000000\n";

    [Fact]
    public void Each_count_comes_from_its_own_column()
    {
        NetCounters expected = new()
        {
            Retransmits = 17, SynRetransmits = 7, ListenOverflows = 1220, ListenDrops = 1221, SynQueueDrops = 6,
            SynQueueCookies = 5, TimeWaitOverflows = 4, MemoryPressures = 3, MemoryAborts = 2,
            UdpNoPorts = 8,
            Conntrack = new ConntrackCounts(Dropped: 48, InsertFailed: 12, EarlyDropped: 1),
        };
        Assert.Equal(expected, NetCounters.Parse(Snmp, Netstat, Conntrack));
    }

    [Fact]
    public void Packets_without_a_route_or_a_port_are_those_of_both_families()
    {
        const string Ip = "Ip: Forwarding OutDiscards OutNoRoutes ReasmTimeout\nIp: 2 0 21 0\n";
        const string Ip6 = "Ip6OutDiscards                  \t0\nIp6OutNoRoutes                  \t3\n";
        Assert.Equal(24, NetCounters.Parse(Ip, "", "", Ip6).NoRoutes);
        Assert.Equal(21, NetCounters.Parse(Ip, "", "").NoRoutes);
        const string Udp = "Udp: InDatagrams NoPorts\nUdp: 39 8\n";
        Assert.Equal(10, NetCounters.Parse(Udp, "", "", "Udp6InDatagrams 5\nUdp6NoPorts \t2\n").UdpNoPorts);
        Assert.Equal(4, NetCounters.Parse(Ip, "", "", Ip6).Since(new NetCounters { NoRoutes = 20 }).NoRoutes);
    }

    [Fact]
    public void What_is_not_told_is_null_and_stays_it()
    {
        NetCounters none = NetCounters.Parse("", "", "");
        Assert.Equal(new NetCounters(), none);
        NetCounters old = NetCounters.Parse(Snmp, "TcpExt: ListenOverflows ListenDrops\nTcpExt: 1\n", "");
        Assert.Equal(new NetCounters { Retransmits = 17, ListenOverflows = 1, UdpNoPorts = 8 }, old);
        Assert.Equal(new NetCounters { Retransmits = 0, ListenOverflows = 1219, UdpNoPorts = 0 },
            NetCounters.Parse(Snmp, Netstat, "").Since(old) with
            {
                SynRetransmits = null, SynQueueDrops = null, SynQueueCookies = null, TimeWaitOverflows = null,
                MemoryPressures = null, MemoryAborts = null,
            });
        Assert.Null(NetCounters.Parse(Snmp, Netstat, "").Since(old).ListenDrops);
    }

    [Theory]
    [InlineData("TcpExt: ListenOverflows\n")]
    [InlineData("TcpExt: ListenOverflows\nTcpExt: x\n")]
    [InlineData("TcpExt: Other\nTcpExt: 1\n")]
    [InlineData("ListenOverflows 5\n")]
    public void Nonsense_is_no_count(string netstat) =>
        Assert.Null(NetCounters.Parse("", netstat, "").ListenOverflows);

    [Theory]
    [InlineData("")]
    [InlineData("entries drop\n00000001 00000002\n")]
    [InlineData("drop insert_failed early_drop\n1 2 zz\n")]
    public void A_table_that_is_not_the_one_of_connection_tracking(string text) =>
        Assert.Null(ConntrackCounts.Parse(text));

    [Fact]
    public void Differences_are_of_each_count()
    {
        NetCounters now = NetCounters.Parse(Snmp, Netstat, Conntrack);
        NetCounters before = now with { Retransmits = 10, Conntrack = new ConntrackCounts(40, 12, 0) };
        NetCounters since = now.Since(before);
        Assert.Equal(7, since.Retransmits);
        Assert.Equal(0, since.ListenOverflows);
        Assert.Equal(new ConntrackCounts(8, 0, 1), since.Conntrack);

        // Loaded while the run went on: its counters began at 0 then.
        Assert.Equal(now.Conntrack, now.Since(before with { Conntrack = null }).Conntrack);
    }

    [Fact]
    public void The_real_files_parse()
    {
        NetCounters real = NetCounters.Read();
        Assert.NotNull(real.Retransmits);
        Assert.NotNull(real.SynRetransmits);
        Assert.NotNull(real.ListenOverflows);
        Assert.NotNull(real.ListenDrops);
        Assert.NotNull(real.TimeWaitOverflows);
    }
}
