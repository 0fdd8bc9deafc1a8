using Xunit;

namespace Throng.KernelTests;

/// <summary>Limits that a run meets while it is under way: named once, with figures, and the run goes on.</summary>
public sealed class LimitTests
{
    private const int SIGCONT = 18;
    private const int SIGSTOP = 19;

    [Theory]
    [InlineData("uring")] // the counter is the network namespace's, whatever the engine
    public void An_accept_queue_that_overflows_is_named_once_with_its_backlog(string engine)
    {
        Requirement.Engine(engine);
        using Namespace inside = new();
        using ThrongProcess server = inside.Start(
            "serve", "--listen", "127.0.0.1:7000", "--backlog", "8", "--engine", engine, "--json");
        server.Error.Await(0, 1, "listens");
        Assert.StartsWith("open 0 ", server.Error.Lines()[0], StringComparison.Ordinal);
        server.Signal(SIGSTOP);
        string path = ControlClient.NewPath();
        using ThrongProcess load = inside.Start(
            "hold", "200", "--target", "127.0.0.1:7000", "--engine", engine, "--control", path, "--json");
        using ControlClient control = ControlClient.To(path, load);
        load.Error.Await(0, 2, "shows progress");
        server.Signal(SIGCONT);
        control.Await("held", 200, load);
        Eventually.Holds(() => Limits(server).Length > 0, server.Story);
        control.Ask("quit");
        load.Ends(0);
        server.Signal(ThrongProcess.SIGTERM);
        server.Ends(0);

        string line = Assert.Single(Limits(server));
        Assert.Contains("limit: an accept queue overflowed", line, StringComparison.Ordinal);
        Assert.Contains("backlog is 8, net.core.somaxconn is ", line, StringComparison.Ordinal);
        Assert.Contains("raise --backlog", line, StringComparison.Ordinal);
        Document document = server.Document().AddsUp();
        document.Equal(1, document.Events("limit: an accept queue overflowed"), "events");
        document.Equal(1, document.Findings("listen-queue-overflowed"), "findings");
        Assert.True(document.Number("network.listen_overflows") > 0, server.Story());

        // It went on. Some of the 200 the server never hears of: the last step of their handshake was dropped.
        Assert.InRange(document.Number("connections.opened"), 20, 200);

        // The other end sees the same counter and knows that the listener is not its own.
        Document client = load.Document();
        client.Equal(1, client.Findings("listen-queue-overflowed"), "findings");
        Assert.Contains("the listener is not this run's", Assert.Single(Limits(load)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epoll")] // the address plan is the same for both engines
    public void Ports_that_run_out_name_the_source_and_the_target(string engine)
    {
        Requirement.Engine(engine);
        using Namespace inside = new("net.ipv4.ip_local_port_range=\"40000 40009\"");
        using ThrongProcess server = inside.Start("serve", "--listen", "127.0.0.1:7000", "--engine", engine, "-q");
        string path = ControlClient.NewPath();
        using ThrongProcess first = inside.Start(
            "hold", "4", "--target", "127.0.0.1:7000", "--engine", engine, "--control", path, "-q");
        using ControlClient control = ControlClient.To(path, first);
        control.Await("held", 4, first);
        using ThrongProcess second = inside.Start(
            "hold", "10", "--target", "127.0.0.1:7000", "--engine", engine, "--for", "3s", "--json");
        second.Ends(1); // fewer than asked for
        string line = Assert.Single(Limits(second));
        Assert.Contains(
            "limit: 127.0.0.1 ran out of source ports towards 127.0.0.1:7000", line, StringComparison.Ordinal);
        Assert.Contains("net.ipv4.ip_local_port_range is 40000 40009", line, StringComparison.Ordinal);
        Document document = second.Document().AddsUp();
        document.Equal(1, document.Findings("ports-exhausted"), "findings");
        document.Equal(1, document.Events("limit: 127.0.0.1 ran out"), "events");
        Assert.Equal("127.0.0.1", document.Text("limits.ports_source"));
        document.Equal(10, document.Number("limits.ports_per_source"), "ports of a source");
        Assert.InRange(document.Number("connections.held"), 1, 6); // it went on with those there were
        control.Ask("quit");
        first.Ends(0);
    }

    private static string[] Limits(ThrongProcess process) =>
        [.. process.Error.Lines().Where(line => line.StartsWith("limit: ", StringComparison.Ordinal))];
}
