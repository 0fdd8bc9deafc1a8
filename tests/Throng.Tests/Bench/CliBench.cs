using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>Tests of the command line of `throng bench`.</summary>
public class CliBench
{
    [Fact]
    public void Takes_everything_it_declares()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(
            "bench", "--target", "10.0.0.2:7000", "-c", "1..1k,64", "--rounds", "3", "--message", "dummy message",
            "--reply-size", "512", "--reply-timeout", "2s", "--close", "rst"));
        BenchSpec bench = shell.Bench!;
        Assert.Equal([1, 10, 100, 1000, 64], bench.Concurrency);
        Assert.Equal((3, 13, 512), (bench.Rounds, bench.MessageBytes, bench.ReplyBytes));
        Assert.Equal("dummy message", bench.Message);
        Assert.Equal((2_000_000_000, 1000, false), (bench.ReplyTimeoutNs, bench.Connections, bench.KeepsRanks));
        Assert.Equal(CloseKind.Rst, bench.Close);
    }

    [Fact]
    public void A_closed_loop_has_one_round_unless_told_otherwise()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("bench", "--for", "5s"));
        Assert.Equal((5_000_000_000, 1), (shell.Bench!.ForNs, shell.Bench.Rounds));
        Assert.Equal(0, shell.Run("bench", "--for", "5s", "--rounds", "4"));
        Assert.Equal(4, shell.Bench!.Rounds);
        Assert.Equal(0, shell.Run("bench"));
        Assert.Equal(10, shell.Bench!.Rounds);
    }

    [Fact]
    public void Servers_that_run_are_compared_in_the_order_given()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("bench", "--compare", "10.0.0.2:7000-7001,10.0.0.3:80"));
        BenchSpec bench = shell.Bench!;
        Assert.Equal(
            [new BenchServer("10.0.0.2:7000-7001", 0, 2), new BenchServer("10.0.0.3:80", 2, 1)], bench.Servers);
        Assert.Equal("10.0.0.2:7000 10.0.0.2:7001 10.0.0.3:80", string.Join(' ', bench.Targets));
    }

    [Fact]
    public void A_part_has_a_timetable()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(
            "bench", "--for", "5s", "--share", "1/2", "--seed", "7", "--start-at", "told"));
        Assert.Equal(7_000_000_000, shell.Bench!.EveryNs);
        Assert.Equal(0, shell.Run("bench", "--every", "500ms"));
        Assert.Equal(500_000_000, shell.Bench!.EveryNs);
        Assert.Equal(0, shell.Run("bench", "--for", "5s"));
        Assert.Equal(0, shell.Bench!.EveryNs);
    }

    [Theory]
    [InlineData("--share needs --start-at", "--share", "1/2", "--seed", "7")]
    [InlineData("--every 2.0 s is not longer than --for 2.0 s", "--every", "2s", "--for", "2s")]
    [InlineData("600 rounds are more than 500", "--share", "1/2", "--seed", "7", "--start-at", "told", "-n", "300",
        "-c", "1,2")]
    [InlineData("--compare contradicts --share", "--share", "1/2", "--seed", "7", "--start-at", "told", "--compare",
        "epoll")]
    [InlineData("is not a number of connections", "-c", "many")]
    [InlineData("is not a range of connections", "-c", "10..1")]
    [InlineData("has a number twice", "-c", "1..100,10")]
    [InlineData("is none of epoll, uring, kernel, xdp and no HOST:PORT", "--compare", "epoll,ebpf")]
    [InlineData("has a server twice", "--compare", "epoll,epoll")]
    [InlineData("--target contradicts --compare", "--compare", "epoll", "--target", "10.0.0.2:1")]
    [InlineData("is less than the message has, 13", "--reply-size", "12")]
    [InlineData("--per-connection has no effect with --for", "--for", "1s", "--per-connection", "/tmp/ranks")]
    public void What_makes_no_sense_is_refused(string error, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(["bench", .. words]));
        Assert.Contains(error, shell.Error, StringComparison.Ordinal);
    }
}
