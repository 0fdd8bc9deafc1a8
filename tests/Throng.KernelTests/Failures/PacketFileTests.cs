using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Packets of the connections that ended badly, read back by another program.</summary>
public sealed class PacketFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"throng-packets-{Guid.NewGuid():N}.pcapng");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public void A_refused_connect_is_there_with_its_reset_and_says_why(string host)
    {
        Requirement.OwnNetwork();
        int port = FreePort.One();
        using ThrongProcess run = Start("churn", $"{host}:{port}", "--rate", "200", "--for", "500ms", "-t", "2");
        run.Ends(1);
        Document document = run.Document().AddsUp();
        long failed = document.Count("connections.connect_failed", "refused");
        Assert.InRange(failed, 50, 200);
        Assert.Equal((failed, 2 * failed, 0, 0), Figures(document));
        Packet[] packets = Packets();
        Assert.Equal(2 * failed, packets.Length);
        foreach ((Packet first, Packet second) in packets.Chunk(2).Select(two => (two[0], two[1])))
        {
            Assert.Equal((false, true, port), (first.IsReset, second.IsReset, second.FromPort));
            Assert.Equal((first.Stream, ""), (second.Stream, second.Comment));
            Assert.InRange(second.Seconds, first.Seconds, double.MaxValue);
            Assert.Matches(
                $"^failure [0-9]+: refused \\(ECONNREFUSED\\), connect, .*:{first.FromPort} to .*:{port}, ",
                first.Comment);
        }

        Assert.Equal(Numbers((int)failed), packets.Where(one => one.Comment.Length > 0).Select(NumberOf).Order());
        Assert.Equal((int)failed, packets.DistinctBy(one => one.Stream).Count());
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Of_connections_that_end_well_nothing_is_kept(string engine)
    {
        Requirement.OwnNetwork();
        Requirement.Engine(engine);
        using ResettingServer server = new();
        using ThrongProcess run = Start(
            "churn", server.Address, "--rate", "300", "--for", "1s", "--content", "/etc/hostname", "--engine", engine);
        run.Ends(0);
        Document document = run.Document().AddsUp();
        long reset = document.Number("churn.steps.0.outcomes.reset_before_reply");
        Assert.InRange(document.Number("churn.ok"), 1, 300);
        (long connections, long written, long notKept, long dropped) = Figures(document);
        Assert.Equal((reset, 0, 0), (connections, notKept, dropped));
        Packet[] packets = Packets();
        Assert.Equal(written, packets.Length);
        ILookup<int, Packet> streams = packets.ToLookup(one => one.Stream);
        Assert.Equal(reset, streams.Count);
        Assert.All(streams, stream =>
        {
            Assert.StartsWith("failure ", stream.First().Comment, StringComparison.Ordinal);
            Assert.Contains(" reset", stream.First().Comment, StringComparison.Ordinal);
            Assert.Contains(stream, one => one.IsReset);
            Assert.Equal(stream.Select(one => one.Seconds).Order(), stream.Select(one => one.Seconds));
        });
    }

    [Fact]
    public void A_server_of_its_own_is_watched_from_its_first_connection_on()
    {
        Requirement.OwnNetwork();
        Needs.Tool("nft");
        string path = ControlClient.NewPath();
        using ThrongProcess run = Start(
            "hold", "-c", "5", "--ping", "--ping-interval", "200ms", "--ping-timeout", "300ms", "--for", "1m",
            "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", 5, run);
        Nft("add table inet t");
        Nft("add chain inet t in { type filter hook input priority 0 ; }");
        Nft("add rule inet t in tcp flags & psh == psh drop");
        Eventually.Holds(() => control.Status("lost") >= 5, run.Story);
        _ = control.Ask("quit");
        Document document = run.FinishAsJudged();
        (long connections, _, long notKept, _) = Figures(document);
        Assert.Equal(document.Length("failures"), connections + notKept);
        Assert.InRange(connections, 5, long.MaxValue);
        ILookup<int, Packet> streams = Packets().ToLookup(one => one.Stream);
        Assert.Equal(connections, streams.Count);
        Assert.All(streams, stream =>
        {
            Assert.True(stream.First().IsFirst, stream.First().Comment);
            Assert.Contains(": ping-timeout, ", stream.First().Comment, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_file_that_is_full_takes_no_more_and_the_rest_is_counted()
    {
        Requirement.OwnNetwork();
        using ThrongProcess run = Start(
            "churn", $"127.0.0.1:{FreePort.One()}", "--rate", "2k", "--for", "1s", "--pcap-max", "64KiB");
        run.Ends(1);
        Document document = run.Document().AddsUp();
        long failed = document.Count("connections.connect_failed", "refused");
        (long connections, long packets, long notKept, _) = Figures(document);
        Assert.Equal((failed, 2 * connections), (connections + notKept, packets));
        Assert.InRange(connections, 100, failed - 1);
        Assert.InRange(new FileInfo(_file).Length, 1, 64 << 10);
        Assert.Equal(packets, Packets().Length);
    }

    [Fact]
    public void Without_the_right_to_it_one_line_says_what_is_missing()
    {
        Needs.Root();
        Needs.Tool("setpriv");
        using ThrongProcess run = ThrongProcess.Start(
            new Launch { Before = "setpriv --bounding-set=-net_raw " }, "hold", "-c", "1", "--for", "1s", "-q",
            "--pcap", _file);
        run.Ends(3);
        Assert.StartsWith(
            "throng hold: --pcap needs the right to see packets, CAP_NET_RAW", run.ErrorText, StringComparison.Ordinal);
        Assert.Contains("setcap cap_net_raw+ep", run.ErrorText, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(_file) + "*"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_that_was_not_asked_to_opens_no_packet_socket(bool isAsked)
    {
        Requirement.OwnNetwork();
        string path = ControlClient.NewPath();
        string[] asked = isAsked ? ["--pcap", _file] : [];
        using ThrongProcess run = ThrongProcess.Start(
            ["hold", "-c", "1", "--for", "1m", "--json", "-q", "--control", path, .. asked]);
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", 1, run);
        int sockets = File.ReadLines("/proc/thread-self/net/packet").Count() - 1;
        Assert.Equal(isAsked ? 1 : 0, sockets);
        _ = control.Ask("quit");
        run.Ends(0);
        Assert.Equal(isAsked, run.Document().Has("pcap"));
    }

    private ThrongProcess Start(params string[] words) =>
        ThrongProcess.Start([.. words, "--json", "-q", "--pcap", _file]);

    private static void Nft(string words)
    {
        ProcessStartInfo start = new("nft");
        start.ArgumentList.Add(words);
        using Process nft = Process.Start(start)!;
        nft.WaitForExit();
        Assert.Equal(0, nft.ExitCode);
    }

    private static (long Connections, long Packets, long NotKept, long Dropped) Figures(Document document) =>
        (document.Number("pcap.connections"), document.Number("pcap.packets"), document.Number("pcap.not_kept"),
            document.Number("pcap.dropped"));

    private static IEnumerable<int> Numbers(int count) => Enumerable.Range(1, count);

    private static int NumberOf(Packet one) => Number(one.Comment.Split(' ', ':')[1]);

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    /// <summary>The packets of the file, in its order, as tshark has them.</summary>
    private Packet[] Packets()
    {
        Needs.Tool("tshark");
        ProcessStartInfo start = new("tshark")
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        string[] words =
        [
            "-n", "-r", _file, "-T", "fields", "-e", "frame.time_epoch", "-e", "tcp.stream", "-e", "tcp.srcport",
            "-e", "tcp.flags.reset", "-e", "tcp.flags", "-e", "frame.comment",
        ];
        foreach (string word in words)
        {
            start.ArgumentList.Add(word);
        }

        using Process tshark = Process.Start(start)!;
        Task<string> error = tshark.StandardError.ReadToEndAsync();
        string output = tshark.StandardOutput.ReadToEnd();
        tshark.WaitForExit();
        Assert.True(tshark.ExitCode == 0, error.Result);
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Select(
                part => new Packet(
                    double.Parse(part[0], CultureInfo.InvariantCulture), Number(part[1]), Number(part[2]),
                    part[3] is "1" or "True", Convert.ToInt32(part[4], 16) == 0x02, part[5])),
        ];
    }

    private sealed record Packet(double Seconds, int Stream, int FromPort, bool IsReset, bool IsFirst, string Comment);
}
