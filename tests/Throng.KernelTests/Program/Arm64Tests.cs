using System.Text;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// The native program of arm64, emulated: every command does its work on epoll and counts right. How long it takes says
/// nothing here.
/// </summary>
public sealed class Arm64Tests
{
    [Fact]
    public void Says_its_version()
    {
        using ThrongProcess run = Start("--version");
        run.Ends(0);
        Assert.StartsWith("throng ", run.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_says_why_io_uring_does_not_work()
    {
        using ThrongProcess run = Start("doctor", "--json");
        run.Ends(0);
        Document document = run.Document();
        Assert.Contains("with epoll (io_uring does not work here: io_uring_setup: ENOSYS", document.Text("plan"),
            StringComparison.Ordinal);
        Assert.True(document.Number("possible") > 0, run.Story());
    }

    [Fact]
    public void An_engine_that_is_not_there_is_refused_with_the_reason()
    {
        using ThrongProcess run = Start("hold", "10", "--engine", "uring", "--for", "1s");
        run.Ends(3);
        Assert.Contains("io_uring_setup: ENOSYS", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Holds_all_connections_and_pings_them()
    {
        using ThrongProcess run = Start("hold", "200", "--ping", "--ping-interval", "300ms", "--for", "5s", "--json");
        Document document = run.Finish();
        Assert.Equal("epoll", document.Text("host.engine"));
        Assert.Contains("io_uring_setup: ENOSYS", document.Text("host.engine_reason"), StringComparison.Ordinal);
        document.Equal(200, document.Number("connections.held"), "held");
        document.Equal(200, document.Number("connections.opened"), "opened");
        document.Equal(0, document.Number("connections.lost"), "lost");
        Assert.True(document.Number("messages.answered") > 0, run.Story());
        document.Equal(0, document.Number("messages.timed_out"), "timed out");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public void Queries_are_each_counted_once(string transport)
    {
        using ThrongProcess run = Start(
            "query", "--protocol", "echo", "--transport", transport, "--profile", "1s@200,500ms@0", "-c", "20",
            "--timeout", "10s", "--json");
        Document document = run.Finish();
        document.Equal(200, document.Number("messages.offered"), "offered");
        document.Equal(document.Number("messages.sent"), document.Number("messages.answered"), "answered");
        document.Equal(20, document.Number("connections.opened"), "opened");
        document.Equal(0, document.Number("connections.lost"), "lost");
    }

    [Fact]
    public void Lives_have_one_outcome_each()
    {
        using ThrongProcess run = Start(
            "churn", "--life", "requests", "--rate", "200", "--for", "1s", "--timeout", "10s", "--json");
        Document document = run.Finish();
        long attempted = document.Number("churn.steps.0.attempted");
        document.Equal(200, attempted + document.Number("churn.steps.0.not_sent"), "due");
        document.Equal(attempted, document.Number("churn.steps.0.outcomes.ok"), "ok");
        document.Equal(attempted, document.Number("churn.steps.0.life_ns.count"), "times");
    }

    [Theory]
    [InlineData]
    [InlineData("--udp")]
    public void Monitored_connections_are_not_lost(params string[] more)
    {
        using ThrongProcess run = Start(
            ["monitor", "-c", "20", "--rate", "100", "--reply-timeout", "10s", "--late", "5s", "--for", "1s", "--json",
                .. more]);
        Document document = run.Finish();
        document.Equal(20, document.Number("connections.opened"), "opened");
        document.Equal(0, document.Number("connections.lost"), "lost");
        document.Equal(document.Number("messages.sent"), document.Number("messages.answered"), "answered");
        document.Equal(0, document.Number("monitor.lost"), "monitor.lost");
    }

    [Fact]
    public void Serves_a_program_of_this_processor_until_it_is_told_to_end()
    {
        int port = FreePort.One();
        string path = ControlClient.NewPath();
        using ThrongProcess server = Start(
            "serve", "--listen", $"127.0.0.1:{port}", "--control", path, "--json", "-q");
        using ControlClient control = ControlClient.To(path, server);
        control.Ask("status"); // answers once it listens
        using ThrongProcess load = ThrongProcess.Start(
            "query", "--protocol", "echo", "--target", $"127.0.0.1:{port}", "--profile", "1s@200,500ms@0", "-c", "50",
            "--timeout", "10s", "--json", "-q");
        Document asked = load.Finish();
        asked.Equal(asked.Number("messages.sent"), asked.Number("messages.answered"), "answered");
        control.Await("open", 0, server);
        server.Signal(ThrongProcess.SIGTERM);
        Document served = server.Finish();
        served.Equal(50, served.Number("connections.opened"), "accepted");
        served.Equal(50, served.Sum("connections.closed"), "closed");
    }

    [Fact]
    public void A_saved_result_is_shown_again()
    {
        string saved = Path.GetTempFileName();
        try
        {
            using ThrongProcess run = Start("hold", "10", "--for", "500ms", "--json");
            run.Ends(0);
            File.WriteAllText(saved, run.OutputText, new UTF8Encoding(false));
            using ThrongProcess shown = Start("report", saved);
            shown.Ends(0);
            Assert.StartsWith("held 10 of 10 for ", shown.OutputText, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(saved);
        }
    }

    private static ThrongProcess Start(params string[] arguments)
    {
        Arm64.Needed();
        string[] words = [.. Arm64.Emulator, Arm64.ProgramPath, .. arguments];
        return ThrongProcess.Start(new Launch { Program = words[0] }, words[1..]);
    }
}
