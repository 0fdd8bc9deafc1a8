using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// The examples of ctraffic's own document, run as written on a loopback of their own but for address and length; its
/// output is read as strictly as a script could.
/// </summary>
public sealed partial class CtrafficTests
{
    private const string Address = "[::1]:5003";

    private static readonly string[] Names =
    [
        "Started", "Duration", "Rate", "Connections", "PacketSize", "FailedConnections", "Sent", "Received", "Dropped",
        "Retransmits", "FailedConnects",
    ];

    /// <summary>
    /// -nconn 200, -rate 100: 100 packets a second. The document has a minute; here it is as long as two lines take.
    /// </summary>
    [Fact]
    public void Two_hundred_connections_are_monitored_and_jq_shows_the_statistics()
    {
        Needs.Tool("jq");
        using Netns netns = new();
        using ThrongProcess server = Serve(netns, "-server");
        using ThrongProcess client =
            Start(netns, "-timeout", "1m", "-address", Address, "-rate", "100", "-nconn", "200", "-monitor");
        client.Error.Await(0, 2, "a line a second");
        client.Signal(ThrongProcess.SIGINT);
        client.Ends(0);
        long before = 0;
        foreach (string line in client.Error.Lines())
        {
            Match match = MonitorLine().Match(line);
            Assert.True(match.Success, line);
            long[] numbers = [.. match.Groups.Cast<Group>().Skip(1).Select(group => long.Parse(group.Value))];
            Assert.Equal((200, 0), (numbers[0] + numbers[2], numbers[1]));
            Assert.InRange(numbers[3], before, long.MaxValue);
            Assert.InRange(numbers[4], 0, numbers[3]);
            before = numbers[3];
        }

        string path = Path.Combine(netns.Directory, "stats.json");
        File.WriteAllText(path, client.OutputText + "\n");
        string output = netns.Out($"cat {path} | jq .");

        // One name a line in the documented order, each with its number.
        string[] shown = output.Split('\n');
        Assert.Equal(["{", .. Names.Select(name => $"  \"{name}\": ?"), "}"], shown.Select(Masked));
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement root = document.RootElement;
        Assert.Matches(Started(), root.GetProperty("Started").GetString());
        long durationNs = root.GetProperty("Duration").GetInt64();
        Assert.InRange(durationNs, 2_000_000_000, long.MaxValue);
        Assert.Equal((100, 200, 1024), (Number(root, "Rate"), Number(root, "Connections"), Number(root, "PacketSize")));
        Assert.InRange(Number(root, "Sent"), Math.Max(1, before), 1 + (durationNs / 10_000_000));
        Assert.InRange(Number(root, "Received"), 1, Number(root, "Sent"));
        Assert.Equal((0, 0), (Number(root, "FailedConnections"), Number(root, "FailedConnects")));
        server.Signal(ThrongProcess.SIGTERM);
        server.Ends(143);
    }

    /// <summary>A server is killed and started again: what a script makes of the statistics shows it.</summary>
    [Fact]
    public void A_server_that_comes_back_shows_in_the_statistics_and_in_the_three_tables()
    {
        Needs.Tool("gnuplot");
        using Netns netns = new();
        using ThrongProcess server = Serve(netns, "-server", "-udp");
        using ThrongProcess datagrams = Start(netns, "-udp", "-nconn", "4", "-rate", "40", "-timeout", "1200ms");
        using ThrongProcess client =
            Start(netns, "-nconn", "40", "-rate", "200", "-timeout", "1m", "-stats", "all", "-monitor");
        datagrams.Ends(0);
        using (JsonDocument ofDatagrams = JsonDocument.Parse(datagrams.OutputText))
        {
            Assert.InRange(Number(ofDatagrams.RootElement, "Sent"), 1, 50);
            Assert.InRange(
                Number(ofDatagrams.RootElement, "Received"), 1, Number(ofDatagrams.RootElement, "Sent"));
        }

        AwaitConnections(client, "40/0/0");
        server.Signal(ThrongProcess.SIGKILL);
        server.Ends(128 + ThrongProcess.SIGKILL);
        AwaitConnections(client, "0/40/40");
        client.Error.Await(client.Error.Count, 1, "a second in which nobody listens");
        using ThrongProcess again = Serve(netns, "-server");
        AwaitConnections(client, "40/40/0");
        int told = client.Error.Count;
        client.Error.Await(told, 2, "seconds in which nothing happens");
        client.Signal(ThrongProcess.SIGINT);
        client.Ends(0);
        Assert.All(client.Error.Lines(), line => Assert.Matches(MonitorLine(), line));
        using JsonDocument document = JsonDocument.Parse(client.OutputText);
        JsonElement root = document.RootElement;
        Assert.Equal([.. Names, "ConnStats", "Samples"], root.EnumerateObject().Select(one => one.Name));
        Assert.Equal(40, Number(root, "FailedConnections"));
        Assert.Equal(80, root.GetProperty("ConnStats").GetArrayLength());
        Assert.True(Number(root, "FailedConnects") > 0);
        string host = Dns.GetHostName();

        string path = Path.Combine(netns.Directory, "stats.json");
        File.WriteAllText(path, client.OutputText + "\n");
        string hosts = Table(path, "hosts");
        Assert.Equal(
            $"Lost connections: 40\n  {host} 40\nLasting connections: 40\n  {host} 40", hosts);
        string[] connections = Table(path, "connections").Split('\n');
        Assert.Equal("Time Active New Failed Connecting", connections[0]);
        Assert.Equal(
            Enumerable.Range(0, connections.Length - 1).Select(second => $"{second}.5"),
            connections[1..].Select(line => line.Split(' ')[0]));
        Assert.Equal((80, 40), (Sum(connections, 2), Sum(connections, 3)));
        Assert.EndsWith(" 40 0 0 0", connections[^1], StringComparison.Ordinal);
        string[] throughput = Table(path, "throughput").Split('\n');
        Assert.Equal("Time Throughput", throughput[0]);
        Assert.All(throughput[1..], line => Assert.Matches(@"^\d\.\d{1,17} \d+(\.\d+)?$", line));
        Assert.Contains(throughput[1..], line => double.Parse(line.Split(' ')[1]) > 0);
        Drawn(netns, "connections", connections, "'-' using ($1-0.25):5 with boxes");
        Drawn(netns, "throughput", throughput, "'-' using 1:2 with lines");
    }

    /// <summary>Checks what a server of the original reads first: a packet of zeros, and nothing else.</summary>
    [Fact]
    public void A_packet_is_zeros_whatever_the_server_wrote_into_the_one_before()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using ThrongProcess client = ThrongProcess.Start(
            "as", "ctraffic", "-address", $"{listener.LocalEndPoint}", "-psize", "200", "-timeout", "1m", "-rate", "2",
            "-stats=all");
        using Socket accepted = listener.Accept();
        byte[] packet = new byte[200];
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(200, Peer.ReadAll(accepted, packet));
            Assert.Equal(new byte[200], packet);
            if (i == 0)
            {
                "beta"u8.CopyTo(packet);
            }

            Assert.Equal(64, accepted.Send(packet.AsSpan(0, 64)));
            Assert.Equal(136, accepted.Send(packet.AsSpan(64)));
        }

        Assert.Equal(200, Peer.ReadAll(accepted, packet)); // the third is not answered
        client.Signal(ThrongProcess.SIGINT);
        client.Ends(0);
        Assert.Contains("\"Host\":\"beta\"", client.OutputText, StringComparison.Ordinal);
    }

    private static int Sum(string[] table, int column) =>
        table.Skip(1).Sum(line => int.Parse(line.Split(' ')[column]));

    private static void AwaitConnections(ThrongProcess client, string wanted) => Eventually.Holds(
        () => client.Error.Text.Contains($"connecting: {wanted},", StringComparison.Ordinal), client.Story);

    private static string Table(string path, string name)
    {
        using ThrongProcess analysis = ThrongProcess.Run(
            0, "as", "ctraffic", "-stat_file", path, "-analyze", name);
        Assert.Equal("", analysis.ErrorText);
        return analysis.OutputText;
    }

    /// <summary>Checks what scripts for gnuplot make of a table: a drawing with its data in it.</summary>
    private static void Drawn(Netns netns, string name, string[] table, string plot)
    {
        string script = Path.Combine(netns.Directory, $"{name}.gnuplot");
        File.WriteAllLines(
            script, ["set terminal svg size 800,400 dynamic", $"plot {plot}", .. table[1..], "e"]);
        string drawing = netns.Out($"gnuplot {script}");
        Assert.Contains("</svg>", drawing, StringComparison.Ordinal);
        Assert.Contains("<path", drawing, StringComparison.Ordinal);
    }

    private static ThrongProcess Serve(Netns netns, params string[] flags)
    {
        ThrongProcess server = Start(netns, flags);
        string[] lines = server.Error.Await(0, flags.Length, "it listens");
        Assert.Matches(Listening(), lines[0]);
        return server;
    }

    private static ThrongProcess Start(Netns netns, params string[] flags) =>
        ThrongProcess.Start(new Launch { Before = netns.Before }, ["as", "ctraffic", .. flags]);

    private static long Number(JsonElement root, string name) => root.GetProperty(name).GetInt64();

    /// <summary>A number, or the text of a time, masked; all else as it is.</summary>
    private static string Masked(string line) => Value().Replace(line, ": ?");

    [GeneratedRegex(
        @"^Conn act/fail/connecting: (\d+)/(\d+)/(\d+), Packets send/rec/dropped: (\d+)/(\d+)/(\d+)$")]
    private static partial Regex MonitorLine();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Started();

    [GeneratedRegex(@"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d Listen on address;  \[::1\]:5003$")]
    private static partial Regex Listening();

    [GeneratedRegex("(?<=\"Started\"): \"[0-9T:.Z+-]+\",$|: [0-9]+,?$")]
    private static partial Regex Value();
}
