using System.Globalization;
using Throng.Engine;
using Throng.Measurement;
using Throng.Originals;
using Xunit;

namespace Throng.Tests;

/// <summary>kecho's programs: what they become, and what they leave.</summary>
public sealed class KechoTests
{
    [Fact]
    public void The_module_is_an_echo_in_the_kernel()
    {
        CliShell shell = Over();
        Assert.Equal(0, shell.Run("as", "kecho", "port=4000", "backlog=500", "bench=1", "more=2"));
        Assert.Equal(EngineChoice.Kernel, shell.Live.Spec.Engine);
        Assert.Equal("0.0.0.0:4000", shell.Serve!.Listen[0].Address.ToString());
        Assert.Equal(500, shell.Serve.Backlog);
        Assert.Equal("kecho: unknown parameter 'more' ignored\n", shell.Error);
        Assert.Equal("", shell.Out);
    }

    [Theory]
    [InlineData("port=x", "kecho: 'x' invalid for parameter 'port'\n")]
    [InlineData("port=70000", "kecho: '70000' invalid for parameter 'port'\n")]
    [InlineData("backlog=0", "kecho: '0' invalid for parameter 'backlog'\n")]
    [InlineData("bench=maybe", "kecho: 'maybe' invalid for parameter 'bench'\n")]
    public void A_wrong_parameter_ends_with_1(string word, string error)
    {
        CliShell shell = Over();
        Assert.Equal(1, shell.Run("as", "kecho", word));
        Assert.Equal(error, shell.Error);
    }

    [Fact]
    public void The_user_space_server_fills_its_replies_and_says_that_it_listens()
    {
        CliShell shell = Over();
        Assert.Equal(0, shell.Run("as", "user-echo-server", "ignored"));
        Assert.Equal((512, "0.0.0.0:12345"), (shell.Serve!.ReplyBytes, shell.Serve.Listen[0].Address.ToString()));
        Assert.Equal("Main listener (fd=3) was created.\nListener was binded to 0.0.0.0\n"
            + "Listener (fd=4) was added to epoll.\n", shell.Out);
        CliShell taken = new()
        {
            FailsToStart = new SetupException("cannot listen", "", Linux.Errno.EADDRINUSE),
        };
        Assert.Equal(255, taken.Run("as", "user-echo-server"));
        Assert.Equal("Fail to bind: Address already in use\n", taken.Error);
    }

    [Fact]
    public void The_bench_writes_a_line_a_rank()
    {
        BenchStep step = new() { Server = "own", Concurrency = 3, MeanUsByRank = [645, 645, 3896] };
        RunDocument document = new CliRun().Document("duration") with { Result = new BenchResult([step], []) };
        Ending plain = new KechoBenchFace(plots: false).End(document, 0);
        Assert.Equal([("bench.txt", "0 645\n1 645\n2 3896\n")], plain.Files);
        Assert.Equal((0, "", ""), (plain.ExitCode, plain.Out, plain.Gnuplot));

        Ending drawn = new KechoBenchFace(plots: true).End(document, 0);
        Assert.Equal("bench.svg", drawn.Files[1].Path);
        Assert.Contains("Avg. time elapsed", drawn.Files[1].Text, StringComparison.Ordinal);
        Assert.Contains("set output 'bench.png'", drawn.Gnuplot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refused", "connect: Connection refused (2 times)")]
    [InlineData("invalid-reply", "echo message validation failed (2 times)")]
    public void A_bench_that_failed_leaves_an_empty_file_and_ends_with_255(string reason, string error)
    {
        ReasonCounts errors = [];
        errors.Add(reason, 2);
        BenchStep step = new() { Server = "own", Concurrency = 3, Errors = errors, MeanUsByRank = [1] };
        Ending ending = new KechoBenchFace(plots: true).End(
            new CliRun().Document("duration") with { Result = new BenchResult([step], []) }, 0);
        Assert.Equal(255, ending.ExitCode);
        Assert.Equal([error], ending.Errors);
        Assert.Empty(ending.Files);
    }

    [Fact]
    public void Pairs_of_addresses_are_read_up_to_the_first_that_is_none()
    {
        Assert.Equal(
            ["127.0.0.1:36986 127.0.0.1:12345", "[::1]:1 [::1]:2", "[fd00::1]:3 [fd00::2]:4"],
            DropList.Read("127.0.0.1:36986 127.0.0.1:12345\n::1:1\t::1:2 [fd00::1]:3 [fd00::2]:4\n", out string none)
                .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Local} {pair.Remote}")));
        Assert.Equal("", none);
        foreach (string wrong in (string[])["1.2.3.4:5", "1.2.3.4:5 x", "1.2.3.4:5 ::1:6", "1.2.3.4:5 1.2.3.4:66666"])
        {
            Assert.Single(DropList.Read($"1.1.1.1:1 1.1.1.1:2 {wrong}", out string error));
            Assert.StartsWith($"'{wrong}' is no pair", error, StringComparison.Ordinal);
        }
    }

    private static CliShell Over()
    {
        CliShell shell = new();
        shell.Live.IsOver = true;
        return shell;
    }
}
