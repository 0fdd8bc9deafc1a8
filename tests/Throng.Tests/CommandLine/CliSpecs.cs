using System.Net;
using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>From a command line to what the engine is told.</summary>
public class CliSpecs
{
    [Fact]
    public void Hold_takes_everything_it_declares()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "10k", "--target", "10.0.0.2:7000-7003", "--target=[fd00::1]:80",
            "--connect-rate",
            "2k", "--connect-timeout", "250ms", "--ping", "--ping-interval", "1s-2s", "--ping-timeout=3s",
                "--keepalive",
            "10s", "--user-timeout", "1500us", "--for", "1ms", "--close", "rst", "--engine", "epoll", "-t2", "--seed",
                "9",
            "--keep-limits", "--force", "-q"));
        HoldSpec hold = shell.Hold!;
        Assert.Equal(10_000, hold.Connections);
        Assert.Equal("10.0.0.2:7000 10.0.0.2:7001 10.0.0.2:7002 10.0.0.2:7003 [fd00::1]:80", string.Join(' ',
            hold.Targets));
        Assert.Equal(2000, hold.ConnectRatePerSecond);
        Assert.Equal(250_000_000, hold.ConnectTimeoutNs);
        Assert.True(hold.Ping);
        Assert.Equal((1_000_000_000L, 2_000_000_000L), (hold.PingIntervalMinNs, hold.PingIntervalMaxNs));
        Assert.Equal(3_000_000_000, hold.PingTimeoutNs);
        Assert.Equal(new SocketOptions(10, 2), hold.Socket);
        Assert.Equal(CloseKind.Rst, hold.Close);
        RunSpec run = shell.Live.Spec;
        Assert.Equal((EngineChoice.Epoll, 2, 9UL, true), (run.Engine, run.Threads, run.Seed, run.KeepLimits));
        Assert.True(run.Force);
        Assert.Equal(1_000_000, run.DurationNs);
    }

    [Fact]
    public void Defaults_are_those_of_the_spec()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "--for", "1ms"));
        HoldSpec given = shell.Hold! with { Targets = [], Sources = [] };
        HoldSpec plain = new() { Targets = given.Targets, Sources = given.Sources };
        Assert.Equal(plain, given);
        Assert.Equal("", string.Join(' ', shell.Hold!.Targets));
    }

    [Fact]
    public void N_and_its_synonym_may_agree()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "10k", "-c", "10000", "-d1ms"));
        Assert.Equal(10_000, shell.Hold!.Connections);
    }

    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5")]
    [InlineData("10.0.0.0/30", "10.0.0.0 10.0.0.1 10.0.0.2 10.0.0.3")]
    [InlineData("10.0.0.7/31", "10.0.0.6 10.0.0.7")]
    [InlineData("10.0.0.254-10.0.1.1", "10.0.0.254 10.0.0.255 10.0.1.0 10.0.1.1")]
    [InlineData("fd00::fffe-fd00::1:1", "fd00::fffe fd00::ffff fd00::1:0 fd00::1:1")]
    [InlineData("fd00::/127", "fd00:: fd00::1")]
    [InlineData("223.255.255.255", "223.255.255.255")]
    [InlineData("::ffff:10.0.0.5", "10.0.0.5")]
    public void Sources_are_spelled_out(string written, string addresses)
    {
        Assert.True(SourceRange.TryRead(written, out SourceRange range, out string error), error);
        Assert.Equal(addresses, string.Join(' ', range.Addresses));
    }

    [Fact]
    public void Sources_come_from_a_file_too()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "# ours\n10.0.0.1\n\n10.0.1.0/30 # four\n");
        Assert.True(SourceRange.TryRead("@" + path, out SourceRange range, out string error), error);
        Assert.Equal("10.0.0.1 10.0.1.0 10.0.1.1 10.0.1.2 10.0.1.3", string.Join(' ', range.Addresses));
        File.WriteAllText(path, "10.0.0.1\nrubbish\n");
        Assert.False(SourceRange.TryRead("@" + path, out _, out error));
        Assert.Contains("line 2", error, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Theory]
    [InlineData("127.0.0.1:65535", "127.0.0.1:65535")]
    [InlineData("0.0.0.0:65534-65535", "0.0.0.0:65534 0.0.0.0:65535")]
    [InlineData("[::]:7000", "[::]:7000+4")]
    [InlineData("[::]:7 0.0.0.0:7", "[::]:7 0.0.0.0:7")]
    [InlineData("[::1]:7", "[::1]:7")]
    public void Listeners_are_addresses_and_ports(string written, string addresses)
    {
        CliShell shell = new();
        shell.Live.ConnectsTo.Clear();
        Assert.Equal(0, shell.Run(["serve", "--for", "1ms", .. written.Split(' ').Select(one => "--listen=" + one)]));
        Assert.Equal(addresses, string.Join(' ', shell.Serve!.Listen.Select(one =>
            $"{one.Address}{(one.DualStack ? "+4" : "")}")));
    }

    [Fact]
    public void Serve_listens_on_localhost_unless_told_otherwise()
    {
        CliShell shell = new();
        shell.Live.ConnectsTo.Clear();
        Assert.Equal(0, shell.Run("serve", "--for", "1ms"));
        Assert.Equal("127.0.0.1:7000", shell.Serve!.Listen[0].Address.ToString());
        Assert.All(shell.Serve.Listen, listen => Assert.True(listen.Address.IsLoopback));
        Assert.Equal((ServeMode.Echo, 0), (shell.Serve.Mode, shell.Serve.Backlog));
    }

    [Fact]
    public void An_exchange_takes_everything_it_declares()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "answer");
        CliShell shell = new();
        shell.Live.ConnectsTo.Clear();
        Assert.Equal(0, shell.Run(
            "serve", "--for", "1ms", "--mode", "exchange", "--content", file, "--delay", "100ms", "--accept-rate",
            "300", "--idle-timeout", "5s", "--backlog", "16"));
        File.Delete(file);
        ExchangeSpec exchange = shell.Serve!.Exchange;
        Assert.Equal((ServeMode.Exchange, 16), (shell.Serve.Mode, shell.Serve.Backlog));
        Assert.Equal("answer"u8.ToArray(), exchange.Content);
        Assert.Equal(
            (100_000_000L, 300.0, 5_000_000_000L),
            (exchange.DelayNs, exchange.AcceptRatePerSecond, exchange.IdleTimeoutNs));
        Assert.Equal(64, new ExchangeSpec().Content.Length);
    }

    [Theory]
    [InlineData("", "pod-7", "pod-7")]
    [InlineData("typed", "pod-7", "typed")]
    public void A_server_that_stamps_has_a_name(string typed, string podName, string name)
    {
        CliShell shell = new() { Environment = { ["POD_NAME"] = podName } };
        shell.Live.ConnectsTo.Clear();
        shell.Live.EndsByItself = true;
        string[] more = typed.Length == 0 ? [] : ["--name", typed];
        Assert.Equal(0, shell.Run(
            ["serve", "--for", "1ms", "--mode", "stamp", "--transport", "tcp+udp", "--drain", "3s", .. more]));
        Assert.Equal((ServeMode.Stamp, name), (shell.Serve!.Mode, shell.Serve.Name));
        Assert.Equal([Transport.Stream, Transport.Datagram], shell.Serve.Transports);
        Assert.Equal(3_000_000_000, shell.Live.Spec.RetireNs);

        CliShell alone = new();
        alone.Live.ConnectsTo.Clear();
        Assert.Equal(0, alone.Run("serve", "--for", "1ms", "--mode", "stamp"));
        Assert.Equal(System.Environment.MachineName, alone.Serve!.Name);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("10.255.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("172.31.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("239.1.1.1", false)]
    [InlineData("224.0.0.251", false)]
    [InlineData("224.0.1.129", true)]
    [InlineData("232.1.1.1", true)]
    [InlineData("255.255.255.255", false)]
    [InlineData("ff02::fb", false)]
    [InlineData("ff05::2", false)]
    [InlineData("ff0e::101", true)]
    [InlineData("ff3e::8000:1", true)]
    [InlineData("2606:4700::1", true)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("64:ff9b::a00:1", false)]
    public void Public_addresses_are_known(string address, bool isPublic) =>
        Assert.Equal(isPublic, Routability.IsGlobal(IPAddress.Parse(address)));

    /// <summary>A default is no wish: ten a second for 30 s are 300, and not 10,000.</summary>
    [Fact]
    public void What_a_rate_can_begin_counts_where_nobody_says_how_many_may_be_under_way()
    {
        CliShell shell = new();
        string[] slow = ["churn", "--rate", "10", "--target", "10.0.0.2:7000", "--source-ports", "41000-41999"];
        Assert.Equal(0, shell.Run([.. slow, "--dry-run"]));
        Assert.EndsWith("\nit fits\n", shell.Out, StringComparison.Ordinal);
        CliShell wished = new();
        Assert.Equal(3, wished.Run([.. slow, "--in-flight-max", "10k", "--dry-run"]));

        Assert.Equal(433, ChurnSpec.InFlightOf(RateProfile.Constant(10), 30_000_000_000));
        Assert.Equal(10_000, ChurnSpec.InFlightOf(RateProfile.Constant(1000), 30_000_000_000));
        Assert.Equal(109, ChurnSpec.InFlightOf(RateProfile.Constant(10).EndedAt(2_500_000_000), 30_000_000_000));
        Assert.Equal(64, ChurnSpec.InFlightOf(RateProfile.Constant(0), 30_000_000_000));
    }

    [Fact]
    public void A_dry_run_prints_the_plan_and_starts_nothing()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "1.5m", "--dry-run"));
        Assert.StartsWith("hold 1,500,000 connections with uring", shell.Out, StringComparison.Ordinal);
        Assert.EndsWith("\nit fits\n", shell.Out, StringComparison.Ordinal);
        Assert.Null(shell.Hold);
    }

    [Fact]
    public void A_dry_run_of_what_does_not_fit_ends_with_3_unless_forced()
    {
        CliShell shell = new();
        Assert.Equal(3, shell.Run("hold", "200k", "--target", "10.0.0.2:7000", "--dry-run"));
        Assert.Contains("it does not fit: 200,000 connections need", shell.Out, StringComparison.Ordinal);
        Assert.Equal(0, shell.Run("hold", "200k", "--target", "10.0.0.2:7000", "--dry-run", "--force"));
        Assert.Null(shell.Hold);
    }

    [Fact]
    public void The_environment_gives_what_the_command_line_leaves_open()
    {
        CliShell shell = new();
        shell.Environment["THRONG_CONNECTIONS"] = "20k";
        shell.Environment["THRONG_TARGET"] = "10.0.0.1:1, 10.0.0.2:2";
        shell.Environment["THRONG_DURATION"] = "1ms";
        shell.Environment["THRONG_PING"] = "true";
        shell.Environment["THRONG_QUIET"] = "0";
        shell.Environment["THRONG_PORT"] = "tcp://10.0.0.1:80";
        shell.Environment["THRONG_CONECT_RATE"] = "5";
        Assert.Equal(0, shell.Run("hold", "--connect-rate", "7"));
        Assert.Equal(20_000, shell.Hold!.Connections);
        Assert.Equal(2, shell.Hold.Targets.Count);
        Assert.True(shell.Hold.Ping);
        Assert.Equal(
            "throng hold: THRONG_CONECT_RATE is no option and has no effect; did you mean THRONG_CONNECT_RATE?\n",
                shell.Error);
        Assert.Equal(0, shell.Run("hold", "30k"));
        Assert.Equal(30_000, shell.Hold.Connections);
    }

    [Theory]
    [InlineData("THRONG_THREADS", "many", "throng hold: THRONG_THREADS: 'many' is not a count")]
    [InlineData("THRONG_JSON", "maybe", "throng hold: THRONG_JSON: 'maybe' is neither 1 nor 0")]
    public void An_error_in_the_environment_names_the_variable(string name, string value, string error)
    {
        CliShell shell = new();
        shell.Environment[name] = value;
        Assert.Equal(2, shell.Run("hold"));
        Assert.StartsWith(error, shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Effective_options_carry_their_unit_in_the_key()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "5", "--for", "1ms", "--target", "10.0.0.1:1-3"));
        Dictionary<string, Throng.Measurement.Node> options = new(shell.Live.Spec.Options);
        Assert.Equal(5, options["connections"].Integer);
        Assert.Equal("10.0.0.1:1-3", options["target"].Items[0].Text);
        Assert.Equal(1_000_000, options["duration_ns"].Integer);
        Assert.Equal(60_000_000_000, options["ping_interval_max_ns"].Integer);
        Assert.Equal(0, options["connect_rate_per_s"].Real);
        Assert.False(options["ping"].Flag);
    }

    [Fact]
    public void An_unverified_certificate_is_said_before_the_run()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("hold", "tls://10.0.0.2:443", "--for", "1ms"));
        Assert.StartsWith("throng hold: no certificate is verified, whoever answers is taken for the server; "
            + "--tls-verify verifies it,", shell.Error, StringComparison.Ordinal);
        string[][] silent =
        [
            ["10.0.0.2:443", "--tls", "--tls-verify", "--tls-name", "a"], ["10.0.0.2:443", "--tls", "-q"], ["--tls"],
            ["10.0.0.2:443"],
        ];
        foreach (string[] words in silent)
        {
            CliShell quiet = new();
            Assert.Equal(0, quiet.Run(["hold", .. words, "--for", "1ms"]));
            Assert.Equal("", quiet.Error);
        }
    }

    [Fact]
    public void A_bandwidth_is_said_in_both_units()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("monitor", "10.0.0.2:443", "--bandwidth", "8mbit", "--for", "1s"));
        Assert.Equal(
            "throng monitor: --bandwidth is 977 KiB/s (8.00 Mbit/s): 977/s messages of 1.00 KiB\n", shell.Error);
        Assert.Equal(1e6 / 1024, shell.Monitoring!.Profile.RateAt(0), 3);
    }

    [Fact]
    public void A_count_is_told_to_every_load_that_has_a_schedule()
    {
        CliShell query = new();
        query.Live.IsOver = true;
        Assert.Equal(0, query.Run("query", "-n", "10k", "--warmup", "1s"));
        Assert.Equal((10_000, true), (query.Query!.Count, query.Query.Profile.IsEndless));
        CliShell churn = new();
        Assert.Equal(0, churn.Run("churn", "--count=7", "--for", "1m"));
        Assert.Equal(7, churn.Churn!.Count);
        CliShell monitor = new();
        Assert.Equal(0, monitor.Run("monitor", "-n7"));
        Assert.Equal(7, monitor.Monitoring!.Count);
        CliShell much = new();
        Assert.Equal(2, much.Run("query", "-n", "2g"));
        Assert.Equal(
            "throng query: -n 2,000,000,000: more than 1,000,000,000 Poisson arrivals are not counted out; use --for\n",
            much.Error);
        Assert.Equal(0, new CliShell { Live = { IsOver = true } }.Run("query", "-n", "2g", "--arrivals", "constant"));
    }
}
