using Xunit;

namespace Throng.KernelTests;

/// <summary>An agent dies and the others take its part over: the load is whole again, and all sums are exact.</summary>
public sealed class RebalanceTests
{
    private const long Planned = 15_000;
    private const long MessageBytes = 64;

    [Fact]
    public void Queries_of_a_killed_agent_are_taken_over_and_the_gap_is_told()
    {
        using ClusterCase cluster = ClusterCase.Start(3);
        using EchoServer server = EchoServer.Start("epoll");
        string path = ControlClient.NewPath();
        using ThrongProcess run = cluster.Lead([
            "query", server.Address, "--protocol", "echo", "--size", "64", "-c", "30", "--rate", "500", "--for", "30s",
            "--agents", "3",
            "--on-agent-loss", "rebalance", "--control", path,
        ]);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => Answered(control, run) >= 1000, run.Story, everyMs: 100);
        cluster.Agent("gen-2").Signal(ThrongProcess.SIGKILL);
        Document document = run.Finish();
        long offered = document.Number("messages.offered");
        long unaccounted = document.Number("cluster.unaccounted");
        long notOffered = document.Number("cluster.not_offered");
        document.Equal(Planned, offered + unaccounted + notOffered, "offered, unaccounted or not offered");
        Assert.True(offered > Planned * 0.85, run.Story()); // without the others it would be some 10,400
        Eventually.Holds(
            () => server.BytesReceived / MessageBytes >= offered,
            () => $"the server has read {server.BytesReceived / MessageBytes} of {offered} messages: {run.Story()}",
            everyMs: 100);
        Assert.InRange(server.BytesReceived / MessageBytes, offered, offered + unaccounted);
        Assert.Equal("2/3", document.Text("cluster.taken_over.0.part"));
        Assert.Equal("gen-2", document.Text("cluster.taken_over.0.agent"));
        document.Equal(2, document.Length("cluster.taken_over.0.by"), "agents that took over");
        Assert.Equal(1, document.Findings("generators-lost"));
    }

    [Fact]
    public void Connections_of_a_killed_agent_come_back_from_the_others()
    {
        using ClusterCase cluster = ClusterCase.Start(3);
        using EchoServer server = EchoServer.Start("epoll");
        string path = ControlClient.NewPath();
        using ThrongProcess run = cluster.Lead([
            "hold", "60", server.Address, "--agents", "3", "--on-agent-loss", "rebalance", "--control", path,
        ]);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => Open(control, run) == 60, run.Story, everyMs: 100);
        cluster.Agent("gen-2").Signal(ThrongProcess.SIGKILL);
        Eventually.Holds(() => Open(control, run) == 40, run.Story, everyMs: 100);
        Eventually.Holds(() => Open(control, run) == 60, run.Story, everyMs: 100);
        _ = control.Ask("quit");
        Document document = run.Finish();
        document.Equal(60, document.Number("connections.target"), "connections asked for");
        document.Equal(60, document.Number("connections.held"), "connections held");
        Assert.Equal(1, document.Length("cluster.taken_over"));
    }

    private static long Answered(ControlClient control, ThrongProcess run) =>
        new Document(control.Ask("result"), run.Story()) is var so && so.Has("messages.answered")
            ? so.Number("messages.answered")
            : 0;

    private static long Open(ControlClient control, ThrongProcess run) =>
        new Document(control.Ask("result"), run.Story()).Number("connections.open");
}
