using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// The million, reduced to what a test may take: several times more sockets than descriptors, and than one source has
/// ports. Each process is asked for as much as it can show.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ScaleTests
{
    private const int FirstPort = 7000;
    private const long ResidentMax = 120_000_000;

    [Theory]
    [InlineData("uring", 100_000, 8, 2)]
    [InlineData("epoll", 25_000, 2, 2)]
    public void Two_processes_hold_many_times_their_descriptors(string engine, int many, int ports, int workers)
    {
        Needs.Full();
        Requirement.Engine(engine);
        Requirement.Descriptors(20_000);
        using NetworkNamespace network = new();
        string serverPath = ControlClient.NewPath();
        string addresses = $"127.0.0.1:{FirstPort}-{FirstPort + ports - 1}";
        using ThrongProcess server = ThrongProcess.Start(
            network.Launch, "serve", "--listen", addresses, "--engine", engine, "--threads", $"{workers}", "-q",
            "--json", "--control", serverPath);
        using ControlClient serving = ControlClient.To(serverPath, server);
        _ = serving.Ask("listeners"); // is answered once it listens
        int listening = ports * workers;
        SocketsBecome(network, listening);
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            network.Launch, "hold", $"{many}", "--target", addresses, "--engine", engine, "--ping-interval", "1s-2s",
            "-q", "--json", "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", many, run);
        serving.Await("open", many, server);
        SocketsBecome(network, listening + (2 * many));
        Assert.InRange(run.ResidentBytes(), 1, ResidentMax);
        Assert.InRange(server.ResidentBytes(), 1, ResidentMax);

        Assert.Equal(0, control.Status("lost"));
        Follows(control, many / 2, run);
        Follows(control, many, run);
        EveryOneAnswers(control, many, run);

        run.Signal(ThrongProcess.SIGTERM);
        run.Ends(0);
        Document document = run.Document().AddsUp();
        document.Equal(many, document.Number("connections.held"), "held");
        document.Equal(0, document.Number("connections.lost"), "lost");
        document.Equal(many + (many / 2), document.Number("connections.opened"), "opened");
        document.Equal(many / 2, document.Count("connections.closed", "lowered"), "lowered");
        document.Equal(many, document.Count("connections.closed", "drained"), "drained");
        PingsAreTimed(document, many);
        SocketsBecome(network, listening);

        server.Signal(ThrongProcess.SIGTERM);
        server.Ends(0);
        Document served = server.Document().AddsUp();
        served.Equal(many + (many / 2), served.Number("connections.opened"), "accepted");
        served.Equal(0, served.Number("serve.accept_failures"), "failures to accept");
    }

    [Theory]
    [InlineData("uring", 100_000)]
    [InlineData("epoll", 20_000)]
    public void One_process_holds_both_ends(string engine, int many)
    {
        Needs.Full();
        Requirement.Engine(engine);
        Requirement.Descriptors(20_000);
        using NetworkNamespace network = new();
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            network.Launch, "hold", $"{many}", "--engine", engine, "-q", "--json", "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", many, run);
        SocketsBecome(network, control.Ports().Length + (2 * many));
        Assert.InRange(run.ResidentBytes(), 1, ResidentMax);
        run.Signal(ThrongProcess.SIGTERM);
        run.Ends(0);
        Document document = run.Document().AddsUp();
        document.Equal(many, document.Number("connections.held"), "held");
        document.Equal(0, document.Number("connections.lost"), "lost");
        document.Equal(many, document.Count("connections.closed", "drained"), "drained");
        SocketsBecome(network, 0);
    }

    [Fact]
    public void More_than_one_source_has_ports_for_is_refused_at_once_and_held_by_two()
    {
        using NetworkNamespace network = new();
        string target = $"127.0.0.1:{FirstPort}";
        using ThrongProcess refused = ThrongProcess.Run(
            network.Launch, 3, "hold", "200k", "--source", "127.0.0.1", "--target", target);
        Assert.Contains(
            "200,000 connections need as many address pairs, but there are 1 source × 28,232 ports × 1 target"
                + " = 28,232",
            refused.ErrorText, StringComparison.Ordinal);
        Assert.Equal("", refused.OutputText);
        using ThrongProcess planned = ThrongProcess.Run(
            network.Launch, 0, "hold", "200k", "--source", "127.1.0.0/28", "--target", target, "--dry-run");
        Assert.EndsWith("it fits", planned.OutputText.TrimEnd(), StringComparison.Ordinal);

        int many = Suite.Rounds(few: 30_000, all: 40_000);
        string serverPath = ControlClient.NewPath();
        using ThrongProcess server = ThrongProcess.Start(
            network.Launch, "serve", "--listen", target, "--threads", "4", "-q", "--control", serverPath);
        using ControlClient serving = ControlClient.To(serverPath, server);
        _ = serving.Ask("listeners");
        using ThrongProcess run = ThrongProcess.Run(
            network.Launch, 0, "hold", $"{many}", "--source", "127.1.0.1-127.1.0.2", "--target", target, "--until-held",
            "--for", "50s", "--close", "rst", "-q", "--json");
        Document document = run.Document().AddsUp();
        document.Equal(many, document.Number("connections.held"), "held");
        document.Equal(0, document.Number("hold.port_collisions"), "port collisions");
        server.Signal(ThrongProcess.SIGTERM);
        server.Ends(0);
    }

    private static void Follows(ControlClient control, int wanted, ThrongProcess run)
    {
        control.Ask($"set {wanted}");
        control.Await("held", wanted, run);
    }

    /// <summary>Every connection draws its first ping within its own interval, the longest of which is twice the
    /// shortest: as many pings as connections are on half of them at least, and each has its answer.</summary>
    private static void EveryOneAnswers(ControlClient control, int many, ThrongProcess run)
    {
        control.Ask("ping on");
        Eventually.Holds(() => Pings(control).Sent >= many, () => control.Ask("status"), everyMs: 50);
        control.Ask("ping off");
        Eventually.Holds(
            () => Pings(control) is var (sent, answered) && sent == answered,
            () => $"{control.Ask("status")}\n{run.Story()}",
            everyMs: 50);
    }

    /// <summary>"ping          off, 3 sent, 3 answered, 0 timed out, 0 invalid".</summary>
    private static (long Sent, long Answered) Pings(ControlClient control)
    {
        string line = control.Ask("status").Split('\n').First(
            one => one.StartsWith("ping ", StringComparison.Ordinal));
        string[] parts = line.Split(", ");
        return parts.Length < 3 ? (0, 0) : (ControlClient.Leading(parts[1]), ControlClient.Leading(parts[2]));
    }

    private static void PingsAreTimed(Document document, int many)
    {
        long answered = document.Number("messages.answered");
        Assert.InRange(answered, many, 3L * many);
        document.Equal(0, document.Number("messages.timed_out"), "timed out");
        document.Equal(0, document.Number("messages.invalid"), "invalid");
        document.Equal(answered, document.Number("response_ns.count"), "response times");
        long[] rising =
        [
            1, document.Number("response_ns.min"), document.Number("response_ns.p50"),
            document.Number("response_ns.p99"), document.Number("response_ns.p999"),
            document.Number("response_ns.max"), long.MaxValue,
        ];
        Assert.Equal(rising.Order(), rising);
    }

    /// <summary>The sockets of the network become so many; those in TIME_WAIT are not among them. They are waited for:
    /// a socket that io_uring closed, such as one that a feature was tried on, is gone a moment later.</summary>
    private static void SocketsBecome(NetworkNamespace network, int many)
    {
        SocketCounts now = default;
        Eventually.Holds(
            () => (now = network.Sockets()).TcpInUse == many && now.TcpOrphans < 100,
            () => $"{now.TcpInUse} sockets, not {many}; {now.TcpOrphans} orphans, {now.TcpTimeWait} in TIME_WAIT",
            everyMs: 50);
    }
}
