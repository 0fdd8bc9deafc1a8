using System.Diagnostics;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Loads on several agents that go from step to step: rounds by a timetable, and a search that is led.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ClusterStepsTests
{
    private const int Port = 7000;
    private const double Limit = 500;

    private static readonly string[] Search =
        ["saturate", $"127.0.0.1:{Port}", "--start", "300", "--increment", "1.5", "--step", "2s", "--cooldown", "300ms",
            "--timeout", "2s", "--agents", "3"];

    [Fact]
    public void A_bench_is_the_sum_of_what_the_agents_measured()
    {
        using ClusterCase cluster = ClusterCase.Start(3);
        using EchoServer server = EchoServer.Start("epoll");
        using ThrongProcess run = cluster.Lead(
            "bench", server.Address, "-c", "1,100", "--for", "1s", "--rounds", "2", "--every", "4s", "--agents", "3");
        Dictionary<string, string> own = OwnResults(cluster, run);
        Document document = run.Finish();
        document.Equal(0, document.Number("bench.rounds_missed"), "rounds left out");
        document.Equal(100, document.Number("connections.peak"), "peak");
        document.Equal(3, document.Length("sources"), "sources");
        long exchanges = document.Number("bench.steps.0.exchanges") + document.Number("bench.steps.1.exchanges");
        document.Equal(document.Number("messages.answered"), exchanges + 100, "exchanges, and those of the warm-up");
        Assert.Contains("at 1 at once not each of 3 parts has a connection", run.Story(), StringComparison.Ordinal);

        NamedRun[] runs = [.. own.Select(one => new NamedRun(one.Key, Read(one.Value)))];
        Assert.Equal(3, runs.Length);
        Assert.True(RunMerge.TryMerge(runs, out RunDocument? merged, out IReadOnlyList<string> errors),
            string.Join("\n", errors));
        BenchResult told = (BenchResult)Read(run.OutputText).Result!;
        BenchResult summed = (BenchResult)merged.Result!;
        Assert.Equal([2, 2], told.Steps.Select(static step => step.Rounds));
        Assert.Equal(
            summed.Steps.Select(static step => (step.Concurrency, step.Exchanges, step.EchoesPerSecond,
                step.Latency.Histogram, step.Lag.Histogram, step.ClientUserNs)),
            told.Steps.Select(static step => (step.Concurrency, step.Exchanges, step.EchoesPerSecond,
                step.Latency.Histogram, step.Lag.Histogram, step.ClientUserNs)));
        cluster.AwaitFree();
    }

    [Fact]
    public void What_is_of_one_host_is_refused()
    {
        using ClusterCase cluster = ClusterCase.Start(1);
        using ThrongProcess compare = cluster.Lead("bench", "--compare", "epoll,10.0.0.1:7000");
        compare.Ends(2);
        Assert.Contains("--compare contradicts ", compare.ErrorText, StringComparison.Ordinal);
        using ThrongProcess led = cluster.Lead("saturate", "127.0.0.1:7000", "--led");
        led.Ends(2);
        Assert.Contains("--led contradicts ", led.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_three_agents_carry_out_finds_a_known_limit()
    {
        Needs.Full();
        using ClusterCase cluster = ClusterCase.Start(3);
        using ThrongProcess server = LimitedServer();
        using ThrongProcess run = cluster.Lead(Search);
        Eventually.Holds(
            () => run.ErrorText.Contains("step 6 at ", StringComparison.Ordinal), run.Story, everyMs: 200);
        Document document = run.Finish();
        Assert.Equal("search", document.Text("ended_by"));
        Found(document);
        document.Equal(0, document.Number("cluster.parts_lost"), "lost parts");

        // All that was due, from all steps, is in the steps; the last look of an agent may have come before their end.
        long due = Enumerable.Range(0, document.Length("saturate.steps")).Sum(
            at => document.Number($"saturate.steps.{at}.due"));
        document.Equal(document.Number("messages.offered"), due, "due");
        cluster.AwaitFree();
    }

    [Fact]
    public void A_search_goes_on_with_those_that_are_left()
    {
        Needs.Full();
        using ClusterCase cluster = ClusterCase.Start(3);
        using ThrongProcess server = LimitedServer();
        string path = ControlClient.NewPath();
        using ThrongProcess run = cluster.Lead([.. Search, "--control", path]);
        using (ControlClient control = ControlClient.To(path, run))
        {
            Eventually.Holds(
                () => new Document(control.Ask("result"), run.Story()) is var so && so.Has("saturate.steps.2"),
                run.Story, everyMs: 100);
            cluster.Agent("gen-2").Signal(ThrongProcess.SIGKILL);
        }

        // The lost one's result is waited for after the search.
        Eventually.Holds(
            () => run.ErrorText.Contains("ending: ", StringComparison.Ordinal), run.Story, everyMs: 200);
        Document document = run.Finish();
        Found(document, least: 0.7); // this is not about how near it comes
        document.Equal(1, document.Number("cluster.parts_lost"), "lost parts");
        Assert.Contains("gen-2 was lost in it; it is run again with those there", run.Story(),
            StringComparison.Ordinal);

        // No step is of fewer connections than its rate says.
        for (int at = 0; at < document.Length("saturate.steps"); at++)
        {
            double planned = 2 * document.Real($"saturate.steps.{at}.rate_per_s");
            Assert.InRange(document.Number($"saturate.steps.{at}.due"), planned - 4, planned + 4);
        }
    }

    [Fact]
    public void A_search_whose_controller_is_killed_is_gone_on_with_by_another()
    {
        Needs.Full();
        using ClusterCase cluster = ClusterCase.Start(3);
        using ThrongProcess server = LimitedServer();
        string path = ControlClient.NewPath();
        ThrongProcess run = cluster.Lead([.. Search, "--control", path]);
        Document before;
        using (ControlClient control = ControlClient.To(path, run))
        {
            Eventually.Holds(
                () => new Document(control.Ask("result"), run.Story()) is var so && so.Has("saturate.steps.3"),
                run.Story, everyMs: 100);
            before = new Document(control.Ask("result"), run.Story());
        }

        run.Signal(ThrongProcess.SIGKILL);
        string id = cluster.Status().Text("runs.0.run");
        using ThrongProcess next = cluster.Ask(0, "attach", id, "--json");
        Document document = next.Finish();
        run.Dispose();
        Found(document);
        for (int at = 0; at < 4; at++)
        {
            string step = $"saturate.steps.{at}";
            document.Equal(before.Number($"{step}.ok"), document.Number($"{step}.ok"), step);
            Assert.Equal(before.Text($"{step}.verdict"), document.Text($"{step}.verdict"));
        }

        Assert.Equal("search", document.Text("ended_by"));
    }

    /// <summary>The boundary lies within 5 % of the limit, or a step of the search more: another 5 %.</summary>
    private static void Found(Document document, double least = 0.9)
    {
        double good = document.Real("saturate.last_good_per_s");
        Assert.True(
            good >= Limit * least && good <= Limit * 1.1,
            $"good up to {good}/s of {Limit}/s; {document.Text("saturate.evidence")}");
        Assert.Equal("path-drop", document.Text("saturate.cause"));
    }

    /// <summary>An exchange server behind a packet filter of this test's network. It lets what some milliseconds of a
    /// busy machine hold back through at once, which is 2 % of a step.</summary>
    private static ThrongProcess LimitedServer()
    {
        Needs.Tool("nft");
        using Process nft = Process.Start("nft", "add table inet t; add chain inet t in { type filter hook input "
            + $"priority 0; }}; add rule inet t in tcp dport {Port} tcp flags syn / syn,ack limit rate over "
            + $"{Limit}/second burst 25 packets drop");
        nft.WaitForExit();
        Assert.Equal(0, nft.ExitCode);
        string path = ControlClient.NewPath();
        ThrongProcess server = ThrongProcess.Start(
            "serve", "--mode", "exchange", "--listen", $"127.0.0.1:{Port}", "-q", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        control.Ask("status"); // answers once it listens
        return server;
    }

    /// <summary>Copies what the agents' parts leave, before the controller has it removed.</summary>
    private static Dictionary<string, string> OwnResults(ClusterCase cluster, ThrongProcess run)
    {
        Dictionary<string, string> results = [];
        Eventually.Holds(
            () =>
            {
                foreach (string file in Directory.Exists(cluster.StatePath)
                    ? Directory.EnumerateFiles(cluster.StatePath, "*.json", SearchOption.AllDirectories) : [])
                {
                    try
                    {
                        string text = File.ReadAllText(file);
                        if (text.TrimEnd().EndsWith('}'))
                        {
                            results[Path.GetFileName(Path.GetDirectoryName(file))!.Replace("agent-", "")] = text;
                        }
                    }
                    catch (IOException)
                    {
                        // It has been fetched and removed meanwhile.
                    }
                }

                return results.Count == 3;
            },
            run.Story, everyMs: 2);
        return results;
    }

    private static RunDocument Read(string json)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(json);
        Assert.True(RunReader.TryRead(text, out RunDocument? run, out ReadError? error), error?.What);
        return run!;
    }
}
