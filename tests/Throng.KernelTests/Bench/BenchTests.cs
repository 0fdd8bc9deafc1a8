using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng bench` against servers that echo, and servers that do it oddly or not at all.</summary>
public sealed class BenchTests
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("uring")]
    public void Every_connection_of_every_round_has_its_answer(string engine)
    {
        Requirement.Engine(engine);
        string ranks = Path.Combine(Path.GetTempPath(), $"throng-{Guid.NewGuid():N}.txt");
        using EchoServer server = EchoServer.Start("epoll");
        try
        {
            Document document = Bench(
                "--engine", engine, "--target", server.Address, "-c", "200", "--rounds", "3",
                "--per-connection", ranks);
            document.AddsUp().Equal(700, document.Number("connections.closed.finished"), "with 100 that do not count");
            document.Equal(600, document.Number("bench.steps.0.exchanges"), "exchanges");
            document.Equal(600, document.Number("bench.steps.0.latency_ns.count"), "times");
            document.Equal(0, document.Sum("bench.steps.0.errors"), "errors");
            Assert.True(document.Real("bench.steps.0.echoes_per_s") > 0);
            string[][] lines = [.. File.ReadAllLines(ranks).Select(line => line.Split(' '))];
            Assert.Equal(Enumerable.Range(0, 200), lines.Select(line => int.Parse(line[0])));
            Assert.All(lines, line => Assert.InRange(long.Parse(line[1]), 1, 10_000_000));
        }
        finally
        {
            File.Delete(ranks);
        }
    }

    [Fact]
    public void A_closed_loop_has_many_exchanges_on_each_connection()
    {
        using EchoServer server = EchoServer.Start("epoll");
        Document document = Bench("--target", server.Address, "-c", "1,10", "--for", "1s");
        document.AddsUp().Equal(2, document.Length("bench.steps"), "steps");
        for (int step = 0; step < 2; step++)
        {
            Assert.True(document.Number($"bench.steps.{step}.exchanges") > 50);
            Assert.InRange(
                document.Real($"bench.steps.{step}.echoes_per_s"),
                20,
                document.Number($"bench.steps.{step}.exchanges") / 1.0);
        }
    }

    [Fact]
    public void Answers_may_be_filled_up_with_zeros_or_come_in_pieces()
    {
        using OddEchoServer padding = OddEchoServer.Padding();
        Document padded = Bench("--target", padding.Address, "-c", "50", "--rounds", "2", "--reply-size", "512");
        padded.AddsUp().Equal(100, padded.Number("bench.steps.0.exchanges"), "exchanges");
        padded.Equal(0, padded.Sum("bench.steps.0.errors"), "errors");
        Document unexpected = Failing("--target", padding.Address, "-c", "50", "--rounds", "2");
        unexpected.Equal(100, unexpected.Count("bench.steps.0.errors", "invalid-reply"), "answers too long");

        using OddEchoServer cutting = OddEchoServer.Cutting();
        Document cut = Bench("--target", cutting.Address, "-c", "50", "--rounds", "2", "--message", "dummy message");
        cut.AddsUp().Equal(100, cut.Number("bench.steps.0.exchanges"), "exchanges");
    }

    [Fact]
    public void What_fails_is_an_error_with_its_reason()
    {
        using OddEchoServer resetting = OddEchoServer.Resetting();
        Document reset = Failing("--target", resetting.Address, "-c", "20", "--rounds", "2");
        reset.AddsUp().Equal(40, reset.Count("bench.steps.0.errors", "reset"), "resets");
        reset.Equal(0, reset.Number("bench.steps.0.exchanges"), "exchanges");

        using OddEchoServer lying = OddEchoServer.Lying();
        Document lies = Failing("--target", lying.Address, "-c", "20", "--rounds", "2");
        lies.AddsUp().Equal(40, lies.Count("bench.steps.0.errors", "invalid-reply"), "wrong answers");

        using ThrongProcess nobody = ThrongProcess.Run(
            1, "bench", "--target", $"127.0.0.1:{FreePort.One()}", "-c", "20", "--rounds", "2", "--json", "-q");
        Document refused = nobody.Document();
        refused.AddsUp().Equal(40, refused.Count("bench.steps.0.errors", "refused"), "refusals");
    }

    [Fact]
    public void Servers_are_started_compared_and_ended()
    {
        string plot = Path.Combine(Path.GetTempPath(), $"throng-{Guid.NewGuid():N}.svg");
        using EchoServer third = EchoServer.Start("epoll");
        try
        {
            Document document = Bench(
                "--compare", $"epoll,uring,{third.Address}", "-c", "1,50", "--rounds", "3", "--plot", plot);
            document.AddsUp().Equal(6, document.Length("bench.steps"), "steps");
            string[] names = ["epoll", "uring", third.Address, "epoll", "uring", third.Address];
            for (int step = 0; step < 6; step++)
            {
                Assert.Equal(names[step], document.Text($"bench.steps.{step}.server"));
                document.Equal(step < 3 ? 3 : 150, document.Number($"bench.steps.{step}.exchanges"), "exchanges");
                Assert.True(document.Real($"bench.steps.{step}.ratio") > 0);
                Assert.Equal(step % 3 < 2, document.Has($"bench.steps.{step}.server_cpu_ns"));
            }

            Assert.Contains("uring", File.ReadAllText(plot), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(plot);
        }
    }

    [Theory]
    [InlineData(ThrongProcess.SIGKILL, false)]
    [InlineData(ThrongProcess.SIGKILL, true)]
    [InlineData(ThrongProcess.SIGTERM, false)]
    [InlineData(ThrongProcess.SIGHUP, true)]
    public void Servers_that_were_started_do_not_outlive_the_bench(int signal, bool hasBegun)
    {
        using ThrongProcess run = ThrongProcess.Start(
            "bench", "--json", "-q", "--compare", "epoll", "-c", "1", "--for", "1h");
        int[] servers = [];
        Eventually.Holds(() => (servers = ProcessThreads.ChildrenOf(run.Id)).Length > 0, run.Story);
        if (hasBegun)
        {
            Eventually.Holds(() => IsBusy(servers[0]), run.Story);
        }

        run.Signal(signal);
        Eventually.Holds(() => run.HasExited, run.Story);
        Eventually.Holds(() => !File.Exists($"/proc/{servers[0]}/cmdline")
            || File.ReadAllText($"/proc/{servers[0]}/cmdline").Length == 0, run.Story);
    }

    /// <summary>It has workers that have used CPU time: somebody sends to it.</summary>
    private static bool IsBusy(int id)
    {
        string[] fields = File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ');
        return long.Parse(fields[12]) + long.Parse(fields[13]) > 20; // in hundredths of a second
    }

    private static Document Bench(params string[] words) => Bench(0, words);

    /// <summary>The server answers nothing that was asked for: an error.</summary>
    private static Document Failing(params string[] words) => Bench(1, words);

    private static Document Bench(int exitCode, string[] words)
    {
        using ThrongProcess run = ThrongProcess.Start(["bench", "--json", "-q", .. words]);
        return run.Finish(exitCode);
    }
}
