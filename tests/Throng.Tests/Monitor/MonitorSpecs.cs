using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>From a command line of `monitor` to what the engine is told.</summary>
public sealed class MonitorSpecs
{
    [Fact]
    public void Without_options_it_is_a_message_a_second_on_one_connection()
    {
        MonitorSpec monitor = Spec();
        Assert.Equal((1L, 1024), (monitor.Connections, monitor.MessageBytes));
        Assert.Equal(1, monitor.Profile.RateMax);
        Assert.Equal(10, monitor.NewRatePerSecond);
        Assert.Equal((1_000_000_000, 1_500_000_000), (monitor.ReplyTimeoutNs, monitor.ConnectTimeoutNs));
        Assert.True(monitor.Reconnects && monitor.LateNs is null && monitor.RetriesMax == long.MaxValue);
        Assert.Equal(15, monitor.Socket.KeepAliveSeconds);
        Assert.Equal(40, Spec("-c", "40").Profile.RateMax);
    }

    [Fact]
    public void Bandwidth_is_messages_of_that_size()
    {
        MonitorSpec monitor = Spec("-c", "200", "--bandwidth", "100KiB", "--for", "1m");
        Assert.Equal("60000ms@100", monitor.Profile.ToString());
        MonitorSpec warm = Spec("-c", "200", "--rate", "100", "--for", "1m", "--warmup", "5s");
        Assert.Equal(("65000ms@100", 5_000_000_000), (warm.Profile.ToString(), warm.WarmUpNs));
        Assert.Equal(400, Spec("--bandwidth", "100KiB", "--size", "256").Profile.RateMax);
        Assert.Equal(new Turnover(10, 600), monitor.Turnover);
        Assert.Null(Spec("--new-rate", "0").Turnover);
    }

    [Fact]
    public void What_counts_as_a_disturbance_and_what_follows_it()
    {
        MonitorSpec monitor = Spec(
            "--late", "300ms", "--reply-timeout", "3s", "--episode-gap", "5s", "--retries", "7", "--connect-timeout",
            "800ms", "--keepalive", "3s", "--user-timeout", "9s", "--all");
        Assert.Equal((300_000_000L, 5_000_000_000), (monitor.LateNs, monitor.EpisodeGapNs));
        Assert.Equal((3_000_000_000, 800_000_000), (monitor.ReplyTimeoutNs, monitor.ConnectTimeoutNs));
        Assert.Equal((7, true), (monitor.RetriesMax, monitor.TellsAll));
        Assert.Equal((3, 9000), (monitor.Socket.KeepAliveSeconds, monitor.Socket.UserTimeoutMs));
        Assert.False(Spec("--no-reconnect").Reconnects);
        Assert.True(Spec("--reconnect").Reconnects);
    }

    [Fact]
    public void Datagrams_have_no_new_connections()
    {
        MonitorSpec monitor = Spec("--udp", "--size", "72");
        Assert.Equal(Transport.Datagram, monitor.Socket.Transport);
        Assert.Equal((0, 0), (monitor.NewRatePerSecond, monitor.Socket.KeepAliveSeconds));
        Assert.Null(monitor.Turnover);
    }

    [Theory]
    [InlineData("64 B", "--size", "63")]
    [InlineData("a datagram has 72 to", "--udp", "--size", "64")]
    [InlineData("no answer could ever be late", "--late", "1s")]
    [InlineData("--bandwidth", "--rate", "5", "--bandwidth", "5k")]
    [InlineData("--no-reconnect", "--reconnect", "--no-reconnect")]
    [InlineData("--retries has no effect", "--no-reconnect", "--retries", "3")]
    [InlineData("--new-rate has no effect", "--udp", "--new-rate", "3")]
    [InlineData("--tls has no effect", "--udp", "--tls")]
    [InlineData("-c: '0' is not between 1", "-c", "0")]
    public void What_cannot_be_meant_is_refused(string says, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(["monitor", .. words]));
        Assert.Contains(says, shell.Error, StringComparison.Ordinal);
        Assert.Null(shell.Monitoring);
    }

    private static MonitorSpec Spec(params string[] words)
    {
        CliShell shell = new();
        _ = shell.Run(["monitor", "--target", "10.0.0.2:5003", .. words]);
        return shell.Monitoring ?? throw new InvalidOperationException(shell.Error);
    }
}
