using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng query` against DNS servers that are not ours, whose own figures it has to agree with.</summary>
public sealed class DnsServerTests
{
    [Theory]
    [InlineData("unbound", "tcp", "uring")]
    [InlineData("unbound", "tcp", "epoll")]
    [InlineData("unbound", "udp", "epoll")]
    [InlineData("unbound", "tls", "uring")]
    [InlineData("nsd", "tcp", "uring")]
    [InlineData("nsd", "tls", "epoll")]
    [InlineData("knot", "tcp", "epoll")]
    [InlineData("knot", "udp", "uring")]
    [InlineData("bind", "udp", "uring")]
    [InlineData("bind", "tls", "epoll")]
    public void A_mix_of_questions_is_counted_as_the_server_counts_it(string software, string transport, string engine)
    {
        Requirement.OwnNetwork();
        Requirement.Engine(engine);
        using DnsServer server = DnsServer.Start(software, Roomy(software));
        IReadOnlyDictionary<string, long> before = server.Figures();
        string[] options = ["--names", server.QuestionsPath, "--rate", "2k", "-c", "10", "--engine", engine];
        using ThrongProcess run =
            Query(server, transport, 2000, [.. options, .. Outstanding(software, transport)]);
        IReadOnlyDictionary<string, long> after = server.Figures();
        Document document = AllAnswered(run);
        long sent = document.Number("messages.sent");
        document.Equal(10, document.Number("connections.opened"), "opened");
        document.Equal(0, document.Number("connections.lost"), "connections lost");
        document.Equal(sent, document.Sum("query.answers"), "codes");
        double sigma = Math.Sqrt(0.2 * 0.8 / sent);
        double share = (double)document.Count("query.answers", "NXDOMAIN") / sent;
        Assert.InRange(share, 0.2 - (5 * sigma), 0.2 + (5 * sigma));
        string[] streams = transport == "udp" ? [] : ["streams", transport];
        foreach (string figure in after.Keys)
        {
            long expected = figure switch
            {
                "queries" => sent,
                "NOERROR" or "NXDOMAIN" => document.Count("query.answers", figure),
                "truncated" => document.Number("query.truncated"),
                "accepted" => (transport == "udp" ? 0 : 10) + 1, // and whoever asks for the figures
                _ => figure == transport || streams.Contains(figure) ? sent : 0,
            };
            document.Equal(expected, after[figure] - before[figure], $"{figure} of {software}");
        }
    }

    [Theory]
    [InlineData("unbound")]
    [InlineData("bind")]
    public void A_large_answer_is_truncated_only_where_it_has_no_room(string software)
    {
        Requirement.OwnNetwork();
        using DnsServer server = DnsServer.Start(software);
        string[] options = ["--name", DnsZone.LargeName, "--type", "TXT", "--rate", "400", "-c", "4"];
        IReadOnlyDictionary<string, long> before = server.Figures();
        // Answers are large: more of them would not fit the buffer that the server sends from.
        using ThrongProcess plain = Query(server, "udp", 100, [.. options, "--outstanding-max", "2"]);
        IReadOnlyDictionary<string, long> after = server.Figures();
        Document document = AllAnswered(plain);
        long truncated = document.Number("query.truncated");
        document.Equal(document.Number("messages.answered"), truncated, "truncated");
        if (after.TryGetValue("truncated", out long told))
        {
            document.Equal(told - before["truncated"], truncated, $"truncated by {software}");
        }

        using ThrongProcess roomy =
            Query(server, "udp", 100, [.. options, "--edns-size", "4096", "--outstanding-max", "2"]);
        using ThrongProcess stream = Query(server, "tcp", 100, options);
        foreach (ThrongProcess run in (ThrongProcess[])[roomy, stream])
        {
            document = AllAnswered(run);
            document.Equal(0, document.Number("query.truncated"), "truncated");
            Assert.True(
                document.Number("messages.bytes_received")
                    >= document.Number("messages.answered") * DnsZone.LargeBytesMin,
                run.Story());
        }
    }

    [Theory]
    [InlineData("bind", "rst", "uring")]
    [InlineData("bind", "fin", "epoll")]
    [InlineData("nsd", "fin", "uring")]
    public void A_connection_for_each_query_loses_none(string software, string close, string engine)
    {
        Requirement.OwnNetwork();
        Requirement.Engine(engine);
        using DnsServer server = DnsServer.Start(software, Roomy(software));
        IReadOnlyDictionary<string, long> before = server.Figures();
        using ThrongProcess run = Query(
            server, "tcp", 300, "--queries-per-connection", "1", "--close", close, "--rate", "300", "-c", "20",
            "--engine", engine);
        IReadOnlyDictionary<string, long> after = server.Figures();
        Document document = AllAnswered(run);
        long sent = document.Number("messages.sent");
        long opened = document.Number("connections.opened");
        document.Equal(sent, after["queries"] - before["queries"], $"queries of {software}");
        document.Equal(0, document.Number("connections.lost"), "connections lost");
        Assert.InRange(opened, sent, sent + 20);
        if (after.TryGetValue("accepted", out long accepted))
        {
            // When it quits, one that is connecting may be accepted all the same, and one that had no query yet not.
            long cancelled = document.Count("connections.connect_failed", "cancelled");
            Assert.InRange(accepted - before["accepted"] - 1, sent, opened + cancelled);
        }
    }

    /// <summary>No gap between two queries is as long as the server's patience, nor nearly: then one would be lost.
    /// </summary>
    [Fact]
    public void A_server_that_closes_what_is_idle_loses_no_query()
    {
        Requirement.OwnNetwork();
        using DnsServer server = DnsServer.Start("unbound", "tcp-idle-timeout: 1100", "incoming-num-tcp: 1000");
        using ThrongProcess run = Query(
            server, "tcp", 15, "--rate", "4", "-c", "10", "--arrivals", "constant");
        Document document = AllAnswered(run);
        Assert.True(document.Count("connections.closed", "idle-closed") > 0, run.Story());
        document.Equal(0, document.Number("connections.lost"), "connections lost");
        Assert.True(document.Number("query.idle_before_close_min_ns") > 0, run.Story());
        Assert.True(document.Number("query.held_back") > 0, run.Story());
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_server_killed_and_started_again_costs_what_was_under_way(string engine)
    {
        Requirement.OwnNetwork();
        Requirement.Engine(engine);
        using DnsServer server = DnsServer.Start("unbound", "incoming-num-tcp: 1000");
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "query", "--target", $"127.0.0.1:{server.Port}", "--rate", "500", "-c", "10", "--json", "-q", "--timeout",
            "60s", "--engine", engine, "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", 10, run);
        Eventually.Holds(() => Answered(control) >= 200, run.Story);
        server.Pause();
        Eventually.Holds(() => control.Status("queries") >= Answered(control) + 100, run.Story);
        server.Kill();
        server.Restart();
        control.Await("held", 10, run);
        long before = Answered(control);
        Eventually.Holds(() => Answered(control) >= before + 200, run.Story);
        control.Await("held", 10, run);
        control.Ask("quit");
        Document document = run.Finish();
        Assert.InRange(document.Number("messages.lost"), 100, long.MaxValue);
        document.Equal(0, document.Number("messages.timed_out"), "timed out");
        Assert.True(document.Number("connections.lost") >= 10, run.Story());
        document.Equal(10, document.Number("connections.held"), "held");
        document.Equal(document.Number("messages.answered"), document.Sum("query.answers"), "codes");
    }

    /// <summary>More connections than it allows by default, and room for those it has not seen end.</summary>
    private static string[] Roomy(string software) => software switch
    {
        "unbound" => ["incoming-num-tcp: 1000"],
        "nsd" => ["tcp-count: 1000"],
        "knot" => ["tcp-max-clients: 1000"],
        _ => ["tcp-clients 1000;", "tcp-listen-queue 1000;"],
    };

    /// <summary>
    /// Options that limit the queries outstanding. NSD 4.6 answers only the first of several queries in one TLS record,
    /// until more bytes come. With UDP as many datagrams are outstanding as fit the buffer of a socket that is not read
    /// for a while: those that do not fit are lost.
    /// </summary>
    private static string[] Outstanding(string software, string transport) =>
        software == "nsd" && transport == "tls" ? ["--outstanding-max", "1"]
        : transport == "udp" ? ["--outstanding-max", "16"]
        : [];

    /// <summary>Runs it until so many queries were sent, and quits.</summary>
    private static ThrongProcess Query(DnsServer server, string transport, int sent, params string[] options)
    {
        string path = ControlClient.NewPath();
        ThrongProcess run = ThrongProcess.Start([.. Words(server, transport, options), "--control", path]);
        try
        {
            using ControlClient control = ControlClient.To(path, run);
            Eventually.Holds(() => control.Status("queries") >= sent, run.Story);
            control.Ask("quit");
            run.Ends(0);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Number of queries answered, which stands after the first figure of `queries`.</summary>
    private static long Answered(ControlClient control)
    {
        string line = control.Ask("status").Split('\n').First(
            one => one.StartsWith("queries ", StringComparison.Ordinal));
        return ControlClient.Leading(line.Split(", ")[1]);
    }

    private static string[] Words(DnsServer server, string transport, params string[] options)
    {
        string[] how = transport switch
        {
            "udp" => ["--transport", "udp"],
            "tls" => ["--tls", "--tls-verify", "--tls-ca", server.Certificate, "--tls-name", "dns.test"],
            _ => [],
        };
        int port = transport == "tls" ? server.TlsPort : server.Port;
        return ["query", "--target", $"127.0.0.1:{port}", "--json", "-q", .. how, .. options];
    }

    private static Document AllAnswered(ThrongProcess run)
    {
        Document document = run.Document().AddsUp();
        document.Equal(document.Number("messages.sent"), document.Number("messages.answered"), "answered");
        Assert.True(document.Number("messages.sent") > 0, run.Story());
        foreach (string figure in (string[])["query.malformed", "query.unsolicited", "messages.late"])
        {
            document.Equal(0, document.Number(figure), figure);
        }

        return document;
    }
}
