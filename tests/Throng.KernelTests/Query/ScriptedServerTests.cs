using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng query` against servers that answer as a script says: its counts, and its findings.</summary>
public sealed class ScriptedServerTests
{
    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_connection_that_had_answers_is_replaced_at_once(string engine)
    {
        Requirement.Engine(engine);
        using ScriptedDnsServer server = new((query, number) =>
            new Reply(ScriptedDnsServer.Answer(query)) { Closes = number == 19 });
        Document document = Query(
            server, "--engine", engine, "--rate", "400", "-c", "4", "--for", "2s", "--timeout", "10s");
        document.Equal(0, document.Number("connections.pauses"), "pauses");
        document.Equal(0, document.Sum("connections.connect_failed"), "connects failed");
        Assert.InRange(document.Number("connections.lost"), 10, 42); // fewer where a busy server answers late
        document.Equal(20, document.Number("connections.ended_by_peer.answers.min"), "answers");
        document.Equal(20, document.Number("connections.ended_by_peer.answers.max"), "answers");
        Assert.Contains(
            "after exactly 20 answers each", document.Finding("connections-lost"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_late_answer_is_known_by_its_id(bool isUdp)
    {
        // Of each two one is dropped for good, the other is answered twice.
        using ScriptedDnsServer server = new(
            (query, number) => number % 2 == 0
                ? new Reply()
                : new Reply(ScriptedDnsServer.Answer(query), ScriptedDnsServer.Answer(query)),
            isUdp);
        Document document = Query(
            server, "--transport", isUdp ? "udp" : "tcp", "--rate", "20", "-c", "1", "--for", "2s", "--timeout",
            "2s");
        document.Equal(20, document.Number("messages.timed_out"), "timed out");
        document.Equal(0, document.Number("messages.late"), "late");
        document.Equal(20, document.Number("messages.answered"), "answered");
        document.Equal(20, document.Number("messages.unsolicited"), "unsolicited");
        document.Equal(20, document.Number("query.unsolicited"), "unsolicited, in the section");
        Assert.Contains("to nothing that was asked", document.Finding("answers-bad"), StringComparison.Ordinal);
        Assert.DoesNotMatch(@"in time took 2\.\d+ s", document.Finding("messages-timed-out"));
    }

    [Fact]
    public void An_answer_after_its_time_is_late()
    {
        using ScriptedDnsServer server = new((query, _) =>
            new Reply(ScriptedDnsServer.Answer(query)) { After = TimeSpan.FromMilliseconds(400) });
        Document document = Query(
            server, 1, "--profile", "2s@4,2s@0", "-c", "8", "--pick", "round-robin", "--timeout", "100ms");
        document.Equal(8, document.Number("messages.timed_out"), "timed out");
        document.Equal(8, document.Number("messages.late"), "late");
        document.Equal(0, document.Number("messages.unsolicited"), "unsolicited");
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 5)]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    public void What_is_too_short_ends_the_query_that_it_names(bool isUdp, int bytes)
    {
        using ScriptedDnsServer server = new((query, _) => new Reply(query[..bytes]), isUdp);
        Document document = Query(
            server, 1, "--transport", isUdp ? "udp" : "tcp", "--rate", "40", "-c", "2", "--for", "1s", "--timeout",
            "2s");
        long sent = document.Number("messages.sent");
        document.Equal(40, sent, "sent");
        document.Equal(sent, document.Number("query.malformed"), "malformed");
        document.Equal(bytes == 0 ? 0 : sent, document.Number("messages.invalid"), "invalid");
        document.Equal(bytes == 0 ? 0 : sent, document.Number("messages.lost"), "lost");
        document.Equal(bytes == 0 ? sent : 0, document.Number("messages.timed_out"), "timed out");
        Assert.Contains("were malformed", document.Finding("answers-malformed"), StringComparison.Ordinal);
        document.Equal(0, document.Findings("server-not-answering"), "blamed for not answering");
    }

    [Theory]
    [InlineData(2, "SERVFAIL")]
    [InlineData(5, "REFUSED")]
    public void An_error_code_is_a_metric_and_a_finding(int code, string name)
    {
        using ScriptedDnsServer server = new((query, number) =>
            new Reply(ScriptedDnsServer.Answer(query, number % 4 == 0 ? code : 0)));
        using ThrongProcess run = ThrongProcess.Start(
            "query", "--target", server.Address, "--arrivals", "constant", "--rate", "40", "-c", "1", "--for", "1s",
            "--json", "-q", "--fail-on", $"query.answers.{name} > 20%");
        Document document = run.Finish(99);
        long sent = document.Number("messages.sent"); // on a busy machine the last ones are not
        document.Equal((sent + 3) / 4, document.Count("query.answers", name), name);
        document.Equal(sent - ((sent + 3) / 4), document.Count("query.answers", "NOERROR"), "NOERROR");
        Assert.Matches($"^2[0-9.]+ % of the answers were {name}", document.Finding("answers-bad"));
    }

    [Fact]
    public void Truncated_and_echoed_answers_are_said()
    {
        using ScriptedDnsServer truncating = new((query, _) =>
            new Reply(ScriptedDnsServer.Answer(query, isTruncated: true)));
        Document document = Query(truncating, "--rate", "20", "-c", "1", "--for", "1s");
        Assert.Contains("truncated", document.Finding("answers-bad"), StringComparison.Ordinal);
        using ScriptedDnsServer echoing = new((query, _) => new Reply(query));
        document = Query(echoing, "--rate", "20", "-c", "1", "--for", "1s");
        Assert.Contains("an echo server", document.Finding("answers-bad"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_takes_fewer_clients_is_found_by_how_many_had_answers()
    {
        using ScriptedDnsServer server = new((query, _) => new Reply(ScriptedDnsServer.Answer(query)), clientsMax: 3);
        Document document = Query(
            server, 1, "--rate", "40", "-c", "8", "--pick", "round-robin", "--for", "2s", "--timeout", "2s");
        document.Equal(3, document.Number("connections.served_peak"), "served at once");
        document.Equal(5, document.Number("connections.unserved"), "never served");
        Assert.StartsWith(
            "never more than 3 of 8 connections were served at once", document.Finding("few-served"),
            StringComparison.Ordinal);
        document.Equal(0, document.Findings("messages-timed-out"), "said twice");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_server_that_waits_for_an_acknowledgement_has_it_at_once_if_that_is_asked_for(string engine)
    {
        Requirement.OwnNetwork();
        Requirement.Engine(engine);

        // Length and message are sent one by one: with Nagle the second waits for the first to be acknowledged.
        using ScriptedDnsServer server = new(
            (query, _) => new Reply(ScriptedDnsServer.Answer(query)), hasNagle: true);
        // Not seldom, for the kernel acknowledges at once what comes on a connection that was silent for a while.
        string[] options = ["--engine", engine, "--arrivals", "poisson", "--seed", "3", "--rate", "40", "-c", "1"];
        Document waiting = Query(server, [.. options, "--for", "3s"]);
        Assert.True(waiting.Number("network.delayed_acks") > 0, waiting.Text("schema"));
        long waited = waiting.Number("service_ns.p50");

        // A machine that is busy for a moment answers late with it, too; it is asked again then.
        long[] prompt = new long[3];
        int at = 0;
        do
        {
            prompt[at] = Query(server, [.. options, "--for", "3s", "--quickack"]).Number("service_ns.p50");
        }
        while (prompt[at] * 3 >= waited && ++at < prompt.Length);
        Assert.True(at < prompt.Length, $"{string.Join(", ", prompt)} and {waited} ns");
    }

    private static Document Query(ScriptedDnsServer server, params string[] options) => Query(server, 0, options);

    private static Document Query(ScriptedDnsServer server, int exitCode, params string[] options)
    {
        using ThrongProcess run = ThrongProcess.Start(
            ["query", "--target", server.Address, .. Constant(options), "--json", "-q"]);
        return run.Finish(exitCode);
    }

    private static string[] Constant(string[] options) =>
        options.Contains("--arrivals") ? options : ["--arrivals", "constant", .. options];
}
