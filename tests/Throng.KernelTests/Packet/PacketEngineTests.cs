using Xunit;

namespace Throng.KernelTests;

/// <summary>Loads with --engine packet over a veth, against a server with sockets and against one without.</summary>
public sealed class PacketEngineTests
{
    private static readonly string[] Engine =
        ["--engine", "packet", "--interface", "here", "--json", "-q", "--seed", "1"];

    [Theory]
    [InlineData("10.9.0.2", "10.9.0.128/30")]
    [InlineData("[fd00:9::2]", "fd00:9::8000/126")]
    public void Two_thousand_are_held_and_echoed_by_sockets(string host, string source)
    {
        using Path path = new();
        using ThrongProcess server = path.Serve("--listen", $"{host}:7000");
        Document document = path.Hold(2000, $"{host}:7000", "--source", source, "--ping-interval", "300ms-500ms");
        Held(document);

        // Its FINs were acknowledged too: a server is not left with sockets that wait for it (LAST-ACK).
        Eventually.Holds(
            () => path.There.Out("cat /proc/net/tcp /proc/net/tcp6 | awk '$4 == \"09\"' | wc -l") == "0",
            () => path.There.Out("ss -tan | head -5"));
        server.Signal(ThrongProcess.SIGTERM);
        Document served = server.Finish();
        Assert.Equal(2000, served.Number("connections.opened"));
        Assert.Equal(2000, served.Count("connections.closed", "peer-closed"));
        Assert.Equal(2000, served.Number("connections.peak"));
        Assert.Equal(document.Number("messages.bytes_sent"), served.SumOf("series", "bytes_received"));
    }

    [Fact]
    public void Two_thousand_are_held_and_echoed_without_sockets()
    {
        using Path path = new();
        using ThrongProcess server = path.Serve(
            "--engine", "xdp", "--interface", "there", "--listen", "10.9.0.2:7000-7003");
        Document document = path.Hold(
            2000, "10.9.0.2:7000-7003", "--source", "10.9.0.128/30", "--ping-interval", "300ms-500ms");
        Held(document);
        server.Signal(ThrongProcess.SIGTERM);
        Assert.True(server.Finish().Number("serve.packets_syn") >= 2000);
    }

    [Fact]
    public void Queries_are_answered()
    {
        using Path path = new();
        using ThrongProcess server = path.Serve("--listen", "10.9.0.2:7000");
        Document document = path.Load(
            "query", "10.9.0.2:7000", "--rate", "500", "-c", "20", "--source", "10.9.0.128", "--for", "2s");
        document.AddsUp();
        long answered = document.Number("messages.answered");
        Assert.InRange(answered, 1, 1001);
        Assert.Equal(answered, document.Number("messages.sent"));
    }

    [Theory]
    [InlineData("fin")]
    [InlineData("rst")]
    public void Connections_come_and_go(string close)
    {
        using Path path = new();
        using ThrongProcess server = path.Serve("--listen", "10.9.0.2:7000");
        Document document = path.Load(
            "churn", "10.9.0.2:7000", "--rate", "200", "--source", "10.9.0.128/30", "--close", close, "-n", "400");
        long lives = PacketLoads.AllLived(document, due: 400);
        server.Signal(ThrongProcess.SIGTERM);
        Document served = server.Finish();
        served.Equal(lives, served.Number("connections.opened"), "opened");
    }

    /// <summary>Whoever dissects every segment finds nothing wrong with one.</summary>
    [Fact]
    public void No_segment_is_malformed()
    {
        Needs.Tool("tshark");
        using Path path = new();
        using ThrongProcess server = path.Serve("--listen", "10.9.0.2:7000");
        string capture = System.IO.Path.Combine(path.There.Directory, "there.pcap");
        _ = path.There.Out($"tshark -i there -w {capture} -a duration:20 > /dev/null 2>&1 & echo $! > {capture}.pid");
        Eventually.Holds(() => File.Exists(capture), () => "tshark begins");
        Document document = path.Hold(
            100, "10.9.0.2:7000", "--source", "10.9.0.128", "--ping-interval", "200ms-300ms");
        document.AddsUp();
        _ = path.There.Out($"sleep 1; kill $(cat {capture}.pid); sleep 1");
        string wrong = path.There.Out(
            $"tshark -r {capture} -o tcp.check_checksum:TRUE -Y "
                + "'ip.src == 10.9.0.128 && (_ws.malformed || tcp.checksum.status == 0 || tcp.flags.reset == 1)' "
                + "2> /dev/null | head -5");
        Assert.Equal("", wrong);
        string all = path.There.Out(
            $"tshark -r {capture} -Y 'ip.src == 10.9.0.128 && tcp.flags.syn == 1' 2> /dev/null | wc -l");
        Assert.Equal("100", all);
    }

    [Fact]
    public void An_interface_that_goes_away_while_connections_are_opened_ends_a_run_in_order()
    {
        using Path path = new();
        using ThrongProcess server = path.Serve(
            "--engine", "xdp", "--interface", "there", "--listen", "10.9.0.2:7000-7003");
        string control = ControlClient.NewPath();
        using ThrongProcess load = ThrongProcess.Start(
            new Launch { Before = path.Here.Before },
            ["hold", "300k", "10.9.0.2:7000-7003", "--source", "10.9.0.128/30", "--ping", "--ping-interval", "1s",
                "--for", "4s", "--control", control, .. Engine]);
        using ControlClient asked = ControlClient.To(control, load);
        Eventually.Holds(() => asked.Status("opened") > 1000, load.Story);
        _ = path.Here.Out("ip link del here");
        _ = load.FinishAsJudged();
        Assert.DoesNotContain("terminated", load.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_cannot_do_is_refused_by_name()
    {
        using Path path = new();
        using ThrongProcess own = path.Run(
            3, "hold", "10", "10.9.0.2:7000", "--source", "10.9.0.1", "--engine", "packet", "--interface", "here");
        Assert.Contains("10.9.0.1", own.ErrorText);
        using ThrongProcess none = path.Run(
            3, "hold", "10", "10.9.0.2:7000", "--source", "10.9.0.128", "--engine", "packet", "--interface", "other");
        Assert.Contains("other", none.ErrorText);
    }

    private static void Held(Document document)
    {
        document.AddsUp();
        Assert.Equal(2000, document.Number("connections.held"));
        Assert.Equal(2000, document.Number("connections.opened"));
        Assert.Equal(0, document.Number("connections.lost"));
        Assert.Equal(document.Number("messages.sent"), document.Number("messages.answered"));
        Assert.True(document.Number("messages.answered") >= 2000);
        Assert.Equal("packet", document.Text("host.engine"));
        Assert.Equal("here", document.Text("packets.interface"));
        Assert.Equal("copy", document.Text("packets.mode"));
        Assert.Equal(0, document.Number("packets.malformed"));
        Assert.False(document.Has("network"));
    }

    /// <summary>A veth with a client at one end and a server at the other.</summary>
    private sealed class Path : IDisposable
    {
        public Path()
        {
            VethPair.Connect(Here, There);
        }

        public Netns Here { get; } = new();

        public Netns There { get; } = new();

        public ThrongProcess Serve(params string[] options) => PacketLoads.Serve(There, options);

        public Document Load(params string[] words) => PacketLoads.Load(Here, "here", words);

        public Document Hold(int many, params string[] words) => PacketLoads.Hold(Here, "here", many, words);

        public ThrongProcess Run(int exitCode, params string[] words) => Here.Throng(exitCode, words);

        public void Dispose()
        {
            Here.Dispose();
            There.Dispose();
        }
    }
}
