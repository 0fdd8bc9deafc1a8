using Throng.Cluster;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Loads that several agents carry out: one run, one result, and each count once.</summary>
public sealed class ClusterRunTests
{
    [Fact]
    public void Connections_are_shared_held_and_merged()
    {
        using ClusterCase cluster = ClusterCase.Start(3);
        using EchoServer server = EchoServer.Start("epoll");
        using ThrongProcess run = cluster.Lead(
            "hold", "1000", server.Address, "--for", "3s", "--agents", "3", "--label", "build=7");
        Document document = run.Finish();
        document.Equal(1000, document.Number("connections.opened"), "opened");
        document.Equal(1000, document.Number("connections.held"), "held");
        document.Equal(3, document.Number("cluster.agents"), "agents");
        document.Equal(0, document.Number("cluster.parts_lost"), "lost parts");
        document.Equal(3, document.Length("sources"), "sources");
        Assert.Equal("7", document.Text("labels.build"));
        Assert.DoesNotContain(cluster.Nats.Controller.Password!, run.OutputText, StringComparison.Ordinal);
        cluster.AwaitFree();
        Assert.Empty(Directory.EnumerateFiles(cluster.StatePath, "*.json", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_schedule_is_offered_once_by_all_agents_together()
    {
        using ClusterCase cluster = ClusterCase.Start(3);
        using EchoServer server = EchoServer.Start("epoll");
        using ThrongProcess query = cluster.Lead(
            "query", server.Address, "--protocol", "echo", "-c", "90", "--profile", "2s@1500,2s@0", "--agents", "3");
        Document document = query.Finish();
        document.Equal(3000, document.Number("messages.offered"), "offered");
        document.Equal(3000, document.Number("messages.answered"), "answered");
        document.Equal(3000, document.Number("response_ns.count"), "response times");
        document.Equal(90, document.Number("connections.opened"), "opened");
        cluster.AwaitFree();
        using ThrongProcess churn = cluster.Lead(
            "churn", server.Address, "--profile", "2s@200,2s@0", "--agents", "2", "--life", "requests");
        Document lives = churn.Finish();
        lives.Equal(400, lives.Number("messages.offered"), "due");
        lives.Equal(
            400, lives.Number("connections.opened") + lives.Number("messages.not_sent"), "opened, or not begun");
        lives.Equal(2, lives.Number("cluster.agents"), "agents");
        cluster.AwaitFree();
        using ThrongProcess monitor = cluster.Lead(
            "monitor", server.Address, "-c", "30", "--rate", "150", "--for", "3s", "--agents", "3");
        Document messages = monitor.Finish();
        messages.Equal(450, messages.Number("messages.offered"), "offered");
        messages.Equal(30, messages.Number("monitor.lasting"), "lasting");
    }

    [Fact]
    public void What_is_said_at_the_prompt_reaches_all_agents()
    {
        using ClusterCase cluster = ClusterCase.Start(2);
        using EchoServer server = EchoServer.Start("epoll");
        string path = ControlClient.NewPath();
        using ThrongProcess run = cluster.Lead(
            "query", server.Address, "--protocol", "echo", "-c", "20", "--rate", "100", "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => Answered(control) > 0, run.Story, everyMs: 100);
        Assert.Equal("rate 0/s: a pause, nothing falls due until the next `set rate`", control.Ask("set rate 0"));
        Eventually.Holds(
            () =>
            {
                long before = Answered(control);
                Thread.Sleep(2500);
                return Answered(control) == before;
            },
            run.Story);
        long paused = Answered(control);
        control.Ask("set rate 200");
        Eventually.Holds(() => Answered(control) > paused + 100, run.Story, everyMs: 100);
        Assert.Contains("gen-2", control.Ask("status"), StringComparison.Ordinal);
        Assert.True(control.Exchange("list").IsRefused);
        control.Ask("quit");
        Document document = run.Finish();
        Assert.Equal("quit", document.Text("ended_by"));
        document.Equal(20, document.Number("connections.opened"), "opened");
    }

    [Fact]
    public void A_load_that_an_agent_does_not_carry_out_is_refused_by_it()
    {
        using ClusterCase cluster = ClusterCase.Start(1, "--allow-target", "10.9.0.0/16");
        using ThrongProcess target = cluster.Lead("hold", "10", "127.0.0.1:7000", "--for", "1s");
        target.Ends(3);
        Assert.Contains(
            "gen-1: 127.0.0.1 is no target that this agent may connect to: its --allow-target has 10.9.0.0/16",
            target.ErrorText, StringComparison.Ordinal);
        using ThrongProcess more = cluster.Lead("hold", "10", "10.9.0.1:7000", "--agents", "2", "--wait", "1s");
        more.Ends(3);
        Assert.Contains("2 agents did not come within 1.0 s", more.ErrorText, StringComparison.Ordinal);
        using ThrongProcess file = cluster.Lead("query", "10.9.0.1:53", "--names", "/etc/hostname");
        file.Ends(2);
        Assert.Contains("is of one host", file.ErrorText, StringComparison.Ordinal);
        string sources = Path.Combine(cluster.Nats.Folder, "sources");
        File.WriteAllText(sources, "127.0.0.1\n");
        using ThrongProcess list = cluster.Lead("hold", "1", "10.9.0.1:7000", "--source", "@" + sources);
        list.Ends(2);
        Assert.Contains("--source @FILE is of one host", list.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>Whoever may give orders learns nothing of the files of an agent's host: not a line of one, and not
    /// whether it is there.</summary>
    [Theory]
    [InlineData("--source=@sources")]
    [InlineData("--source", "@sources")]
    [InlineData("--csv=sources")]
    public void An_agent_reads_no_file_that_an_order_names(params string[] options)
    {
        using ClusterCase cluster = ClusterCase.Start(1);
        string sources = Path.Combine(cluster.Nats.Folder, "sources");
        File.WriteAllText(sources, "a line of it\n");
        NatsParticipant controller = cluster.Nats.Control();
        Order order = new()
        {
            Kind = OrderKind.Examine,
            Part = "1/1",
            Words =
            [
                "hold", "--connections=1", "--target=127.0.0.1:7000",
                .. options.Select(word => word.Replace("sources", sources, StringComparison.Ordinal)),
            ],
        };
        controller.Bus.Ask(100, ClusterProtocol.OrdersTo("gen-1"), ClusterJson.Write(order), Eventually.Patience);
        Assert.True(ClusterJson.TryRead(controller.Next<Answered>().Data!.Value, out OrderAnswer? answer));
        Assert.False(answer.IsDone);
        Assert.Contains("names a file of this host", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("a line of it", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signal_ends_all_parts_in_order()
    {
        using ClusterCase cluster = ClusterCase.Start(2);
        using EchoServer server = EchoServer.Start("epoll");
        string path = ControlClient.NewPath();
        using ThrongProcess run = cluster.Lead("hold", "100", server.Address, "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => control.Ask("status").Contains("held          100", StringComparison.Ordinal),
            () => control.Ask("status"), everyMs: 100);
        run.Signal(ThrongProcess.SIGINT);
        Document document = run.Finish();
        Assert.Equal("SIGINT", document.Text("ended_by"));
        document.Equal(100, document.Count("connections.closed", "drained"), "drained");
        cluster.AwaitFree();
        using ThrongProcess drain = cluster.Ask(0, "drain");
        cluster.Agent("gen-1").Ends(0);
        cluster.Agent("gen-2").Ends(0);
    }

    private static long Answered(ControlClient control)
    {
        Document soFar = new(control.Ask("result"), "result");
        return soFar.Has("messages") ? soFar.Number("messages.answered") : 0;
    }
}
