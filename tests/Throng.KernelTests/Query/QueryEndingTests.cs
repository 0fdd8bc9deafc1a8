using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng query` with signals, and with servers that stop, die, are not there or do not read.</summary>
public sealed class QueryEndingTests
{
    private const long SecondNs = 1_000_000_000;

    private static readonly string[] Echo = ["query", "--protocol", "echo", "--json", "-q"];

    [Fact]
    public void A_server_that_stands_still_is_seen_in_response_times_and_in_no_other()
    {
        using EchoServer server = EchoServer.Start("auto");
        string[] some = [.. Echo, "--target", server.Address, "--rate", "1k", "-c", "20", "--for", "7s"];
        string path = ControlClient.NewPath();
        using ThrongProcess patient = ThrongProcess.Start(
            [.. some, "--timeout", "10s", "--engine", "epoll", "--control", path]);
        using ThrongProcess impatient = ThrongProcess.Start([.. some, "--timeout", "1s"]);
        using (ControlClient control = ControlClient.To(path, patient))
        {
            Eventually.Holds(() => control.Status("offered") > 1500, patient.Story);
        }

        server.Stop();
        Thread.Sleep(3000); // as long as it stands still
        server.GoOn();

        Document document = patient.Finish();
        document.Equal(7000, document.Number("messages.offered"), "offered");
        document.Equal(document.Number("messages.sent"), document.Number("messages.answered"), "answered");
        Assert.InRange(document.Number("messages.sent"), 4000, 7000);
        Assert.True(document.Number("response_ns.max") > 2.5 * SecondNs, patient.Story());
        Assert.True(document.Number("response_ns.p90") > SecondNs / 2, patient.Story());

        document = impatient.Finish();
        document.Equal(7000, document.Number("messages.offered"), "offered");
        long timedOut = document.Number("messages.timed_out");
        Assert.InRange(timedOut, 1000, 7000);
        document.Equal(timedOut, document.Number("messages.late"), "each came late");
        document.Equal(0, document.Number("messages.lost"), "lost");
        document.Equal(0, document.Number("query.unsolicited"), "unsolicited");
        Assert.True(document.Number("response_ns.max") > SecondNs, impatient.Story());
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_signal_ends_it_with_a_document(string engine)
    {
        Requirement.Engine(engine);
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start([.. Echo, "--rate", "2k", "--engine", engine, "--control", path]);
        using (ControlClient control = ControlClient.To(path, run))
        {
            Eventually.Holds(() => control.Status("offered") > 500, run.Story);
        }

        run.Signal(ThrongProcess.SIGTERM);
        Document document = run.Finish();
        Assert.Equal("SIGTERM", document.Text("ended_by"));
        Assert.True(document.Number("messages.sent") > 500, run.Story());
        document.Equal(document.Number("messages.sent"), document.Number("messages.answered"), "answered");
        document.Equal(100, document.Count("connections.closed", "drained"), "drained");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_server_that_closes_what_it_accepts_does_not_keep_the_schedule_from_beginning(string engine)
    {
        Requirement.Engine(engine);
        using IdleClosingServer closing = new(TimeSpan.Zero);
        using ThrongProcess run = ThrongProcess.Start(
            [.. Echo, "--target", closing.Address, "-c", "20", "--rate", "500", "--for", "1s", "--engine", engine]);
        Document document = run.Finish(1); // nothing was answered
        Assert.Equal("duration", document.Text("ended_by"));
        document.Equal(500, document.Number("messages.offered"), "offered");
    }

    [Fact]
    public void A_second_signal_does_not_wait_for_answers()
    {
        using Socket silent = Peer.Listen();
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            [.. Echo, "--target", $"127.0.0.1:{Peer.PortOf(silent)}", "-c", "20", "--timeout", "30s", "--rate", "200",
                "--control", path]);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => control.Status("queries") > 50, run.Story);
        run.Signal(ThrongProcess.SIGTERM);
        control.AwaitEnding(run); // the first signal waits for answers
        run.Signal(ThrongProcess.SIGTERM);
        Document document = run.Finish();
        Assert.Equal("SIGTERM", document.Text("ended_by"));
        long sent = document.Number("messages.sent");
        Assert.True(sent > 50, run.Story());
        document.Equal(sent, document.Number("messages.lost"), "lost");
    }

    [Fact]
    public void Queries_under_way_are_lost_with_their_server_and_it_goes_on_with_the_next()
    {
        using EchoServer first = EchoServer.Start("auto");
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            [.. Echo, "--target", first.Address, "--rate", "1k", "-c", "20", "--timeout", "1m",
                "--control", path]);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => control.Status("offered") > 200, run.Story);
        first.Stop();
        Eventually.Holds(() => UnderWay(control) > 100, run.Story); // some on every connection
        first.Kill();
        using EchoServer second = EchoServer.StartAt(first.Port, "auto");

        // Each is replaced at once. The kernel takes down the dead server's listener later than the server: who comes
        // to it meanwhile is reset, once more at most, as what was never answered waits.
        Eventually.Holds(
            () => control.Status("reconnected") >= 20 && control.Status("held") == 20, run.Story);
        long answered = control.Status("queries");
        Eventually.Holds(() => control.Status("queries") > answered + 1000, run.Story);
        control.Ask("quit");
        Document document = run.Finish();
        Assert.InRange(document.Number("messages.lost"), 100, document.Number("messages.sent") - 1000);
        Assert.True(document.Number("messages.answered") > 1000, run.Story());
        Assert.InRange(document.Number("connections.lost"), 20, 40);
        document.Equal(
            document.Number("connections.lost"), document.Number("connections.reconnected"), "reconnected");
        document.Equal(0, document.Number("messages.timed_out"), "timed out");
    }

    [Fact]
    public void Servers_that_are_not_there_or_do_not_read_or_close_what_is_idle_delay_no_end()
    {
        using Socket deaf = Peer.Listen();
        using IdleClosingServer idle = new(TimeSpan.FromMilliseconds(2500));
        using ThrongProcess absent = ThrongProcess.Start(
            [.. Echo, "--target", $"127.0.0.1:{FreePort.One()}", "--rate", "1k", "--for", "500ms", "--connect-timeout",
                "200ms"]);
        using ThrongProcess unread = ThrongProcess.Start(
            [.. Echo, "--target", $"127.0.0.1:{Peer.PortOf(deaf)}", "-c", "2", "--rate", "500", "--size", "100KiB",
                "--for", "1s", "--timeout", "500ms", "--engine", "epoll"]);

        // One query a second, to the next of six: the last are asked long after the server closed them. They are open
        // some 0.3 s before the first query, so the server closes them between two queries.
        using ThrongProcess resting = ThrongProcess.Start(
            [.. Echo, "--target", idle.Address, "-c", "6", "--profile", "6s@1", "--pick", "round-robin"]);
        AbsentIsSentNothing(absent);
        UnreadEndsInTime(unread);
        IdleRestsUntilItIsNeeded(resting);
    }

    /// <summary>"queries 9 sent, 8 answered, 1 under way".</summary>
    private static long UnderWay(ControlClient control) => ControlClient.Leading(
        control.Ask("status").Split('\n').First(line => line.StartsWith("queries ", StringComparison.Ordinal))
            .Split(", ")[2]);

    private static void AbsentIsSentNothing(ThrongProcess run)
    {
        Document document = run.Finish(1);
        document.Equal(500, document.Number("messages.offered"), "offered");
        document.Equal(500, document.Number("messages.not_sent"), "not sent");
        document.Equal(0, document.Number("connections.opened"), "opened");
        Assert.True(document.Count("connections.connect_failed", "refused") > 0, run.Story());
        Assert.Contains("nothing ever connected", run.ErrorText, StringComparison.Ordinal);
    }

    private static void UnreadEndsInTime(ThrongProcess run)
    {
        Document document = run.Finish(1); // nothing was answered
        document.Equal(500, document.Number("messages.offered"), "offered");
        Assert.InRange(document.Number("messages.not_sent"), 1, 499);
        document.Equal(0, document.Number("messages.answered"), "answered");
        Assert.True(document.Number("messages.timed_out") > 0, run.Story());
    }

    private static void IdleRestsUntilItIsNeeded(ThrongProcess run)
    {
        Document document = run.Finish();
        document.Equal(6, document.Number("messages.offered"), "offered");
        long lost = document.Number("messages.lost"); // on a busy machine one may be asked just as its server closes
        Assert.InRange(lost, 0, 1);
        document.Equal(6, document.Number("messages.answered") + lost, "answered");
        long heldBack = document.Number("query.held_back"); // those that waited for a connection that rested
        Assert.InRange(heldBack, 1, 5);
        long opened = document.Number("connections.opened");
        Assert.InRange(opened, 6 + heldBack, 6 + heldBack + lost); // as often as needed
        Assert.InRange(document.Count("connections.closed", "idle-closed"), 6 - lost, opened);
        Assert.True(document.Number("query.idle_before_close_min_ns") > 2 * SecondNs, run.Story());
    }
}
