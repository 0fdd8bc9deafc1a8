using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>A bare word is an address, and a scheme before one says what its connections carry.</summary>
public sealed class CliAddresses
{
    [Theory]
    [InlineData("hold", "--for 1ms")]
    [InlineData("query", "--for 1s")]
    [InlineData("churn", "--for 1s")]
    [InlineData("saturate", "")]
    [InlineData("monitor", "--for 1s")]
    [InlineData("bench", "")]
    public void A_bare_word_is_a_target(string command, string options)
    {
        CliShell shell = new();
        shell.Live.IsOver = true;
        string[] words = $"{command} 10.0.0.2:7000-7001 {options} [fd00::1]:80".Split(
            ' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(0, shell.Run(words));
        Assert.Equal("", shell.Error);
        Assert.Equal("10.0.0.2:7000 10.0.0.2:7001 [fd00::1]:80", string.Join(' ', TargetsOf(shell)));
    }

    [Theory]
    [InlineData("hold 5k 10.0.0.2:7000 --for 1ms")]
    [InlineData("hold 10.0.0.2:7000 5k --for 1ms")]
    [InlineData("hold --for 1ms -- 5k 10.0.0.2:7000")]
    public void A_count_is_a_count_beside_it(string line)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(line.Split(' ')));
        Assert.Equal(5000, shell.Hold!.Connections);
        Assert.Equal("10.0.0.2:7000", string.Join(' ', shell.Hold.Targets));
    }

    [Theory]
    [InlineData("10.0.0.2", "10.0.0.2:53")]
    [InlineData("fd00::1", "[fd00::1]:53")]
    [InlineData("tls://10.0.0.2", "10.0.0.2:853")]
    [InlineData("udp://10.0.0.2:5353", "10.0.0.2:5353")]
    public void A_host_alone_has_the_port_of_the_protocol(string word, string target)
    {
        CliShell shell = new();
        shell.Live.IsOver = true;
        Assert.Equal(0, shell.Run("query", word, "--for", "1s", "-q"));
        Assert.Equal(target, string.Join(' ', shell.Query!.Targets));
        Assert.Equal(word.StartsWith("tls", StringComparison.Ordinal), shell.Query.Tls is not null);
        Assert.Equal(
            word.StartsWith("udp", StringComparison.Ordinal) ? Transport.Datagram : Transport.Stream,
            shell.Query.Socket.Transport);
    }

    [Fact]
    public void A_bare_word_of_a_server_is_where_it_listens()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("serve", "127.0.0.1:7000-7001", "127.0.0.1:7002", "--for", "1ms"));
        Assert.Equal("127.0.0.1:7000 127.0.0.1:7001 127.0.0.1:7002",
            string.Join(' ', shell.Serve!.Listen.Select(listen => listen.Address)));
        CliShell datagrams = new();
        Assert.Equal(0, datagrams.Run("serve", "udp://127.0.0.1:7000", "--for", "1ms"));
        Assert.Equal([Transport.Datagram], datagrams.Serve!.Transports);
    }

    [Fact]
    public void A_scheme_counts_for_all_of_a_run_and_more_than_the_environment()
    {
        CliShell shell = new();
        shell.Live.IsOver = true;
        shell.Environment["THRONG_TLS"] = "1";
        Assert.Equal(0, shell.Run("monitor", "tcp://10.0.0.2:7000", "--for", "1s"));
        Assert.Null(shell.Monitoring!.Tls);

        CliShell datagrams = new();
        datagrams.Live.IsOver = true;
        datagrams.Environment["THRONG_TARGET"] = "udp://10.0.0.2:7000";
        Assert.Equal(0, datagrams.Run("monitor", "--for", "1s"));
        Assert.Equal(Transport.Datagram, datagrams.Monitoring!.Socket.Transport);
    }

    [Theory]
    [InlineData("hold http://vip/page?x", "--target: 'http://vip/page?x': throng does not speak HTTP; write vip:80")]
    [InlineData("query http://me@[::1]/", "--target: 'http://me@[::1]/': throng does not speak HTTP; write [::1]:80")]
    [InlineData("churn --target https://vip",
        "--target: 'https://vip': throng does not speak HTTP; write tls://vip:443")]
    [InlineData("hold wss://vip:8443/x",
        "--target: 'wss://vip:8443/x': throng does not speak HTTP; write tls://vip:8443")]
    [InlineData("hold ws://vip", "--target: 'ws://vip': throng does not speak HTTP; write vip:80")]
    [InlineData("query dns://ns1", "--target: 'dns://ns1': a scheme is tcp, udp or tls; write ns1")]
    [InlineData("hold udp://10.0.0.2:7",
        "--target udp://10.0.0.2:7: hold has no datagrams; throng query --transport udp and throng monitor --udp send "
            + "them")]
    [InlineData("query tcp://10.0.0.2 --transport udp", "--transport udp contradicts --target tcp://10.0.0.2")]
    [InlineData("query udp://10.0.0.2 --transport tcp", "--transport tcp contradicts --target udp://10.0.0.2")]
    [InlineData("query udp://10.0.0.2 --tls", "--target udp://10.0.0.2 contradicts --tls")]
    [InlineData("query tls://10.0.0.2 --transport udp", "--transport contradicts --target tls://10.0.0.2")]
    [InlineData("hold tcp://10.0.0.2:7 --tls", "--target tcp://10.0.0.2:7 contradicts --tls")]
    [InlineData("monitor --udp tcp://10.0.0.2:7", "--udp contradicts --target tcp://10.0.0.2:7")]
    [InlineData("hold tls://10.0.0.2:7 10.0.0.2:8",
        "--target tls://10.0.0.2:7 contradicts --target 10.0.0.2:8: all of a run are alike")]
    [InlineData("bench --compare tls://10.0.0.2:7",
        "--compare: 'tls://10.0.0.2:7' is none of epoll, uring, kernel, xdp and no HOST:PORT")]
    [InlineData("serve http://*:80", "--listen: 'http://*:80': throng does not speak HTTP; write *:80")]
    public void What_a_scheme_cannot_mean_is_said_in_one_line(string line, string error)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(line.Split(' ')));
        Assert.Equal($"throng {line.Split(' ')[0]}: {error}\n", shell.Error);
    }

    private static IReadOnlyList<SockAddr> TargetsOf(CliShell shell)
    {
        LoadSpec? load = shell.Hold ?? shell.Query ?? shell.Churn ?? shell.Saturate?.Churn ?? shell.Monitoring
            ?? (LoadSpec?)shell.Bench;
        return load!.Targets;
    }
}
