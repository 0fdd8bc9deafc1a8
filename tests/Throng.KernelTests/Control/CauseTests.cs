using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Causes that a run names when its server dies, stands still or is not there, and when it is ended.
/// </summary>
public sealed class CauseTests
{
    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_server_that_dies_in_the_last_second_is_no_idle_timeout(string engine)
    {
        Requirement.Engine(engine);
        using EchoServer server = EchoServer.Start("epoll");
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "10", "--target", server.Address, "--engine", engine, "--json", "-q", "--control", path);
        using (ControlClient control = ControlClient.To(path, run))
        {
            control.Await("held", 10, run);
            Thread.Sleep(1500); // as long as an idle timeout may be
            server.Kill();
            control.Await("held", 0, run); // one more may have been opened before its listener went
            Eventually.Holds(
                () => control.Ask("failed").Contains("refused", StringComparison.Ordinal), run.Story);
        }

        run.Signal(ThrongProcess.SIGINT);
        Document document = run.Finish();
        string lost = document.Finding("connections-lost");
        Assert.Contains("connects were refused then", lost, StringComparison.Ordinal);
        Assert.DoesNotContain("idle timeout", lost, StringComparison.Ordinal);
        Assert.True(document.Number("connections.ended_by_peer.first_ns") > 1_000_000_000, document.ToString());
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_server_that_stands_still_until_the_end_has_disturbed_every_lasting_connection(string engine)
    {
        Requirement.Engine(engine);
        using EchoServer server = EchoServer.Start("epoll");
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "monitor", "-c", "4", "--rate", "100", "--new-rate", "0", "--reply-timeout", "30s", "--late", "200ms",
            "--target", server.Address, "--engine", engine, "--json", "-q", "--control", path);
        using (ControlClient control = ControlClient.To(path, run))
        {
            Eventually.Holds(() => control.Status("messages") > 40, run.Story);
            server.Stop();
            Thread.Sleep(1500); // as long as it stands still
        }

        run.Signal(ThrongProcess.SIGINT);
        Document document = run.Finish();
        document.Equal(4, document.Number("monitor.disturbed"), "disturbed");
        document.Equal(4, document.Number("monitor.unrecovered"), "not good again");
        document.Equal(0, document.Findings("rate-not-achieved") + document.Findings("messages-lost"), "others");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Messages_cut_short_by_a_second_signal_are_not_the_servers(string engine)
    {
        Requirement.Engine(engine);
        using Socket silent = Peer.Listen();
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "query", "--protocol", "echo", "--target", $"127.0.0.1:{Peer.PortOf(silent)}", "-c", "4", "--timeout",
            "1m", "--rate", "200", "--engine", engine, "--json", "-q", "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => control.Status("queries") > 50, run.Story);
        run.Signal(ThrongProcess.SIGTERM);
        control.AwaitEnding(run);
        run.Signal(ThrongProcess.SIGTERM);
        Document document = run.Finish();
        Assert.Contains("when the run was ended here", document.Finding("messages-lost"), StringComparison.Ordinal);
        document.Equal(1, document.Events("drain ended at once"), "events");
        document.Equal(
            0, document.Findings("rate-not-achieved") + document.Findings("server-not-answering"), "others");
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("query")]
    [InlineData("monitor")]
    public void A_signal_before_anything_connected_ends_a_run_with_0(string command)
    {
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            command, "-c", "4", "--target", $"127.0.0.1:{FreePort.One()}", "--json", "-q", "--control", path);
        using (ControlClient control = ControlClient.To(path, run))
        {
            Eventually.Holds(
                () => control.Ask("failed").Contains("refused", StringComparison.Ordinal), run.Story);
        }

        run.Signal(ThrongProcess.SIGINT);
        Document document = run.Finish();
        Assert.False(document.Flag("verdict.ok"));
        document.Equal(1, document.Findings("nothing-connected"), "findings");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Datagrams_that_a_filter_of_this_host_drops_are_not_refused_by_the_server(string engine)
    {
        Requirement.Engine(engine);
        Needs.Tool("nft");
        using Netns space = new();
        space.Out("nft 'add table ip t; add chain ip t out { type filter hook output priority 0; }; "
            + "add rule ip t out udp dport 5300 drop'");
        using ThrongProcess run = ThrongProcess.Start(
            new Launch { Before = space.Before }, "query", "--protocol", "echo", "--target", "udp://127.0.0.1:5300",
            "-c", "4", "--rate", "100", "--for", "1s", "--timeout", "500ms", "--engine", engine, "--json", "-q");
        Document document = run.Finish(exitCode: 1);
        document.Equal(100, document.Number("messages.not_permitted"), "not permitted");
        Assert.Contains(
            "this host's own filter", document.Finding("server-not-answering"), StringComparison.Ordinal);
    }
}
