using System.Net;
using System.Text;
using Throng.Engine;
using Throng.Originals;
using Xunit;

namespace Throng.Tests;

/// <summary>From a command line of ctraffic to what the engine is told, or what is said instead.</summary>
public sealed class CtrafficTests
{
    [Fact]
    public void The_example_is_a_hundred_packets_a_second_over_two_hundred_connections()
    {
        MonitorSpec monitor = Spec(
            "-timeout", "1m", "-address", "[1000::1]:5003", "-rate", "100", "-nconn", "200", "-monitor");
        Assert.Equal("[1000::1]:5003", monitor.Targets[0].ToString());
        Assert.Equal((200L, 1024, 100.0), (monitor.Connections, monitor.MessageBytes, monitor.Profile.RateMax));
        Assert.InRange(monitor.Profile.DurationNs, 59_900_000_000, 60_000_000_000);
        Assert.Equal((1_000_000_000, 1_500_000_000), (monitor.ReplyTimeoutNs, monitor.ConnectTimeoutNs));
        Assert.Equal(58_000_000_000, monitor.ConnectUntilNs);
        Assert.True(monitor is { BeginsAtOnce: true, IsZeroFilled: true, Reconnects: true, TellsAll: false });
        Assert.Equal((15, Transport.Stream), (monitor.Socket.KeepAliveSeconds, monitor.Socket.Transport));
        Assert.Equal((long.MaxValue, 0), (monitor.DroppedPerMessageMax, monitor.NewRatePerSecond));
    }

    [Fact]
    public void Defaults_and_what_changes_them()
    {
        MonitorSpec plain = Spec("-nconn=1");
        Assert.Equal("[::1]:5003", plain.Targets[0].ToString());
        Assert.Equal((10.0, 1L), (plain.Profile.RateMax, plain.Connections));
        MonitorSpec other = Spec("-psize=3", "-reconnect=false", "-stats", "all", "-compat-dropped", "-udp=false");
        Assert.Equal((64, 9), (other.MessageBytes, other.DroppedPerMessageMax));
        Assert.Equal((160.0, true, false), (other.Profile.RateMax, other.TellsAll, other.Reconnects));
        MonitorSpec datagrams = Spec("-udp", "-psize", "64", "-address", "localhost:7");
        Assert.Equal(("127.0.0.1:7", 72), (datagrams.Targets[0].ToString(), datagrams.MessageBytes));
        Assert.Equal((Transport.Datagram, 0), (datagrams.Socket.Transport, datagrams.Socket.KeepAliveSeconds));
    }

    [Fact]
    public void A_server_stamps_and_has_datagrams_if_asked()
    {
        CliShell shell = new();
        shell.Live.IsOver = true;
        Assert.Equal(0, shell.Run("as", "ctraffic", "-server", "-udp", "-address=[::]:5003"));
        ServeSpec serve = shell.Serve!;
        Assert.Equal((ServeMode.Stamp, true, true), (serve.Mode, serve.HasStreams, serve.HasDatagrams));
        Assert.Equal([new ListenAddress(Linux.SockAddr.From(IPAddress.IPv6Any, 5003), DualStack: true)], serve.Listen);
        Assert.NotEmpty(serve.Name);
        Assert.Matches(
            @"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d Listen on address;  \[::\]:5003\n"
                + @"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d Listen on UDP address;  \[::\]:5003\n$", shell.Error);
        Assert.Empty(shell.Out);
    }

    [Theory]
    [InlineData(1, "Unsupported client; tcp", "-client", "tcp")]
    [InlineData(1, "listen tcp: address foo: missing port in address", "-server", "-address", "foo")]
    [InlineData(1, "dial tcp: address foo: missing port in address", "-address", "foo")]
    [InlineData(1, "Set source failed:invalid CIDR address: foo", "-srccidr", "foo")]
    [InlineData(1, "Unsupported anayze; x", "-stat_file", "-", "-analyze", "x")]
    [InlineData(1, "open /nonexist: no such file or directory", "-stat_file", "/nonexist")]
    [InlineData(1, "lookup tcp/nosuchservice: unknown port", "-address", "127.0.0.1:nosuchservice")]
    [InlineData(1, "EOF", "-stat_file", "-")]
    [InlineData(2, "invalid value \"-1\" for flag -nconn: it is 1 or more", "-nconn", "-1")]
    [InlineData(2, "invalid value \"0\" for flag -rate: it is above 0", "-rate", "0")]
    [InlineData(2, "invalid value \"some\" for flag -stats: it is one of none, summary, all", "-stats", "some")]
    [InlineData(2, "invalid value \"0s\" for flag -timeout: it is above 0", "-timeout", "0s")]
    [InlineData(2, "invalid value \"-2\" for flag -retries: it is 1 or more", "-retries=-2")]
    [InlineData(2, "flag provided but not defined: -foo", "-foo")]
    public void What_cannot_be_done_is_said_in_a_line(int exitCode, string says, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(exitCode, shell.Run(["as", "ctraffic", .. words]));
        string first = shell.Error.Split('\n')[0];
        Assert.Contains(says, first, StringComparison.Ordinal);
        Assert.Equal(exitCode == 2, shell.Error.Contains("\nUsage of ctraffic:\n", StringComparison.Ordinal));
        Assert.Null(shell.Monitoring);
    }

    [Fact]
    public void Without_words_there_is_the_usage()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("as", "ctraffic"));
        Assert.StartsWith("Usage of ctraffic:\n  -address string\n", shell.Error, StringComparison.Ordinal);
        Assert.Contains("  -timeout duration\n    \thow long it takes (default 10s)\n", shell.Error,
            StringComparison.Ordinal);
        CliShell other = new();
        Assert.Equal(0, other.Run("as", "ctraffic", "-version", "-server"));
        Assert.Equal(Release.Version + "\n", other.Out);
    }

    [Fact]
    public void Sources_come_from_a_network_or_from_the_lines_of_a_file()
    {
        MonitorSpec drawn = Spec("-srccidr", "127.3.0.0/24", "-nconn", "40");
        Assert.Equal(40, drawn.Sources.Distinct().Count());
        Assert.All(drawn.Sources, one => Assert.StartsWith("127.3.0.", one.ToString(), StringComparison.Ordinal));
        Assert.Equal(4, Spec("-srccidr", "127.3.0.8/30", "-nconn", "40").Sources.Count);

        CtrafficSources read = CtrafficSources.OfFile("1.2.3.4\n[::2]\n1.2.3.4\n"u8.ToArray(), 3, out string error);
        Assert.Equal("", error);
        Assert.Equal([IPAddress.Parse("1.2.3.4"), IPAddress.Parse("::2")], read.Addresses);
        Assert.Null(read.Ports);
        read = CtrafficSources.OfFile("1.2.3.4:7000\n[::2]:7001"u8.ToArray(), 2, out error);
        Assert.Equal((7000, 7001), (read.Ports!.Value.Low, read.Ports.Value.High));
    }

    [Theory]
    [InlineData("1.2.3.4\n", "Ran out of source addresses")]
    [InlineData("\n1.2.3.4\n", "Ran out of source addresses")]
    [InlineData("1.2.3.4\n5000::1", "address 5000::1: too many colons in address")]
    [InlineData("1.2.3.4:1\n1.2.3.5", "some source addresses have a port")]
    [InlineData("1.2.3.4\nhost", "source address host is no address")]
    public void A_file_with_too_few_addresses_or_others_is_refused(string file, string says)
    {
        _ = CtrafficSources.OfFile(Encoding.UTF8.GetBytes(file), 2, out string error);
        Assert.StartsWith(says, error, StringComparison.Ordinal);
    }

    private static MonitorSpec Spec(params string[] words)
    {
        CliShell shell = new();
        _ = shell.Run(["as", "ctraffic", .. words]);
        return shell.Monitoring ?? throw new InvalidOperationException(shell.Error);
    }
}
