using Throng.Measurement;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Against a server that reads everything and answers nothing, nothing is achieved.</summary>
public sealed class MuteServerTests
{
    [Theory]
    [InlineData("query", "--protocol", "echo", "--rate", "100", "--timeout", "200ms")]
    [InlineData("churn", "--rate", "50", "--timeout", "300ms", "--expect-reply", "any")]
    [InlineData("monitor", "--rate", "20", "--reply-timeout", "200ms", "--connect-timeout", "300ms")]
    public void What_was_sent_is_not_what_was_achieved(string command, params string[] options)
    {
        int port = FreePort.One();
        using ThrongProcess server = ThrongProcess.Start(
            "serve", "--listen", $"127.0.0.1:{port}", "--mode", "sink", "-q");
        Peer.Reset(Peer.ConnectTo(port, server));
        using ThrongProcess run = ThrongProcess.Start(
            [command, .. options, "--target", $"127.0.0.1:{port}", "--for", "1s", "--json", "-q"]);
        Document document = run.Finish(1);
        Assert.True(document.Number("messages.sent") > 0, document.ToString());
        document.Equal(0, document.Number("messages.answered"), "answered");
        document.Equal(0, document.Number("rate.achieved_per_s"), "achieved");
        document.Equal(Meanings.Current, document.Number("meanings"), "what it means by that");
    }

    [Fact]
    public void A_bench_counts_no_exchange()
    {
        int port = FreePort.One();
        using ThrongProcess server = ThrongProcess.Start(
            "serve", "--listen", $"127.0.0.1:{port}", "--mode", "sink", "-q");
        Peer.Reset(Peer.ConnectTo(port, server));
        using ThrongProcess run = ThrongProcess.Start(
            "bench", "--target", $"127.0.0.1:{port}", "-c", "5", "--rounds", "1", "--reply-timeout", "200ms", "--json",
            "-q");
        Document document = run.Finish(1);
        document.Equal(0, document.Number("messages.answered"), "answered");
    }
}
