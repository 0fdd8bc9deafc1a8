using Xunit;

namespace Throng.KernelTests;

/// <summary>`result`: the document of a run that goes on. Its sums hold whenever it is asked for.</summary>
public sealed class ResultTests
{
    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Asked_a_hundred_times_while_servers_die_every_sum_holds(string engine)
    {
        Requirement.Engine(engine);
        EchoServer server = EchoServer.Start(engine);
        try
        {
            string path = ControlClient.NewPath();
            using ThrongProcess run = ThrongProcess.Start(
                "query", "--protocol", "echo", "--target", server.Address, "-c", "100", "--rate", "5k", "--timeout",
                "200ms", "--threads", "2", "--engine", engine, "--json", "-q", "--control", path);
            using ControlClient control = ControlClient.To(path, run);
            Eventually.Holds(() => control.Status("offered") > 100, run.Story);
            long offered = 0;
            for (int round = 0; round < 100; round++)
            {
                switch (round % 20)
                {
                    case 5:
                        server.Stop(); // queries are under way, and time out
                        break;

                    case 10:
                        server.Kill(); // or are lost
                        break;

                    case 15:
                        int port = server.Port;
                        server.Dispose();
                        server = EchoServer.StartAt(port, engine);
                        break;
                }

                Document sofar = SoFar(control, run);
                Assert.InRange(sofar.Number("messages.offered"), offered, long.MaxValue);
                offered = sofar.Number("messages.offered");
                Assert.InRange(sofar.Length("series"), 0, 60);
                Assert.True(sofar.Number("response_ns.count") > 0, run.Story());
            }

            control.Ask("quit");
            Document document = run.FinishAsJudged();
            Assert.True(document.Number("messages.offered") >= offered, run.Story());
            Assert.True(document.Number("messages.lost") + document.Number("messages.timed_out") > 0, run.Story());
            Assert.False(document.Has("messages.under_way") || document.Has("connections.connecting"));
        }
        finally
        {
            server.Dispose();
        }
    }

    [Theory]
    [InlineData("hold 100 --ping --ping-interval 50ms-100ms", "hold.ramp_up_ns")]
    [InlineData("monitor -c 20 --rate 400", "monitor.lasting")]
    [InlineData("churn --life requests --requests 1 --rate 300", "churn.ok")]
    [InlineData("saturate --start 100 --step 500ms --rate-max 100k --cooldown 100ms", "saturate.last_good_per_s")]
    [InlineData("query --protocol echo -c 7 --rate 900 --transport udp", "query.counted_ns")]
    [InlineData("query --protocol echo -c 7 --rate 900 --tls", "query.answers")]
    [InlineData("bench -c 10 --rounds 1000", "bench.steps")]
    public void Every_load_tells_its_own_section_and_its_sums(string command, string own)
    {
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start([.. command.Split(' '), "--json", "-q", "--control", path]);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(
            () => SoFar(control, run) is var sofar && sofar.Has(own) && sofar.Number("connections.opened") > 0
                && sofar.Length("series") > 0, run.Story);
        control.Ask("quit");
        _ = run.FinishAsJudged();
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_server_answers_too(string engine)
    {
        Requirement.Engine(engine);
        int port = FreePort.One();
        string path = ControlClient.NewPath();
        using ThrongProcess server = ThrongProcess.Start(
            "serve", "--listen", $"127.0.0.1:{port}", "--engine", engine, "--json", "-q", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        using System.Net.Sockets.Socket client = Peer.ConnectTo(port, server);
        Assert.True(Peer.Echoes(client));
        Document sofar = SoFar(control, server);
        sofar.Equal(1, sofar.Number("connections.opened"), "opened");
        sofar.Equal(1, sofar.Number("connections.open"), "open");
        Assert.Equal("echo", sofar.Text("serve.mode"));
        control.Ask("quit");
        _ = server.Finish();
    }

    /// <summary>A log that the end closes goes on behind it.</summary>
    [Fact]
    public void Asking_ends_no_log_of_queries()
    {
        string log = Path.GetTempFileName();
        string path = ControlClient.NewPath();
        try
        {
            using ThrongProcess run = ThrongProcess.Start(
                "query", "--protocol", "echo", "-c", "10", "--rate", "1k", "-n", "2000", "--per-query", log, "--json",
                "-q", "--control", path);
            using ControlClient control = ControlClient.To(path, run);
            Eventually.Holds(() => control.Status("queries") is > 100 and < 1500, run.Story);
            Assert.True(SoFar(control, run).Has("query.log_rows"), run.Story());
            Document document = run.FinishAsJudged();
            document.Equal(2000, document.Number("messages.offered"), "offered");
            document.Equal(0, document.Number("query.log_dropped"), "rows dropped");
            document.Equal(
                document.Number("query.log_rows"), File.ReadLines(log).Count() - 1, "rows of the log");
            Assert.True(document.Number("query.log_rows") >= 4000, run.Story());
        }
        finally
        {
            File.Delete(log);
        }
    }

    [Fact]
    public void Report_reads_what_ctl_prints()
    {
        string path = ControlClient.NewPath();
        string file = Path.GetTempFileName();
        try
        {
            using ThrongProcess run = ThrongProcess.Start("hold", "50", "--json", "-q", "--control", path);
            using (ControlClient control = ControlClient.To(path, run))
            {
                control.Await("held", 50, run);
                using ThrongProcess asked = ThrongProcess.Run(0, "ctl", path, "result");
                File.WriteAllText(file, asked.OutputText);
                using ThrongProcess report = ThrongProcess.Run(0, "report", file);
                Assert.StartsWith("held 50 of 50", report.OutputText, StringComparison.Ordinal);
                Assert.Contains("so far, running", report.OutputText, StringComparison.Ordinal);
                control.Ask("quit");
            }

            _ = run.Finish();
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Document SoFar(ControlClient control, ThrongProcess run)
    {
        Document document = new Document(control.Ask("result"), run.Story()).AddsUp();
        Assert.True(document.IsRunning, run.Story());
        return document;
    }
}
