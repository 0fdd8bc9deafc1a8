using System.Text;
using Throng.Engine;
using Throng.Measurement;
using Throng.Originals;
using Xunit;

namespace Throng.Tests;

/// <summary>From command lines of tcpclient and udpclient to what the engine is told, and what they say.</summary>
public sealed class QueryClientTests
{
    [Fact]
    public void Options_are_read_as_getopt_reads_them()
    {
        QuerySpec query = Spec("", "tcpclient", "-Rv", "-s7", "-t", "30", "127.0.0.1", "-n500", "-p4242", "-r", "1000",
            "-c", "20");
        Assert.Equal("127.0.0.1:4242", query.Targets[0].ToString());
        Assert.Equal((20L, 500.0, 1000.0), (query.Connections, query.ConnectRatePerSecond, query.Profile.RateMax));
        Assert.Equal(30_000_000_000, query.Profile.DurationNs);
        Assert.Equal((Arrivals.Poisson, ConnectionPick.Random), (query.Arrivals, query.Pick));
        Assert.Equal((QueryLog.StandardOutput, QueryKind.Dns), (query.LogPath, query.Kind));
        Assert.Equal(Transport.Stream, query.Socket.Transport);
        Assert.Null(query.Tls);
        Assert.NotNull(query.Questions);
    }

    [Fact]
    public void Defaults_and_the_other_transports()
    {
        QuerySpec plain = Spec("", "tcpclient", "-p", "4242", "-r", "10", "-c", "2", "127.0.0.1");
        Assert.True(plain.Profile.IsEndless);
        Assert.Equal(("", 1000.0), (plain.LogPath, plain.ConnectRatePerSecond));
        TlsClientSpec? tls = Spec("", "tcpclient", "-p853", "-r1", "-c1", "--tls", "localhost").Tls;
        Assert.Equal((false, ""), (tls!.Verifies, tls.ServerName));
        QuerySpec datagrams = Spec("", "udpclient", "-p", "53", "-r", "10", "-c", "2", "127.0.0.1");
        Assert.Equal((Transport.Datagram, 0), (datagrams.Socket.Transport, datagrams.ConnectRatePerSecond));
    }

    [Fact]
    public void Rates_from_stdin_hold_for_their_time_and_slopes_change_them()
    {
        QuerySpec rates = Spec("3\n2000 100\n2000 500\n 2000 50\n", "tcpclient", "--stdin", "-p1", "-c1", "::1");
        Assert.Equal("2000ms@100,2000ms@500,2000ms@50", rates.Profile.ToString());
        QuerySpec slopes = Spec(
            "3 3000 200 2000 0 3000 -150", "tcpclient", "--stdin-rateslope", "-r100", "-p1", "-c1", "::1");
        Assert.Equal("3000ms@100..700,2000ms@700,3000ms@700..250", slopes.Profile.ToString());
        QuerySpec falling = Spec("1 4000 -50", "tcpclient", "--stdin-rateslope", "-r100", "-p1", "-c1", "::1");
        Assert.Equal("2000ms@100..0,2000ms@0", falling.Profile.ToString());
    }

    [Theory]
    [InlineData("Error: missing mandatory arguments")]
    [InlineData("Error: missing mandatory arguments", "-p", "1", "-r", "1", "-c", "1")]
    [InlineData("Error: missing mandatory arguments", "-p", "0", "-r", "1", "-c", "1", "host")]
    [InlineData("Error: missing mandatory arguments", "-p", "1", "-r", "x", "-c", "1", "host")]
    [InlineData("Error: missing mandatory arguments", "-p", "1", "-r", "1", "-c", "-1", "host")]
    [InlineData("Error: --stdin is not compatible with -t, -r, or --stdin-rateslope", "--stdin", "-r", "1")]
    [InlineData("Error: --stdin-rateslope is not compatible with -t or --stdin", "--stdin-rateslope", "-t", "1")]
    [InlineData("tcpclient: invalid option -- 'x'", "-x")]
    [InlineData("tcpclient: option requires an argument -- 'p'", "-p")]
    public void What_is_missing_or_wrong_is_answered_with_the_usage_and_1(string says, params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(1, shell.Run(["as", "tcpclient", .. words]));
        Assert.StartsWith(says + "\nusage: tcpclient ", shell.Error, StringComparison.Ordinal);
        Assert.Null(shell.Query);
    }

    [Theory]
    [InlineData("", "Error: expected number of commands on first line of stdin")]
    [InlineData("x", "Error: expected number of commands on first line of stdin")]
    [InlineData("0", "Error: at least one command expected")]
    [InlineData("257", "Error: maximum number of allowed commands is 256")]
    [InlineData("2\n1000 5\n1000", "Error parsing command input")]
    [InlineData("1\n1000 x", "Error parsing command input: command 1 of 1 is no duration in ms and a rate")]
    [InlineData("1\n1000 -5", "Error parsing command input: command 1 of 1 is no duration in ms and a rate")]
    [InlineData("1\n0 5", "Error parsing command input: command 1 of 1 is no duration in ms and a rate")]
    public void Bad_input_ends_with_255(string input, string says)
    {
        CliShell shell = new() { Input = new MemoryStream(Encoding.UTF8.GetBytes(input)) };
        Assert.Equal(255, shell.Run("as", "tcpclient", "--stdin", "-p1", "-c1", "127.0.0.1"));
        Assert.Equal(says + "\n", shell.Error);
    }

    [Fact]
    public void Help_is_no_error_and_a_name_that_is_none_is_one()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("as", "udpclient", "-h"));
        Assert.StartsWith("usage: udpclient ", shell.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("[--tls]", shell.Error, StringComparison.Ordinal);
        CliShell other = new();
        Assert.Equal(1, other.Run("as", "tcpclient", "-pnosuchservice", "-r1", "-c1", "127.0.0.1"));
        Assert.Equal("Error in getaddrinfo: tcp/nosuchservice: unknown port\n", other.Error);
    }

    [Fact]
    public void Nobody_there_ends_it_with_1()
    {
        CliRun run = new();
        QueryClientFace face = new(new QueryPlan { Name = "tcpclient", Connections = 5 });
        _ = face.Begin(run, default);
        run.Now = run.Now with { Open = 0, Failed = 3, Counts = run.Now.Counts.With(Counter.Opened, 0) };
        Assert.True(face.Tick().Quits);
        Ending ending = face.End(
            run.Document("quit") with
            {
                Connections = new Connections { ConnectFailed = new ReasonCounts { { "refused", 3 } } },
            }, 0);
        Assert.Equal(1, ending.ExitCode);
        Assert.Equal(["Failed to connect: Connection refused", "Could not connect to host"], ending.Errors);
    }

    [Fact]
    public void Without_v_only_what_went_wrong_is_said()
    {
        QueryClientFace face = new(new QueryPlan { Name = "tcpclient", Connections = 5 });
        RunDocument good = Document(lost: 0, sent: 100, answered: 100);
        Assert.Empty(face.End(good, 0).Errors);
        Ending ending = face.End(Document(lost: 2, sent: 100, answered: 90), 2);
        Assert.Equal(130, ending.ExitCode);
        Assert.Equal(
            [
                "Connection error: closed by the server (2 times)",
                "tcpclient: 10 of 100 queries without an answer: 0 timed out, 10 lost",
            ],
            ending.Errors);
    }

    [Fact]
    public void With_v_the_steps_are_told_and_the_figures()
    {
        CliRun run = new();
        QueryClientFace face = new(new QueryPlan
        {
            Name = "tcpclient", Connections = 100, RatePerSecond = 50, DurationSeconds = 2, Verbosity = 1, Host = "h",
            Port = "53",
        });
        Assert.Equal(
            ["Maximum number of TCP connections: 40000", "Trying to connect to h port 53..."],
            face.Begin(run, new DescriptorLimit(1, 20_000)).Errors);
        Assert.Empty(face.Tick().Errors);
        run.Now = run.Now with { Open = 100 };
        Assert.Equal(
            [
                "Success!", "Opening 100 connections to host h port 53...", "Opened 100 connections to host h port 53",
                "Starting 50 Poisson processes generating queries...", "Scheduling stop event in 2 seconds.",
                "Starting event loop",
            ],
            face.Tick().Errors);
        Assert.Empty(face.Tick().Errors);
        Assert.Equal(
            ["tcpclient: 100 queries sent, 100 answered, 50 queries/s"],
            face.End(Document(lost: 0, sent: 100, answered: 100), 0).Errors);
    }

    private static RunDocument Document(long lost, long sent, long answered) => new CliRun().Document("duration") with
    {
        Connections = new Connections
        {
            Opened = 5, Lost = lost, Closed = new ReasonCounts { { "drained", 5 - lost }, { "peer-closed", lost } },
        },
        Messages = new Messages { Offered = sent, Sent = sent, Answered = answered, Lost = sent - answered },
        Rate = new Rate(50, 50),
    };

    private static QuerySpec Spec(string input, params string[] words)
    {
        CliShell shell = new() { Input = new MemoryStream(Encoding.UTF8.GetBytes(input)) };
        shell.Live.IsOver = true;
        _ = shell.Run(["as", .. words]);
        return shell.Query ?? throw new InvalidOperationException(shell.Error);
    }
}
