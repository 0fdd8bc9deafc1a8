using Xunit;

namespace Throng.KernelTests.EndToEnd;

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
        Requirement.Engine(engine);
        using DnsServer server = DnsServer.Start(software, Roomy(software));
        IReadOnlyDictionary<string, long> before = server.Figures();
        string[] options =
            ["--names", server.QuestionsPath, "--rate", "2k", "--for", "1s", "-c", "10", "--engine", engine];
        using ThrongProcess run = Query(server, transport, [.. options, .. OneAtATime(software, transport)]);
        IReadOnlyDictionary<string, long> after = server.Figures();
        Document document = AllAnswered(run);
        long sent = document.Number("messages.sent");
        Assert.InRange(document.Number("messages.offered"), 1700, 2300);
        document.Equal(10, document.Number("connections.opened"), "opened");
        document.Equal(0, document.Number("connections.lost"), "connections lost");
        document.Equal(sent, document.Sum("query.answers"), "codes");
        Assert.InRange((double)document.Count("query.answers", "NXDOMAIN") / sent, 0.15, 0.25); // 5 sigma of 2000
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
        using DnsServer server = DnsServer.Start(software);
        string[] options = ["--name", DnsZone.LargeName, "--type", "TXT", "--rate", "400", "--for", "250ms", "-c", "4"];
        IReadOnlyDictionary<string, long> before = server.Figures();
        using ThrongProcess plain = Query(server, "udp", options);
        IReadOnlyDictionary<string, long> after = server.Figures();
        Document document = AllAnswered(plain);
        long truncated = document.Number("query.truncated");
        document.Equal(document.Number("messages.answered"), truncated, "truncated");
        if (after.TryGetValue("truncated", out long told))
        {
            document.Equal(told - before["truncated"], truncated, $"truncated by {software}");
        }

        using ThrongProcess roomy = ThrongProcess.Start(Words(server, "udp", [.. options, "--edns-size", "4096"]));
        using ThrongProcess stream = ThrongProcess.Start(Words(server, "tcp", options));
        foreach (ThrongProcess run in (ThrongProcess[])[roomy, stream])
        {
            run.Ends(0);
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
        Requirement.Engine(engine);
        using DnsServer server = DnsServer.Start(software, Roomy(software));
        IReadOnlyDictionary<string, long> before = server.Figures();
        using ThrongProcess run = Query(
            server, "tcp", "--queries-per-connection", "1", "--close", close, "--rate", "300", "--for", "1s", "-c",
            "20", "--engine", engine);
        IReadOnlyDictionary<string, long> after = server.Figures();
        Document document = AllAnswered(run);
        long sent = document.Number("messages.sent");
        long opened = document.Number("connections.opened");
        document.Equal(sent, after["queries"] - before["queries"], $"queries of {software}");
        document.Equal(0, document.Number("connections.lost"), "connections lost");
        Assert.InRange(opened, sent, sent + 20);
        if (after.TryGetValue("accepted", out long accepted))
        {
            document.Equal(accepted - before["accepted"] - 1, opened, $"accepted by {software}");
        }
    }

    /// <summary>No gap between two queries is as long as the server's patience, nor nearly: then one would be lost.
    /// </summary>
    [Fact]
    public void A_server_that_closes_what_is_idle_loses_no_query()
    {
        using DnsServer server = DnsServer.Start("unbound", "tcp-idle-timeout: 1100", "incoming-num-tcp: 1000");
        using ThrongProcess run = Query(
            server, "tcp", "--rate", "4", "--for", "4s", "-c", "10", "--arrivals", "constant");
        Document document = AllAnswered(run);
        Assert.True(document.Count("connections.closed", "idle-closed") > 0, run.Story());
        document.Equal(0, document.Number("connections.lost"), "connections lost");
        Assert.InRange(document.Number("query.idle_before_close_min_ns"), 1_050_000_000, 1_500_000_000);
        Assert.True(document.Number("query.held_back") > 0, run.Story());
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_server_killed_and_started_again_costs_what_was_under_way(string engine)
    {
        Requirement.Engine(engine);
        using DnsServer server = DnsServer.Start("unbound", "incoming-num-tcp: 1000");
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "query", "--target", $"127.0.0.1:{server.Port}", "--rate", "500", "--for", "3s", "-c", "10", "--json",
            "-q", "--engine", engine, "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        Eventually.Holds(() => control.Status("queries") >= 200, run.Story);
        server.Pause();
        Thread.Sleep(200); // some hundred queries are under way now
        server.Kill();
        Thread.Sleep(300);
        server.Restart();
        run.Ends(0);
        Document document = run.Document().AddsUp();
        Assert.InRange(document.Number("messages.lost"), 10, 1000);
        document.Equal(0, document.Number("messages.timed_out"), "timed out");
        Assert.True(document.Number("connections.lost") >= 10, run.Story());
        document.Equal(10, document.Number("connections.held"), "held");
        document.Equal(document.Number("messages.answered"), document.Sum("query.answers"), "codes");
        Assert.True(document.Number("messages.answered") > 400, run.Story()); // also after the restart
    }

    /// <summary>More connections than it allows by default, and room for those it has not seen end.</summary>
    private static string[] Roomy(string software) => software switch
    {
        "unbound" => ["incoming-num-tcp: 1000"],
        "nsd" => ["tcp-count: 1000"],
        "knot" => ["tcp-max-clients: 1000"],
        _ => ["tcp-clients 1000;", "tcp-listen-queue 1000;"],
    };

    /// <summary>Of several queries in one TLS record NSD 4.6 answers the first only, until more bytes come.</summary>
    private static string[] OneAtATime(string software, string transport) =>
        software == "nsd" && transport == "tls" ? ["--outstanding-max", "1"] : [];

    private static ThrongProcess Query(DnsServer server, string transport, params string[] options) =>
        ThrongProcess.Run(0, Words(server, transport, options));

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
        Assert.True(document.Number("messages.sent") > 0, run.Story()); // a busy machine may not come to send all
        foreach (string figure in (string[])["query.malformed", "query.unsolicited", "messages.late"])
        {
            document.Equal(0, document.Number(figure), figure);
        }

        return document;
    }
}
