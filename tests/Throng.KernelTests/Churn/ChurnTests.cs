using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng churn`: every attempt has one outcome, whatever the other end does.</summary>
public sealed class ChurnTests
{
    private static readonly string[] Churn = ["churn", "--json", "-q"];

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Lives_of_each_kind_come_to_a_good_end(string engine)
    {
        using EchoServer server = EchoServer.Start("auto");
        string[] all = [.. Churn, "--engine", engine, "--target", server.Address, "--rate", "500", "--for", "1s"];
        using ThrongProcess exchange = ThrongProcess.Start([.. all, "--content", "/etc/passwd", "--expect-reply",
            "/etc/passwd"]);
        using ThrongProcess bare = ThrongProcess.Start([.. all, "--life", "requests"]);
        using ThrongProcess asking = ThrongProcess.Start(
            [.. all, "--life", "requests", "--requests", "5", "--size", "1000", "--close", "rst", "--lifetime",
                "50ms"]);
        foreach (ThrongProcess run in (ThrongProcess[])[exchange, bare, asking])
        {
            Document document = run.Finish();
            document.Equal(500, document.Number("messages.offered"), "offered");
            long begun = Begun(document, step: 0, of: 500);
            document.Equal(begun, document.Number("messages.answered"), "ok");
            document.Equal(begun, document.Number("connections.opened"), "opened");
            document.Equal(begun, document.Number("churn.steps.0.outcomes.ok"), "ok in the step");
            document.Equal(begun, document.Number("churn.steps.0.life_ns.count"), "lives");
            document.Equal(begun, document.Number("churn.close_ns.count"), "closes");
        }

        Document asked = asking.Document();
        Assert.True(asked.Number("churn.steps.0.life_ns.min") >= 50_000_000, "none ended before its lifetime");
    }

    [Theory]
    [InlineData("churn", "--rate", "400", "--life", "requests", "-n", "150")]
    [InlineData("churn", "--rate", "400", "-n", "150", "--warmup", "200ms")]
    [InlineData("churn", "--rate", "400", "-n", "150", "--warmup", "200ms", "--arrivals", "poisson", "-t", "2")]
    [InlineData("query", "--protocol", "echo", "--arrivals", "poisson", "--rate", "1k", "-n", "150", "-t", "2")]
    [InlineData("query", "--protocol", "echo", "--rate", "1k", "-n", "150", "--warmup", "200ms")]
    [InlineData("monitor", "-c", "40", "--rate", "100", "-n", "150", "--new-rate", "3")]
    public void A_number_of_arrivals_ends_it_and_the_warm_up_is_not_among_them(params string[] words)
    {
        using ThrongProcess run = ThrongProcess.Start([words[0], "--json", "-q", .. words[1..]]);
        Document document = run.Finish();
        document.Equal(150, document.Number("messages.offered"), "offered");
        document.Equal(
            150, document.Number("messages.sent") + document.Number("messages.not_sent"), "sent or not");
        if (words[0] == "churn")
        {
            document.Equal(150, document.Number("churn.steps.0.due"), "due in the step");
            document.Equal(
                document.Number("messages.sent"), document.Number("churn.steps.0.outcomes.ok"), "ended well");
            bool hasWarmUp = words.Contains("--warmup");
            Assert.True(hasWarmUp == document.Number("connections.opened") > 150, "more are opened than counted");
        }
    }

    [Theory]
    [InlineData("uring", "fin")]
    [InlineData("epoll", "rst")]
    public void Connections_are_held_beside_those_that_are_torn_down(string engine, string close)
    {
        using EchoServer server = EchoServer.Start("auto");
        using ThrongProcess run = ThrongProcess.Start(
            [.. Churn, "--engine", engine, "--target", server.Address, "--rate", "200", "--for", "1s", "--held", "300",
                "--life", "requests", "--close", close]);
        Document document = run.Finish();
        long begun = Begun(document, step: 0, of: 200);
        document.Equal(300, document.Number("churn.held.opened"), "held");
        document.Equal(0, document.Number("churn.held.lost"), "lost");
        document.Equal(300, document.Number("connections.closed.drained"), "closed at the end");
        document.Equal(300 + begun, document.Number("connections.opened"), "opened");
        document.Equal(begun, document.Number("churn.ok"), "torn down");
        Assert.InRange(document.Number("connections.peak"), 300, 400);
    }

    [Fact]
    public void Held_connections_that_end_meanwhile_are_told_and_those_that_cannot_be_opened_too()
    {
        string path = ControlClient.NewPath();
        using ThrongProcess server = ThrongProcess.Start(
            "serve", "--listen", "127.0.0.1:7000", "-q", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        control.Ask("status"); // answers once it listens
        string[] all = [.. Churn, "--target", "127.0.0.1:7000", "--held", "50", "--rate", "20", "--life", "requests"];
        string own = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start([.. all, "--for", "4s", "--control", own]);
        using ControlClient watch = ControlClient.To(own, run);
        Eventually.Holds(() => watch.Status("opened") > 55, run.Story); // the lives have begun
        server.Signal(ThrongProcess.SIGTERM);
        server.EndsInOrder();
        run.Ends(1);
        Document document = run.Document().AddsUp();
        document.Equal(50, document.Number("churn.held.opened"), "held");
        document.Equal(50, document.Number("churn.held.lost"), "lost");
        Assert.Contains("held-beside-lost", run.OutputText, StringComparison.Ordinal);
        using ThrongProcess none = ThrongProcess.Start([.. all, "--for", "500ms"]);
        none.Ends(1);
        none.Document().Equal(0, none.Document().Number("churn.held.opened"), "held");
    }

    [Fact]
    public void Half_of_the_connections_reset_are_half_of_the_outcomes()
    {
        using ResettingServer server = new();
        using ThrongProcess run = ThrongProcess.Start(
            [.. Churn, "--target", server.Address, "--rate", "300", "--for", "1s", "--content", "/etc/hostname"]);
        Document document = run.Finish();
        long begun = Begun(document, step: 0, of: 300);
        document.Equal(begun, document.Number("messages.sent"), "attempts");
        document.Equal(begun - (begun / 2), document.Number("churn.steps.0.outcomes.ok"), "ok");
        document.Equal(begun / 2, document.Number("churn.steps.0.outcomes.reset_before_reply"), "reset");
        document.Equal(begun / 2, document.Number("messages.lost"), "lost");
        Assert.Equal(begun, server.Accepted);
    }

    [Fact]
    public void Nothing_listening_refuses_each_and_says_so()
    {
        using ThrongProcess run = ThrongProcess.Start(
            [.. Churn, "--target", $"127.0.0.1:{FreePort.One()}", "--rate", "200", "--rate", "100", "--step", "500ms",
                "--cooldown", "100ms"]);
        run.Ends(1);
        Document document = run.Document().AddsUp();
        long[] begun = [Begun(document, step: 0, of: 100), Begun(document, step: 1, of: 50)];
        document.Equal(begun[0], document.Number("churn.steps.0.outcomes.refused"), "refused at 200/s");
        document.Equal(begun[1], document.Number("churn.steps.1.outcomes.refused"), "refused at 100/s");
        document.Equal(0, document.Number("churn.steps.1.outcomes.ok"), "ok");
    }

    [Fact]
    public void A_black_hole_is_seen_as_timeouts_and_fills_what_may_be_in_flight()
    {
        using NetworkNamespace place = new();
        place.Nft("add table inet t; add chain inet t in { type filter hook input priority 0; }; "
            + "add rule inet t in tcp dport 7000 drop");
        string[] all = [.. Churn, "--target", "127.0.0.1:7000", "--rate", "200", "--for", "1s"];
        using ThrongProcess some = ThrongProcess.Start(place.Launch, [.. all, "--timeout", "300ms"]);
        using ThrongProcess full = ThrongProcess.Start(
            place.Launch, [.. all, "--timeout", "8s", "--in-flight-max", "10"]);
        some.Ends(1);
        Document document = some.Document().AddsUp();
        long begun = Begun(document, step: 0, of: 200);
        document.Equal(begun, document.Number("churn.steps.0.outcomes.timeout_connect"), "timeouts");
        document.Equal(begun, document.Number("messages.timed_out"), "timed out");
        full.Ends(1);
        document = full.Document().AddsUp();
        document.Equal(10, Begun(document, step: 0, of: 200), "as many as may be in flight");
        document.Equal(10, document.Number("churn.steps.0.outcomes.timeout_connect"), "timeouts");
        Assert.InRange(document.Number("churn.steps.0.in_flight_full"), 1, 190);
        document.Equal(190, document.Number("messages.not_sent"), "not sent");
    }

    [Fact]
    public void Ports_that_are_not_there_are_refused_beforehand_and_counted_when_forced()
    {
        using NetworkNamespace place = new();
        place.Set("net.ipv4.tcp_timestamps", 0); // no port in TIME_WAIT is used again
        string path = ControlClient.NewPath();
        using ThrongProcess server = ThrongProcess.Start(
            place.Launch, "serve", "--listen", "127.0.0.1:7000", "-q", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        control.Ask("status"); // answers once it listens
        string[] few = [.. Churn, "--target", "127.0.0.1:7000", "--source-ports", "50000-50009", "--in-flight-max",
            "10", "--rate", "100", "--for", "1s", "--life", "requests"];
        using ThrongProcess refused = ThrongProcess.Start(place.Launch, few);
        refused.Ends(3);
        Assert.Contains("sysctl -w net.ipv4.tcp_timestamps=1", refused.ErrorText, StringComparison.Ordinal);
        using ThrongProcess forced = ThrongProcess.Start(place.Launch, [.. few, "--force", "--lifetime", "200ms"]);
        forced.Ends(1); // what was forced failed for want of ports
        Document document = forced.Document().AddsUp();
        long ok = document.Number("churn.steps.0.outcomes.ok");
        Assert.InRange(ok, 10, 99);
        _ = Begun(document, step: 0, of: 100);
    }

    [Theory]
    [InlineData("uring", "127.0.0.1")]
    [InlineData("epoll", "127.0.0.1")]
    [InlineData("uring", "[::1]")]
    public void Ports_in_TIME_WAIT_are_bound_and_used_again_at_once(string engine, string host)
    {
        using NetworkNamespace place = new();
        place.Set("net.ipv4.tcp_tw_reuse", 0); // as it is towards other hosts
        string path = ControlClient.NewPath();
        using ThrongProcess server = ThrongProcess.Start(
            place.Launch, "serve", "--listen", $"{host}:7000", "-q", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        control.Ask("status"); // answers once it listens
        string[] all = [.. Churn, "--engine", engine, "--target", $"{host}:7000", "--rate", "1k", "--for", "2s",
            "--life", "requests", "--requests", "1", "--in-flight-max", "150"];
        foreach (string ports in (string[])["50000-50199", "20000-20199"])
        {
            using ThrongProcess run = ThrongProcess.Start(place.Launch, [.. all, "--source-ports", ports]);
            Document document = run.Finish();
            long begun = Begun(document, step: 0, of: 2_000);
            Assert.True(begun > 400, $"{begun} connections from 200 ports");
            document.Equal(begun, document.Number("churn.steps.0.outcomes.ok"), "ok");

            // A port whose FIN a server without a CPU has not answered yet is not in TIME_WAIT: another one is taken.
            Assert.InRange(document.Number("churn.port_collisions"), 0, begun / 4);
        }
    }

    [Fact]
    public void Bound_ports_in_TIME_WAIT_leave_other_programs_something_to_connect_from()
    {
        using NetworkNamespace place = new();
        place.Set("net.ipv4.tcp_tw_reuse", 0);
        place.SetPorts(50_000, 50_399);
        string path = ControlClient.NewPath();
        using ThrongProcess server = ThrongProcess.Start(
            place.Launch, "serve", "--listen", "127.0.0.1:7000", "--listen", "127.0.0.1:7001", "-q", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        control.Ask("status");

        // Connections to another target hold every port meanwhile, which keeps none of them from being bound.
        string holdPath = ControlClient.NewPath();
        using ThrongProcess hold = ThrongProcess.Start(place.Launch, "hold", "400", "--target", "127.0.0.1:7001",
            "--source", "127.0.0.1", "--close", "rst", "-q", "--json", "--control", holdPath);
        using ControlClient held = ControlClient.To(holdPath, hold);
        Eventually.Holds(() => place.Sockets().TcpInUse > 800, () => "400 connections are held");
        using ThrongProcess run = ThrongProcess.Start(place.Launch, [.. Churn, "--target", "127.0.0.1:7000", "--rate",
            "1k", "--for", "1s", "--life", "requests", "--requests", "1", "--in-flight-max", "100"]);
        Document document = run.Finish();
        long begun = Begun(document, step: 0, of: 1_000);
        document.Equal(begun, document.Number("churn.steps.0.outcomes.ok"), "ok");
        held.Ask("quit");
        hold.Ends(0);

        using ThrongProcess after = ThrongProcess.Start(place.Launch, "hold", "150", "--target", "127.0.0.1:7001",
            "--for", "1s", "-q", "--json");
        document = after.Finish();
        document.Equal(150, document.Number("connections.opened"), "opened");
    }

    /// <summary>How many of those due were attempted; a starved generator begins fewer, and says so.</summary>
    private static long Begun(Document document, int step, long of)
    {
        long attempted = document.Number($"churn.steps.{step}.attempted");
        document.Equal(of, attempted + document.Number($"churn.steps.{step}.not_sent"), "attempted or not sent");
        Assert.InRange(attempted, 1, of);
        return attempted;
    }
}
