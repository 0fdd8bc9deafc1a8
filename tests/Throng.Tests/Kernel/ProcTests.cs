using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>Parsers of /proc on recorded text.</summary>
public sealed class ProcTests
{
    [Fact]
    public void Thread_times_survive_a_name_with_parentheses()
    {
        const string Line = "4711 (a) b (c) S 1 4711 4711 0 -1 4194560 1513 0 2 0 1234 567 0 0 20 0 9 0 8123 11223344 "
            + "2650 18446744073709551615 1 1 0 0 0 0 0 4096 17642 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
        Assert.True(ThreadTimes.TryParse(Line, out ThreadTimes times));
        Assert.Equal(new ThreadTimes(12_340_000_000, 5_670_000_000), times);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12 (x")]
    [InlineData("12 (x) S 1")]
    [InlineData("(x) S 1 2 3")]
    [InlineData("12 (x) S 1 2 3 4 5 6 7 8 9 10 u s 0")]
    public void Thread_times_of_nonsense(string line)
    {
        Assert.False(ThreadTimes.TryParse(line, out ThreadTimes times));
        Assert.Equal(default, times);
    }

    [Fact]
    public void Memory_counts_pages()
    {
        Assert.True(ProcessMemory.TryParse("765 446 416 5 0 123 0\n", 4096, out ProcessMemory memory));
        Assert.Equal(new ProcessMemory(765 * 4096L, 446 * 4096L), memory);
        Assert.False(ProcessMemory.TryParse("765", 4096, out _));
        Assert.False(ProcessMemory.TryParse("a b c", 4096, out _));
    }

    [Fact]
    public void Port_range_is_a_pair()
    {
        Assert.True(PortRange.TryParsePair("32768\t60999\n", out PortRange range));
        Assert.Equal(new PortRange(32768, 60999), range);
        Assert.Equal(28232, range.Count);
        Assert.True(range.Contains(60999));
        Assert.False(range.Contains(61000));
        Assert.False(PortRange.TryParsePair("1024", out _));
        Assert.False(PortRange.TryParsePair("9 8", out _));
        Assert.False(PortRange.TryParsePair("1 70000", out _));
    }

    [Fact]
    public void Reserved_ports_are_a_list()
    {
        Assert.True(PortRange.TryParseList("\n", out PortRange[] none));
        Assert.Empty(none);
        Assert.True(PortRange.TryParseList("8080,9148,30000-30010\n", out PortRange[] some));
        Assert.Equal([new(8080, 8080), new(9148, 9148), new(30000, 30010)], some);
        Assert.False(PortRange.TryParseList("8080,x", out PortRange[] wrong));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Socket_counts_add_up_both_families()
    {
        const string Four = "sockets: used 310\nTCP: inuse 17 orphan 2 tw 40 alloc 21 mem 5\nUDP: inuse 3 mem 9\n"
            + "UDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n";
        const string Six = "TCP6: inuse 4\nUDP6: inuse 1\nUDPLITE6: inuse 0\nRAW6: inuse 0\nFRAG6: inuse 0 memory 0\n";
        Assert.True(SocketCounts.TryParse(Four, Six, out SocketCounts counts));
        SocketCounts expected = new()
        {
            TcpInUse = 21, TcpOrphans = 2, TcpTimeWait = 40, TcpMemoryPages = 5,
        };
        Assert.Equal(expected, counts);
        Assert.True(SocketCounts.TryParse(Four, "", out counts));
        Assert.Equal(17, counts.TcpInUse);
        Assert.False(SocketCounts.TryParse("", Six, out _));
    }

    [Fact]
    public void Memory_of_the_machine_is_in_bytes()
    {
        const string Text = "MemTotal:       24575344 kB\nMemFree:        1 kB\nMemAvailable:   20000000 kB\n";
        Assert.Equal(24575344L * 1024, Host.ParseMemory(Text, "MemTotal:"));
        Assert.Equal(20000000L * 1024, Host.ParseMemory(Text, "MemAvailable:"));
        Assert.Equal(0, Host.ParseMemory(Text, "SwapTotal:"));
    }

    [Fact]
    public void Files_are_counted_for_the_whole_machine()
    {
        Assert.True(FileCounts.TryParse("818\t0\t2466180\n", out FileCounts counts));
        Assert.Equal(new FileCounts(818, 2_466_180), counts);
        Assert.True(FileCounts.TryParse("1 0 9223372036854775807", out counts));
        Assert.Equal(long.MaxValue, counts.Max);
        Assert.False(FileCounts.TryParse("818 0", out _));
        Assert.False(FileCounts.TryParse("a 0 b", out _));
    }

    [Fact]
    public void Tcp_memory_is_three_numbers_of_pages()
    {
        Assert.True(TcpPages.TryParse("287901\t383869\t575802\n", out TcpPages pages));
        Assert.Equal(new TcpPages(287_901, 383_869, 575_802), pages);
        Assert.False(TcpPages.TryParse("287901 383869", out _));
        Assert.False(TcpPages.TryParse("1 2 x", out _));
    }

    [Fact]
    public void Capabilities_count_in_the_host_s_user_namespace_only()
    {
        const string Status = "Name:\tx\nCapPrm:\t0000000000000000\nCapEff:\t000001fffeffffff\nCapBnd:\t0\n";
        const string HostMap = "         0          0 4294967295\n";
        Capabilities root = Capabilities.Parse(Status, HostMap);
        Assert.True(root.IsAdmin);
        Assert.False(Capabilities.Parse(Status, "0 100000 65536\n").IsAdmin);
        Assert.False(Capabilities.Parse("CapEff: zz", HostMap).IsAdmin);
    }

    [Fact]
    public void Threads_stand_behind_the_slash()
    {
        Assert.Equal(131, Host.ParseThreads("0.31 0.26 0.22 3/131 5493\n"));
        Assert.Null(Host.ParseThreads("0.31"));
    }

    [Fact]
    public void The_real_files_parse()
    {
        Assert.True(ThreadTimes.TryReadProcess(out _));
        Assert.True(ThreadTimes.TryReadProcess(Environment.ProcessId, out _));
        Assert.True(ThreadTimes.TryRead(Threads.Id, out _));
        Assert.False(ThreadTimes.TryRead(int.MaxValue, out _));
        Assert.True(ProcessMemory.TryRead(out ProcessMemory memory));
        Assert.InRange(memory.ResidentBytes, 1 << 20, memory.VirtualBytes);
        Assert.True(SocketCounts.TryRead(out _));
        Assert.NotEqual("unknown", Host.KernelRelease);
        Assert.InRange(Sysctl.TryReadNumber(Sysctl.ListenBacklogMax) ?? 0, 1, int.MaxValue);
        Assert.InRange(Sysctl.ReadLocalPorts().Count, 1, 65536);
        Assert.Null(Sysctl.TryRead("net.no.such_setting"));
        Assert.NotEmpty(Host.Cpus);
        Assert.True(FileCounts.TryRead(out FileCounts files) && files.Used > 0);
        Assert.True(Host.Threads > 0);
        Assert.True(Host.MemoryTotalBytes > Host.MemoryAvailableBytes);
    }
}
