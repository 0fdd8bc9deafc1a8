using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Xunit;

namespace Throng.KernelTests;

/// <summary>tcpserver, tcpclient and udpclient of tcpscaler, as its document starts them.</summary>
public sealed partial class TcpscalerTests
{

    /// <summary>29 bytes behind their length, id 0: RD, one question, example.com, A, IN.</summary>
    private const string FirstQuery =
        "001D" + "0000" + "0100" + "0001000000000000" + "076578616D706C6503636F6D00" + "00010001";

    [Fact]
    public void Every_query_and_its_answer_is_a_row()
    {
        using Netns netns = new();
        using ThrongProcess server = Start(netns, "tcpserver", "12345");
        string[] said = server.Output.Await(0, 2, "it listens");
        Assert.Matches(@"^Maximum number of TCP clients: \d+$", said[0]);
        Assert.Equal("Listening on :: port 12345", said[1]);
        using ThrongProcess client = Start(
            netns, "tcpclient", "-R", "-v", "-c", "5", "-r", "300", "-t", "3", "-p", "12345", "127.0.0.1");
        string[] came = server.Output.Await(2, 5, "who came");
        Assert.Equal(5, came.Distinct().Count());
        Assert.All(came, line => Assert.Matches(@"^Got new connection from ::ffff:127\.0\.0\.1:\d+$", line));
        client.Ends(0);

        string[] rows = client.Output.Lines();
        Assert.Equal("type,timestamp,connection_id,query_id,poisson_id,poisson_interval_us,rtt_us", rows[0]);
        string[] queries = [.. rows.Where(row => row.StartsWith('Q'))];
        Assert.InRange(queries.Length, 1, 1050); // 900 fall due, and a busy machine may not come to send all
        Assert.Equal(queries.Length, rows.Count(row => row.StartsWith('A')));
        Assert.All(queries, row => Assert.Matches(QueryRow(), row));
        Assert.All(rows.Where(row => row.StartsWith('A')), row => Assert.Matches(AnswerRow(), row));
        foreach (IGrouping<string, string[]> connection in queries.Select(row => row.Split(','))
            .GroupBy(row => row[2]))
        {
            Assert.Equal(
                Enumerable.Range(0, connection.Count()), connection.Select(row => int.Parse(row[3])));
        }

        string[] steps = client.Error.Lines();
        Assert.Equal("Trying to connect to 127.0.0.1 port 12345...", steps[1]);
        Assert.Contains("Scheduling stop event in 3 seconds.", steps);
        Assert.Matches(
            @"^tcpclient: rtt us min \d+ p50 \d+ p90 \d+ p99 \d+ max \d+$", steps[^1]);

        Assert.StartsWith(
            $"tcpclient: {queries.Length} queries sent, {queries.Length} answered, ", steps[^2],
            StringComparison.Ordinal);

        // The rows say the same: the extremes exactly, to the microsecond.
        long[] us = [.. rows.Where(row => row.StartsWith('A')).Select(row => long.Parse(row.Split(',')[6])).Order()];
        string[] told = steps[^1].Split(' ');
        Assert.Equal(($"{us[0]}", $"{us[^1]}"), (told[4], told[12]));
        server.Signal(ThrongProcess.SIGINT);
        server.Ends(130);
    }

    [Fact]
    public void Rates_from_stdin_change_the_rate_and_a_lost_server_ends_nothing()
    {
        using Netns netns = new();
        using ThrongProcess server = Start(netns, "tcpserver");
        server.Output.Await(0, 2, "it listens");
        using ThrongProcess client = Start(netns, "tcpclient", "--stdin", "-R", "-c", "2", "-p", "4242", "::1");
        client.Say("2\n500 100\n500 1000");
        client.CloseInput();
        client.Ends(0);

        // 550 fall due, five sigma more at the most, and a busy machine may not come to send all.
        Assert.InRange(client.Output.Lines().Count(row => row.StartsWith('Q')), 1, 670);

        server.Signal(ThrongProcess.SIGKILL);
        server.Ends(128 + ThrongProcess.SIGKILL);

        using ThrongProcess lost = Start(netns, "tcpserver");
        lost.Output.Await(0, 2, "it listens");
        using ThrongProcess other = Start(netns, "tcpclient", "-c", "2", "-r", "100", "-t", "4", "-p", "4242", "::1");
        lost.Output.Await(2, 2, "who came");
        lost.Signal(ThrongProcess.SIGKILL);
        other.Ends(0);
        Assert.Contains("Connection error: ", other.ErrorText, StringComparison.Ordinal);
        using ThrongProcess nobody = ThrongProcess.Run(
            new Launch { Before = netns.Before }, 1, "as", "tcpclient", "-c1", "-r1", "-p1", "::1");
        Assert.Equal(
            ["Failed to connect: Connection refused", "Could not connect to host"], nobody.Error.Lines());
    }

    [Fact]
    public void The_first_query_has_the_original_s_bytes()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using ThrongProcess client = ThrongProcess.Start(
            "as", "tcpclient", "-c1", "-r50", "-t60", "-p", $"{port}", "127.0.0.1");
        using Socket accepted = listener.Accept();
        byte[] query = new byte[31];
        Assert.Equal(31, Peer.ReadAll(accepted, query));
        Assert.Equal(FirstQuery, Convert.ToHexString(query));

        using Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        datagrams.ReceiveTimeout = (int)Eventually.Patience.TotalMilliseconds;
        port = ((IPEndPoint)datagrams.LocalEndPoint!).Port;
        using ThrongProcess overUdp = ThrongProcess.Start(
            "as", "udpclient", "-c1", "-r50", "-t60", "-p", $"{port}", "127.0.0.1");
        Assert.Equal(29, datagrams.Receive(query));
        Assert.Equal(FirstQuery[4..], Convert.ToHexString(query[..29]));
    }

    private static ThrongProcess Start(Netns netns, params string[] words) =>
        ThrongProcess.Start(new Launch { Before = netns.Before }, ["as", .. words]);

    [GeneratedRegex(@"^Q,\d{10}\.\d{9},[0-4],\d{1,5},\d+,,$")]
    private static partial Regex QueryRow();

    [GeneratedRegex(@"^A,\d{10}\.\d{9},[0-4],\d{1,5},,,\d+$")]
    private static partial Regex AnswerRow();
}
