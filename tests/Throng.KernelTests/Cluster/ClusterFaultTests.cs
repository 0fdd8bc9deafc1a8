using Xunit;

namespace Throng.KernelTests;

/// <summary>Agents, controllers and the message system die at every moment: nothing is counted twice, and nothing is
/// lost but what is said to be.</summary>
public sealed class ClusterFaultTests
{
    /// <summary>Messages of the plan, and of one of its two parts.</summary>
    private const long Planned = 3000;

    private static readonly string[] Load =
        ["--protocol", "echo", "-c", "20", "--profile", "6s@500,1s@0", "--agents", "2"];

    [Fact]
    public void A_killed_agent_costs_what_is_said()
    {
        using ClusterCase cluster = ClusterCase.Start(2);
        using EchoServer server = EchoServer.Start("epoll");
        using ThrongProcess run = Lead(cluster, server, answers: 800);
        cluster.Agent("gen-2").Signal(ThrongProcess.SIGKILL);
        Document document = run.Finish();
        document.Equal(1, document.Number("cluster.parts_lost"), "lost parts");
        Assert.Equal(1, document.Findings("generators-lost"));
        long offered = document.Number("messages.offered");
        long unaccounted = document.Number("cluster.unaccounted");
        long notOffered = document.Number("cluster.not_offered");
        Assert.InRange(offered, Planned / 2, Planned);
        Assert.True(
            offered + notOffered <= Planned && offered + unaccounted + notOffered >= Planned,
            $"{offered} offered, {unaccounted} unaccounted, {notOffered} not offered: {run.Story()}");
    }

    [Fact]
    public void An_agent_that_is_started_again_hands_in_what_it_had()
    {
        using ClusterCase cluster = ClusterCase.Start(2);
        using EchoServer server = EchoServer.Start("epoll");
        using ThrongProcess run = Lead(cluster, server, answers: 800);
        cluster.Agent("gen-2").Signal(ThrongProcess.SIGKILL);
        string state = Path.Combine(cluster.StatePath, "agent-gen-2");
        Eventually.Holds(() => Directory.GetFiles(state, "*.json").Length == 1, run.Story); // its part has ended
        cluster.StartAgent("gen-2");
        Document document = run.Finish();
        document.Equal(1, document.Number("cluster.parts_lost"), "parts that ended early");
        document.Equal(0, document.Number("cluster.unaccounted"), "unaccounted");
        document.Equal(
            Planned, document.Number("messages.offered") + document.Number("cluster.not_offered"), "offered or not");
        Assert.Equal(1, document.Findings("generators-lost"));
    }

    [Fact]
    public void A_killed_controller_is_followed_by_another()
    {
        using ClusterCase cluster = ClusterCase.Start(2);
        using EchoServer server = EchoServer.Start("epoll");
        ThrongProcess run = Lead(cluster, server, answers: 300);
        run.Signal(ThrongProcess.SIGKILL);
        string id = cluster.Status().Text("runs.0.run");
        using ThrongProcess next = cluster.Attach(id);
        Document document = next.Finish();
        run.Dispose();
        document.Equal(Planned, document.Number("messages.offered"), "offered");
        document.Equal(Planned, document.Number("messages.answered"), "answered");
        document.Equal(0, document.Number("cluster.parts_lost"), "lost parts");
        Assert.Equal(id, document.Text("run_id"));
    }

    [Fact]
    public void A_message_system_that_dies_and_comes_back_costs_no_count()
    {
        using ClusterCase cluster = ClusterCase.Start(2);
        using EchoServer server = EchoServer.Start("epoll");
        using ThrongProcess run = Lead(cluster, server, answers: 300);
        cluster.Nats.Server.Kill();
        cluster.Nats.Restart();
        Document document = run.Finish();
        document.Equal(Planned, document.Number("messages.offered"), "offered");
        document.Equal(Planned, document.Number("messages.answered"), "answered");
        document.Equal(0, document.Number("cluster.parts_lost"), "lost parts");
    }

    /// <summary>Starts the load and returns when so many of its messages have been answered.</summary>
    private static ThrongProcess Lead(ClusterCase cluster, EchoServer server, long answers)
    {
        string path = ControlClient.NewPath();
        ThrongProcess run = cluster.Lead(["query", server.Address, .. Load, "--control", path]);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(
            () => new Document(control.Ask("result"), run.Story()) is var so
                && so.Has("messages.answered") && so.Number("messages.answered") >= answers,
            run.Story, everyMs: 100);
        return run;
    }
}
