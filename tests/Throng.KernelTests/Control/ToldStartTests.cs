using System.Globalization;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`--start-at told`: a load waits for the word, and its end in each phase is in order.</summary>
public sealed class ToldStartTests
{
    [Theory]
    [InlineData("query --protocol echo -c 20 --rate 500 --for 1s", true)]
    [InlineData("monitor -c 20 --rate 500 --for 1s", true)]
    [InlineData("churn --life requests --requests 1 --rate 200 --for 1s", false)]
    [InlineData("hold 20 --for 1s", false)]
    [InlineData("bench -c 10 --rounds 2", false)]
    public void It_waits_and_begins_when_it_is_told(string command, bool opensBefore)
    {
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            [.. command.Split(' '), "--start-at", "told", "--json", "-q", "--control", path]);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => control.Ask("ready") == "ready", run.Story);
        Thread.Sleep(1200); // longer than any of them would wait for by itself
        Document waiting = new Document(control.Ask("result"), run.Story()).AddsUp();
        Assert.Equal("told", waiting.Text("options.start_at"));
        waiting.Equal(opensBefore ? 20 : 0, waiting.Number("connections.opened"), "opened before the start");
        Assert.False(waiting.Has("messages"), run.Story());
        Assert.StartsWith("waits to be told to start", waiting.Text("verdict.text"), StringComparison.Ordinal);
        Assert.Contains("waits to be told, ready", control.Ask("status"), StringComparison.Ordinal);
        (bool isRefused, string why) = control.Exchange("start 2020-01-01T00:00:00Z");
        Assert.True(isRefused, why);
        Assert.Contains("is over since", why, StringComparison.Ordinal);
        Assert.StartsWith("starts now", control.Ask("start"), StringComparison.Ordinal);
        (isRefused, why) = control.Exchange("start");
        Assert.True(isRefused, why);
        Assert.StartsWith("it has been told already", why, StringComparison.Ordinal);
        Document document = run.FinishAsJudged();
        Assert.NotEqual("told", document.Text("options.start_at"));
        Assert.True(document.Number("connections.opened") > 0, run.Story());
        Assert.Contains(document.Text("ended_by"), (string[])["duration", "rounds"]);
        if (command.StartsWith("query", StringComparison.Ordinal))
        {
            document.Equal(500, document.Number("messages.offered"), "offered");
        }
    }

    [Fact]
    public void It_begins_at_the_moment_that_it_is_told()
    {
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "query", "--protocol", "echo", "-c", "5", "--rate", "100", "--for", "500ms", "--start-at", "told", "--json",
            "-q", "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => control.Ask("ready") == "ready", run.Story);
        DateTime at = DateTime.UtcNow.AddSeconds(2);
        string moment = at.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture);
        Assert.Equal($"starts at {at:yyyy-MM-ddTHH:mm:ss.FFFFFFF}Z", control.Ask($"start {moment}00Z"));
        Document document = run.FinishAsJudged();
        Assert.Equal(moment + "Z", document.Text("options.start_at"));
        document.Equal(1, document.Events("told to start at "), "events");
        document.Equal(50, document.Number("messages.offered"), "offered");
        Assert.True(document.Number("duration_ns") > 2_000_000_000, run.Story());
    }

    [Fact]
    public void A_run_that_does_not_wait_refuses_the_word()
    {
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start("hold", "5", "--json", "-q", "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        (bool isRefused, string why) = control.Exchange("start");
        Assert.True(isRefused, why);
        Assert.Equal("this run does not wait to be told; --start-at told makes one that does", why);
        control.Ask("quit");
        _ = run.Finish();
    }

    [Theory]
    [InlineData("query --protocol echo -c 20 --rate 500")]
    [InlineData("hold 20")]
    [InlineData("bench -c 10 --rounds 2")]
    [InlineData("saturate")]
    [InlineData("churn --rate 100")]
    public void A_signal_while_it_waits_ends_it_with_a_document(string command)
    {
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            [.. command.Split(' '), "--start-at", "told", "--json", "-q", "--control", path]);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => control.Ask("ready") == "ready", run.Story);
        run.Signal(ThrongProcess.SIGINT);
        Document document = run.Finish();
        Assert.Equal("SIGINT", document.Text("ended_by"));
        Assert.Equal("told", document.Text("options.start_at"));
        Assert.Equal("not started: ended by SIGINT before it was told to", document.Text("verdict.text"));
        Assert.False(document.Has("messages"), run.Story());
    }

    public static TheoryData<string, string> Phases()
    {
        TheoryData<string, string> cases = [];
        foreach (string phase in (string[])["connecting", "waiting", "running", "draining"])
        {
            cases.Add(phase, "query --protocol echo -c 20 --rate 500");
            cases.Add(phase, "hold 20 --ping --ping-interval 50ms-100ms");
        }

        return cases;
    }

    /// <summary>Whoever started it is gone: its pipe ends.</summary>
    [Theory]
    [MemberData(nameof(Phases))]
    public void The_end_of_a_pipe_ends_it_in_every_phase_and_its_file_is_written(string phase, string command)
    {
        using System.Net.Sockets.Socket silent = Peer.Listen(); // takes connections and answers nothing
        bool isSlow = phase == "connecting";
        string file = Path.Combine(Path.GetTempPath(), $"throng-{Guid.NewGuid():N}.json");
        string path = ControlClient.NewPath();
        string[] rate = isSlow ? ["--connect-rate", "1"] : [];
        using ThrongProcess run = ThrongProcess.Start(
            [.. command.Split(' '), .. rate, "--target", $"127.0.0.1:{Peer.PortOf(silent)}", "--until-eof", "--quiet",
                "--control", path, "--out", file, "--start-at", "told"]);
        try
        {
            using ControlClient control = ControlClient.To(path, run);
            if (!isSlow)
            {
                Eventually.Holds(() => control.Ask("ready") == "ready", run.Story);
            }

            if (phase is "running" or "draining" || (isSlow && command.StartsWith("hold", StringComparison.Ordinal)))
            {
                control.Ask("start");
            }

            if (phase is "running" or "draining")
            {
                Eventually.Holds(
                    () => new Document(control.Ask("result"), run.Story()).AddsUp() is var sofar
                        && sofar.Has("messages") && sofar.Number("messages.sent") > 0, run.Story);
            }

            if (phase == "draining")
            {
                control.Ask("quit");
                control.AwaitEnding(run); // it waits for answers
            }

            run.CloseInput();
            run.EndsInOrder();
            Document document = new Document(File.ReadAllText(file), run.Story()).AddsUp();
            Assert.Equal("quit", document.Text("ended_by"));
            document.Equal(0, document.Number("connections.open"), "open");
            Assert.False(File.Exists(path), "the control socket is removed");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
