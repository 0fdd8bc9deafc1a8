using System.Diagnostics;
using Throng.Cluster;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Hosts that are not as they should be: a clock that is wrong, a network that is gone for a while, another
/// version.</summary>
public sealed class ClusterHostTests
{
    private const long Planned = 4500;

    private static readonly string[] FakeTimes =
        [.. Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(static at => $"{at}/faketime/libfaketime.so.1")];

    [Fact]
    public void A_clock_that_is_3_s_off_is_told_and_changes_no_count()
    {
        string? library = FakeTimes.FirstOrDefault(File.Exists);
        Needs.File(library ?? FakeTimes.FirstOrDefault("libfaketime.so.1"));
        using ClusterCase cluster = ClusterCase.StartNats(2);
        cluster.StartAgent("gen-1");
        cluster.StartAgent("gen-2", new Launch { Environment = Faked(library!, "+3s") }, "127.0.0.1");
        cluster.AwaitAgents(2);
        using EchoServer server = EchoServer.Start("epoll");
        using ThrongProcess run = cluster.Lead(
            "query", server.Address, "--protocol", "echo", "-c", "20", "--profile", "3s@500,1s@0", "--agents", "2");
        Document document = run.Finish();
        document.Equal(1500, document.Number("messages.offered"), "offered");
        document.Equal(1500, document.Number("messages.answered"), "answered");
        int late = document.Text("sources.0.name") == "gen-2" ? 0 : 1;
        long boundNs = document.Number($"sources.{late}.clock_bound_ns");
        Assert.InRange(
            document.Number($"sources.{late}.clock_ahead_ns"), 2_990_000_000 - boundNs, 3_010_000_000 + boundNs);

        // Both began at one moment: no second of the series has the messages of one of them alone.
        long[] offered = [.. Enumerable.Range(0, document.Length("series")).Select(
            at => document.Number($"series.{at}.offered"))];
        Assert.True(offered.Max() > 350, string.Join(", ", offered));
    }

    [Fact]
    public void An_agent_without_network_for_10_s_goes_on_and_hands_its_result_in()
    {
        Requirement.OwnNetwork();
        Needs.Tool("nft");
        const string Apart = "127.0.0.2";
        using ClusterCase cluster = ClusterCase.StartNats(2);
        cluster.StartAgent("gen-1");
        cluster.StartAgent("gen-2", new Launch(), Apart);
        cluster.AwaitAgents(2);
        using EchoServer server = EchoServer.Start("epoll");
        string path = ControlClient.NewPath();
        using ThrongProcess run = cluster.Lead(
            "query", server.Address, "--protocol", "echo", "-c", "20", "--profile", "15s@300,2s@0", "--agents", "2",
            "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(
            () => new Document(control.Ask("result"), run.Story()) is var so && so.Has("messages.answered")
                && so.Number("messages.answered") > 300,
            run.Story, everyMs: 100);
        Nft($"add table inet cut; add chain inet cut out {{ type filter hook output priority 0; }}; "
            + $"add rule inet cut out ip daddr {Apart} drop; add rule inet cut out ip saddr {Apart} drop");
        Thread.Sleep(TimeSpan.FromSeconds(10));
        Assert.Contains("gen-2 was not heard", run.ErrorText, StringComparison.Ordinal);
        Nft("delete table inet cut");
        Document document = run.Finish();
        document.Equal(Planned, document.Number("messages.offered"), "offered");
        document.Equal(Planned, document.Number("messages.answered"), "answered");
        document.Equal(0, document.Number("cluster.parts_lost"), "lost parts");
        Assert.Contains("gen-2 is back", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_of_another_version_is_refused_by_name()
    {
        using ClusterCase cluster = ClusterCase.Start(1);
        NatsParticipant other = cluster.Nats.Control();
        Order order = new()
        {
            Kind = OrderKind.Examine, Protocol = ClusterProtocol.Version + 1, Version = "9.8.7", Controller = "host-9",
            Run = "01", Words = ["hold", "5"],
        };
        Answered answered = other.Ask(ClusterProtocol.OrdersTo("gen-1"), ClusterJson.Write(order));
        Assert.True(ClusterJson.TryRead(answered.Data!.Value, out OrderAnswer? answer));
        Assert.False(answer.IsDone);
        Assert.Contains("9.8.7", answer.Text, StringComparison.Ordinal);
        Assert.Contains("run the same version everywhere", answer.Text, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Faked(string library, string offset) => new()
    {
        ["LD_PRELOAD"] = library, ["FAKETIME"] = offset, ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
    };

    private static void Nft(string rules)
    {
        using Process nft = Process.Start("nft", rules);
        nft.WaitForExit();
        Assert.Equal(0, nft.ExitCode);
    }
}
