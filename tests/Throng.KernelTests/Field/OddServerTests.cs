using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Servers that speak first, stop half way, end early or answer twice: the cause that a run names.</summary>
public sealed class OddServerTests
{
    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_server_that_speaks_first_is_no_good_answer_and_is_not_stormed(string engine)
    {
        Requirement.Engine(engine);
        using OddEchoServer server = OddEchoServer.Greeting();
        Document document = Run(
            1, "monitor", "--target", server.Address, "-c", "4", "--rate", "40", "--for", "2s", "--engine", engine);
        Assert.True(document.Number("monitor.new.attempted") > 10, document.ToString());
        document.Equal(0, document.Number("monitor.new.ok"), "new connections with another answer");
        document.Equal(
            document.Number("monitor.new.attempted"), document.Count("monitor.new.reasons", "invalid"), "invalid");
        Assert.InRange(document.Number("connections.opened"), 4, 60); // one seat: 0, 0, 0.1, 0.3, 0.6 … s
        Assert.Contains("invalid-reply", document.Finding("connections-disturbed"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Answers_that_are_never_whole_are_not_silence(string engine)
    {
        Requirement.Engine(engine);
        using OddEchoServer server = OddEchoServer.Halving();
        Document document = Run(
            1, "query", "--protocol", "echo", "--target", server.Address, "-c", "2", "--rate", "20", "--for", "1s",
            "--timeout", "500ms", "--engine", engine);
        string found = document.Finding("server-not-answering");
        Assert.Contains("was whole: it is slow, or ends them early", found, StringComparison.Ordinal);
        Assert.Contains($"{document.Number("messages.bytes_received")} bytes came", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uring", false, "closed")]
    [InlineData("epoll", true, "reset")]
    public void A_server_for_one_message_is_named(string engine, bool resets, string how)
    {
        Requirement.Engine(engine);
        using OddEchoServer server = OddEchoServer.Once(resets);
        Document document = Run(
            0, "query", "--protocol", "echo", "--target", server.Address, "-c", "4", "--rate", "40", "--for", "2s",
            "--engine", engine);
        Assert.Matches(
            $"{how} by the peer after (mostly )?exactly 1 answer each", document.Finding("connections-lost"));
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Who_is_answered_twice_ends_the_connection_itself(string engine)
    {
        Requirement.Engine(engine);
        using OddEchoServer server = OddEchoServer.Doubling();
        Document document = Run(
            0, "query", "--protocol", "echo", "--target", server.Address, "-c", "4", "--rate", "40", "--for", "1s",
            "--engine", engine);
        Assert.Contains("ended here, for what came", document.Finding("connections-lost"), StringComparison.Ordinal);
        // Half of them, but for those that had not come when a connection or the run ended.
        Assert.Matches(@"^(50|4\d(\.\d+)?) % of the answers were to nothing", document.Finding("answers-bad"));
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Who_waits_for_a_place_was_not_idle(string engine)
    {
        Requirement.Engine(engine);
        using OddEchoServer server = OddEchoServer.Queueing(places: 1, TimeSpan.FromSeconds(2));
        Document document = Run(
            1, "query", "--protocol", "echo", "--target", server.Address, "-c", "4", "--rate", "100", "--for", "5s",
            "--timeout", "10s", "--engine", engine);
        string lost = document.Finding("connections-lost");
        Assert.Contains("with messages on them and no answer", lost, StringComparison.Ordinal);
        Assert.Matches(@"had no place for them and gave up after [23]\.\d s", lost);
        Assert.Contains("use -c 1,", lost, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void An_answer_of_edns_is_no_good_one(string engine)
    {
        Requirement.Engine(engine);
        using ScriptedDnsServer server = new((query, _) => new Reply(BadVersion(query)), isUdp: true);
        Document document = Run(
            0, "query", "--transport", "udp", "--target", server.Address, "-c", "1", "--rate", "20", "--for", "1s",
            "--edns-size", "1232", "--engine", engine);
        document.Equal(document.Number("messages.answered"), document.Count("query.answers", "BADVERS"), "BADVERS");
        Assert.Contains("BADVERS", document.Finding("answers-bad"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void An_answer_from_another_port_is_not_silence(string engine)
    {
        Requirement.Engine(engine);
        using ScriptedDnsServer server = new(
            (query, _) => new Reply(ScriptedDnsServer.Answer(query)) { IsFromElsewhere = true }, isUdp: true);
        Document document = Run(
            1, "query", "--transport", "udp", "--target", server.Address, "-c", "2", "--rate", "40", "--for", "1s",
            "--timeout", "300ms", "--engine", engine);
        Assert.True(document.Number("network.udp_no_ports") >= document.Number("messages.sent"), document.ToString());
        Assert.Contains(
            $"not from {server.Address}: their address or port is another", document.Finding("server-not-answering"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Truncated_answers_beside_missing_ones_are_a_limit_on_the_rate()
    {
        using ScriptedDnsServer server = new(
            (query, number) => new Reply(
                number % 3 > 0 ? [ScriptedDnsServer.Answer(query, isTruncated: true)] : Array.Empty<byte[]>()),
            isUdp: true);
        Document document = Run(
            0, "query", "--transport", "udp", "--target", server.Address, "-c", "1", "--rate", "41", "--for", "1s",
            "--arrivals", "constant", "--timeout", "300ms");
        Assert.Contains(
            "limits the rate of one client (RRL)", document.Finding("answers-bad"), StringComparison.Ordinal);
    }

    private static Document Run(int exitCode, params string[] words)
    {
        using ThrongProcess run = ThrongProcess.Start([.. words, "--json", "-q"]);
        return run.Finish(exitCode).AddsUp();
    }

    /// <summary>The question, and an OPT record that says: not this version.</summary>
    private static byte[] BadVersion(byte[] query)
    {
        byte[] answer = ScriptedDnsServer.Answer(query);
        const int OptBytes = 11;
        answer[^(OptBytes - 5)] = 1; // the upper bits of 16
        return answer;
    }
}
