using Xunit;

namespace Throng.KernelTests;

/// <summary>A run that somebody follows from outside, and what is left of one when its surroundings fail.</summary>
public sealed class FollowedRunTests
{
    private const int SIGUSR1 = 10;

    [Theory]
    [InlineData("requested     20", "hold", "20")]
    [InlineData("listeners     1", "serve", "--listen")]
    public void A_signal_prints_the_status_and_the_run_goes_on(string line, params string[] command)
    {
        string[] where = command[0] == "serve" ? [$"127.0.0.1:{FreePort.One()}"] : [];
        using ThrongProcess run = ThrongProcess.Start([.. command, .. where, "--for", "1h", "--json"]);
        // Once it has shown anything, the handler is there.
        Eventually.Holds(() => run.ErrorText.Contains('\n', StringComparison.Ordinal), run.Story);
        for (int times = 1; times <= 2; times++)
        {
            run.Signal(SIGUSR1);
            Eventually.Holds(() => run.ErrorText.Split(line).Length == times + 1, run.Story);
        }

        run.Signal(ThrongProcess.SIGTERM);
        Assert.Equal("SIGTERM", run.Finish().Text("ended_by"));
    }

    [Fact]
    public void A_stream_comes_while_the_run_goes_on()
    {
        using ThrongProcess run = ThrongProcess.Start("hold", "20", "--for", "1h", "--json-stream", "-", "-q");
        Eventually.Holds(
            () => run.OutputText.Contains("{\"event\":\"interval\",", StringComparison.Ordinal), run.Story);
        Assert.StartsWith("{\"event\":\"start\",", run.OutputText, StringComparison.Ordinal);
        run.Signal(ThrongProcess.SIGINT);
        run.Ends(0);
        string last = run.OutputText.TrimEnd('\n').Split('\n')[^1];
        Assert.StartsWith("{\"event\":\"verdict\",", last, StringComparison.Ordinal);
        Assert.Contains("\"ended_by\":\"SIGINT\"", last, StringComparison.Ordinal);
        Assert.Contains("{\"event\":\"event\",\"t_ns\":", run.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_goes_away_is_said_once_and_the_run_goes_on()
    {
        Requirement.OwnNetwork();
        string file = Path.GetTempFileName();
        using ThrongProcess run = ThrongProcess.Run(
            new Launch { ClosesOutput = true }, 0,
            "hold", "10", "--for", "1500ms", "--json-stream", "-", "--out", file, "-q");
        Assert.Equal(
            "throng hold: --json-stream: its reader has gone; the run goes on without it", run.ErrorText.TrimEnd());
        new Document(File.ReadAllText(file), run.Story()).AddsUp();
        File.Delete(file);
    }

    [Fact]
    public void A_full_disk_leaves_what_was_there_before_and_no_half_file()
    {
        Needs.Root();
        string directory = Directory.CreateTempSubdirectory("throng-").FullName;
        Launch launch = new()
        {
            Before = $"unshare -m bash -c 'mount -t tmpfs -o size=4k tmpfs {directory} && cd {directory} && "
                + "echo before >run.json && \"$0\" \"$@\"; code=$?; echo \"left: $(ls -A) $(cat run.json)\" >&2; "
                + "exit $code' ",
        };
        using ThrongProcess run = ThrongProcess.Run(
            launch, 1, "hold", "10", "--for", "200ms", "-q",
            "--out", "run.json", "--junit", "junit.xml", "--hlog", "run.hlog");
        Assert.Contains("cannot write --out run.json: no space left", run.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain(".part", run.ErrorText, StringComparison.Ordinal);
        Assert.EndsWith("left: run.json before", run.ErrorText.TrimEnd(), StringComparison.Ordinal);
        Assert.StartsWith("held 10 of 10", run.OutputText, StringComparison.Ordinal);
        Directory.Delete(directory);
    }

    [Fact]
    public void A_server_that_is_killed_leaves_the_load_with_a_document()
    {
        int port = FreePort.One();
        string file = Path.GetTempFileName();
        using ThrongProcess server = ThrongProcess.Start("serve", "--listen", $"127.0.0.1:{port}", "-q");
        using (Peer.ConnectTo(port, server))
        {
            // It accepts now.
        }

        using ThrongProcess run = ThrongProcess.Start(
            "hold", "50", "--target", $"127.0.0.1:{port}", "--for", "1h", "--out", file);
        Eventually.Holds(() => run.ErrorText.Contains("held 50/50", StringComparison.Ordinal), run.Story);
        server.Signal(ThrongProcess.SIGKILL);
        Eventually.Holds(() => run.ErrorText.Contains("held 0/50", StringComparison.Ordinal), run.Story);
        run.Signal(ThrongProcess.SIGTERM);
        run.Ends(0);
        Document document = new Document(File.ReadAllText(file), run.Story()).AddsUp();

        // On a busy machine a server dies slowly, and some of those that were lost come back to it for a moment.
        document.Equal(document.Number("connections.opened"), document.Number("connections.lost"), "lost");
        Assert.InRange(document.Number("connections.lost"), 50, 100);
        File.Delete(file);
    }

    [Fact]
    public void A_run_that_is_killed_leaves_no_file_at_all()
    {
        string directory = Directory.CreateTempSubdirectory("throng-").FullName;
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "10", "--for", "1h", "--out", $"{directory}/run.json", "--csv", $"{directory}/run.csv");
        Eventually.Holds(() => run.ErrorText.Contains("held 10/10", StringComparison.Ordinal), run.Story);
        run.Signal(ThrongProcess.SIGKILL);
        run.Ends(128 + ThrongProcess.SIGKILL);
        Assert.Empty(Directory.GetFiles(directory));
        Directory.Delete(directory);
    }
}
