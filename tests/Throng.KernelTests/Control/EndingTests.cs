using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>However a run ends: one JSON document on standard output, the exit code as designed, nothing left
/// behind.</summary>
public sealed class EndingTests
{
    public static TheoryData<string, int[], bool> Signals()
    {
        TheoryData<string, int[], bool> cases = [];
        foreach (string engine in (string[])["uring", "epoll"])
        {
            foreach (bool onPlateau in (bool[])[false, true])
            {
                cases.Add(engine, [ThrongProcess.SIGINT], onPlateau);
                cases.Add(engine, [ThrongProcess.SIGINT, ThrongProcess.SIGINT], onPlateau);
                cases.Add(engine, [ThrongProcess.SIGTERM], onPlateau);
                cases.Add(engine, [ThrongProcess.SIGHUP, ThrongProcess.SIGHUP], onPlateau);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void A_signal_ends_a_load_with_a_document(string engine, int[] signals, bool onPlateau)
    {
        Requirement.Engine(engine);
        string path = ControlClient.NewPath();
        string[] rate = onPlateau ? [] : ["--connect-rate", "2000"];
        using ThrongProcess run = ThrongProcess.Start(
            ["hold", "1000", .. rate, "--json", "--engine", engine, "--control", path]);
        using (ControlClient control = ControlClient.To(path, run))
        {
            Eventually.Holds(
                () => control.Status("held") is var held && (onPlateau ? held == 1000 : held > 50), run.Story);
        }

        Array.ForEach(signals, run.Signal);
        run.Ends(0);
        Document document = run.Document().AddsUp();
        string name = signals[0] switch
        {
            ThrongProcess.SIGINT => "SIGINT",
            ThrongProcess.SIGHUP => "SIGHUP",
            _ => "SIGTERM",
        };
        Assert.Equal(name, document.Text("ended_by"));
        document.Equal(0, document.Number("connections.open"), "open");
        long held = document.Number("connections.held");
        Assert.InRange(held, onPlateau ? 1000 : 50, onPlateau ? 1000 : 999);
        Assert.False(File.Exists(path), "the control socket is removed");
        Assert.Empty(Mentioning(path));
    }

    /// <summary>The kernel takes the io_uring of a killed process down, and its listener with it, only later.</summary>
    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_server_that_was_killed_can_be_started_again_at_once(string engine)
    {
        Requirement.Engine(engine);
        int port = FreePort.One();
        for (int round = 0; round < 10; round++)
        {
            using ThrongProcess server = ThrongProcess.Start(
                "serve", "--listen", $"127.0.0.1:{port}", "--engine", engine, "--threads", "1", "-q");
            Peer.ConnectTo(port, server).Dispose();
            server.Signal(ThrongProcess.SIGKILL);
            server.Ends(128 + ThrongProcess.SIGKILL);
        }
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_second_signal_ends_a_drain_that_waits(string engine)
    {
        Requirement.Engine(engine);
        using Socket silent = Peer.Listen(); // takes pings and answers none, so that the drain waits for replies
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "20", "--target", $"127.0.0.1:{Peer.PortOf(silent)}", "--ping", "--ping-interval", "50ms-100ms",
            "--json", "--engine", engine, "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => control.Ask("status").Contains("20 sent", StringComparison.Ordinal), run.Story);
        run.Signal(ThrongProcess.SIGINT);
        control.AwaitEnding(run); // the first signal drains
        run.Signal(ThrongProcess.SIGINT);
        run.Ends(0);
        Document document = run.Document().AddsUp();
        document.Equal(20, document.Number("connections.held"), "held");
        document.Equal(20, document.Number("messages.sent"), "sent");
        document.Equal(20, document.Number("messages.lost"), "messages lost");
        document.Equal(20, document.Count("connections.closed", "drained"), "drained");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_signal_ends_a_server_with_a_document(string engine)
    {
        Requirement.Engine(engine);
        int port = FreePort.One();
        using ThrongProcess server = ThrongProcess.Start(
            "serve", "--listen", $"127.0.0.1:{port}", "--json", "--engine", engine);
        using Socket client = Peer.ConnectTo(port, server);
        Assert.True(Peer.Echoes(client));
        server.Signal(ThrongProcess.SIGINT);
        server.Ends(0);
        Document document = server.Document().AddsUp();
        Assert.Equal("SIGINT", document.Text("ended_by"));
        document.Equal(1, document.Number("connections.opened"), "opened");
        document.Equal(1, document.Count("connections.closed", "drained"), "drained");
        Assert.Equal(0, client.Receive(new byte[1])); // an orderly end
    }

    [Fact]
    public void Who_ignores_the_hangup_for_it_lets_it_go_on()
    {
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            new Launch { Program = "nohup" }, ThrongProcess.ProgramPath, "hold", "10", "--json", "-q", "--control",
            path);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => control.Status("held") == 10, run.Story);
        run.Signal(ThrongProcess.SIGHUP);
        Assert.Equal(10, control.Status("held"));
        run.Signal(ThrongProcess.SIGTERM);
        Assert.Equal("SIGTERM", run.Finish().Text("ended_by"));
    }

    [Fact]
    public void A_reader_that_has_gone_is_no_failure_and_leaves_the_file()
    {
        string file = Path.GetTempFileName();
        using ThrongProcess run = ThrongProcess.Run(
            new Launch { ClosesOutput = true }, 0, "hold", "10", "--for", "200ms", "--json", "--out", file, "-q");
        Assert.Empty(run.ErrorText);
        new Document(File.ReadAllText(file), run.Story()).AddsUp();
        File.Delete(file);
    }

    [Theory]
    [InlineData("hold", "10", "--for", "200ms", "--json", "-q")]
    [InlineData("hold", "10", "--for", "200ms", "-q")]
    [InlineData("hold", "--help")]
    [InlineData("hold", "--conections", "5", "--json")]
    public void A_full_disk_behind_standard_output_is_said(params string[] arguments)
    {
        int exitCode = arguments.Contains("--conections") ? 2 : 1;
        using ThrongProcess run = ThrongProcess.Run(new Launch { Redirection = ">/dev/full" }, exitCode, arguments);
        Assert.Contains("standard output: no space left", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void An_out_file_without_a_directory_is_refused_before_the_run()
    {
        using ThrongProcess run = ThrongProcess.Run(3, "hold", "10", "--out", "/nonexistent/throng/run.json", "--json");
        Assert.Equal(
            "--out: there is no directory /nonexistent/throng", run.Document().Text("error.what"));
        Assert.Single(run.Error.Lines());
    }

    [Fact]
    public void An_out_file_that_cannot_be_written_ends_with_one_and_the_device_stays()
    {
        using ThrongProcess run = ThrongProcess.Run(
            1, "hold", "10", "--for", "200ms", "--out", "/dev/full", "--json", "-q");
        run.Document().AddsUp();
        Assert.Contains("cannot write --out /dev/full: no space left", run.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles("/dev"), name => name.EndsWith(".part", StringComparison.Ordinal));
        Assert.Throws<IOException>(() => File.WriteAllText("/dev/full", "still a device"));
    }

    [Fact]
    public void An_out_file_may_be_a_pipe()
    {
        using ThrongProcess run = ThrongProcess.Run(
            new Launch { Redirection = "3>&1 1>/dev/null" }, 0,
            "hold", "10", "--for", "200ms", "--out", "/proc/self/fd/3", "-q");
        run.Document().AddsUp();
    }

    [Fact]
    public void A_name_that_does_not_resolve_is_setup()
    {
        using ThrongProcess run = ThrongProcess.Run(3, "hold", "10", "--target", "no-such-host.invalid:7000", "--json");
        Assert.Contains("no-such-host.invalid", run.Document().Text("error.what"), StringComparison.Ordinal);
        Assert.Single(run.Error.Lines());
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_port_in_use_is_setup(string engine)
    {
        Requirement.Engine(engine);
        using Socket taken = Peer.Listen();
        string address = $"127.0.0.1:{Peer.PortOf(taken)}";
        using ThrongProcess run = ThrongProcess.Run(3, "serve", "--listen", address, "--json", "--engine", engine);
        Assert.Contains($"cannot listen on {address}", run.Document().Text("error.what"), StringComparison.Ordinal);
        Assert.Contains("EADDRINUSE", Assert.Single(run.Error.Lines()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown option --conections", "--connections", "hold", "--conections", "5", "--json")]
    [InlineData("unknown command 'hodl'", "hold", "hodl", "5", "--json")]
    [InlineData("--engine", "epoll", "hold", "5", "--engine", "epol", "--json")]
    [InlineData("-q contradicts", "-v", "hold", "5", "-q", "-v", "--json")]
    public void Bad_usage_is_one_line_and_a_document(string what, string nearest, params string[] arguments)
    {
        using ThrongProcess run = ThrongProcess.Run(2, arguments);
        string line = Assert.Single(run.Error.Lines());
        Assert.Contains(what, line, StringComparison.Ordinal);
        Assert.Contains(nearest, line, StringComparison.Ordinal);
        run.Document().Equal(2, run.Document().Number("error.exit_code"), "exit code");
    }

    [Fact]
    public void What_the_environment_says_counts_as_an_option()
    {
        Launch launch = new()
        {
            Environment = new Dictionary<string, string> { ["THRONG_FOR"] = "200ms", ["THRONG_ENGINE"] = "epoll" },
        };
        Stopwatch clock = Stopwatch.StartNew();
        using ThrongProcess run = ThrongProcess.Run(launch, 0, "hold", "10", "--json");
        Assert.Equal("epoll", run.Document().AddsUp().Text("host.engine"));
        Assert.True(clock.ElapsedMilliseconds >= 200, "as long as it was told");
    }

    /// <summary>Processes whose command line has this in it.</summary>
    private static List<string> Mentioning(string text)
    {
        List<string> found = [];
        string[] folders = Directory.GetDirectories("/proc");
        foreach (string folder in folders.Where(one => char.IsAsciiDigit(Path.GetFileName(one)[0])))
        {
            try
            {
                string commandLine = File.ReadAllText(Path.Combine(folder, "cmdline"));
                if (commandLine.Contains(text, StringComparison.Ordinal))
                {
                    found.Add(commandLine);
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return found;
    }
}
