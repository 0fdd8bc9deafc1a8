using System.Text.Json;
using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Tests that errors on a command line are reported in one line each, all of them at once, with exit code 2.
/// </summary>
public class CliUsage
{
    [Theory]
    [InlineData("hodl", "throng: unknown command 'hodl'; did you mean hold?")]
    [InlineData("--json", "throng: the command comes first, then --json; see throng help")]
    [InlineData("help hodl", "throng: unknown command 'hodl'; did you mean hold?")]
    [InlineData("version now", "throng: version takes nothing, not 'now'")]
    [InlineData("hold --conect-rate 5", "throng hold: unknown option --conect-rate; did you mean --connect-rate?")]
    [InlineData("hold --frobnicate", "throng hold: unknown option --frobnicate; see throng hold --help")]
    [InlineData("hold -5", "throng hold: '-5' is no count: it begins with a dash")]
    [InlineData("hold -x", "throng hold: unknown option -x; see throng hold --help")]
    [InlineData("serve --until-held", "throng serve: --until-held is an option of hold, not of serve")]
    [InlineData("serve --delay 1s", "throng serve: --delay has no effect without --mode exchange")]
    [InlineData("serve --mode exchange --transport udp",
        "throng serve: --mode exchange needs --transport tcp: a datagram has no FIN")]
    [InlineData("serve --mode exchange --transport tcp+udp",
        "throng serve: --mode exchange needs --transport tcp: a datagram has no FIN")]
    [InlineData("serve --tls --transport tcp+udp",
        "throng serve: --tls is of --transport tcp: a datagram is echoed as it came")]
    [InlineData("serve --hlog f", "throng serve: --hlog has no effect: a server measures no latencies")]
    [InlineData("serve --name pod", "throng serve: --name has no effect without --mode stamp")]
    [InlineData("serve --health [::]:80-81", "throng serve: --health takes one port")]
    [InlineData("serve --mode exchange --content /nowhere/at/all",
        "throng serve: --content: cannot read /nowhere/at/all: there is no such directory")]
    [InlineData("serve --mode stamp --name a\tb",
        "throng serve: --name 'a\\u{9}b' is no name: it has a control character, and a client takes it for a "
            + "wrong answer")]
    [InlineData("serve --mode stamp --name a\u202eb",
        "throng serve: --name 'a\\u{202e}b' is no name: it has a control character, and a client takes it for a "
            + "wrong answer")]
    [InlineData("serve 5",
        "throng serve: '5' is a port without an address: write *:5 for every address of this host, or 127.0.0.1:5")]
    [InlineData("query -q 100",
        "throng query: -q takes no value: a rate is --rate 100")]
    [InlineData("doctor --apply --json x", "throng doctor: --apply and --undo take no plan, not 'x'", true)]
    [InlineData("hold vip", "throng hold: 'vip' is neither a count such as 10k nor HOST:PORT[-PORT]")]
    [InlineData("hold 10.0.0.2", "throng hold: '10.0.0.2': the port is missing: write 10.0.0.2:PORT")]
    [InlineData("hold vip:x", "throng hold: --target: 'vip:x': 'x' is not a port (1 to 65535)")]
    [InlineData("hold 5 -c 6", "throng hold: N 5 contradicts -c 6")]
    [InlineData("hold 5 6", "throng hold: N 5 contradicts N 6")]
    [InlineData("hold -t 2 --threads 4", "throng hold: -t 2 contradicts --threads 4")]
    [InlineData("hold -q --verbose", "throng hold: -q contradicts --verbose")]
    [InlineData("hold --target h:1 -46", "throng hold: -4 contradicts -6")]
    [InlineData("hold --target [::1]:1 -4", "throng hold: --target [::1]:1 contradicts -4")]
    [InlineData("hold -6", "throng hold: -6 has no effect without --target: the server is this run's own")]
    [InlineData("hold --public", "throng hold: --public has no effect without --target: the server is this run's own")]
    [InlineData("hold --json=yes",
        "throng hold: --json takes no value but a file: --json alone is standard output, --json=FILE is --out FILE")]
    [InlineData("hold --json=f -o g", "throng hold: --json f contradicts -o g")]
    [InlineData("compare a b --json=f", "throng compare: --json takes no value")]
    [InlineData("help hold extra", "throng: help takes one command, not 'extra' too")]
    [InlineData("monitor --bandwidth 8mbi",
        "throng monitor: --bandwidth: '8mbi' is not a bandwidth: 'mbi' is not a unit of it; write bits a second such "
            + "as 8mbit or 1gbit, or bytes such as 100KiB or 2MB")]
    [InlineData("monitor --bandwidth 100bit",
        "throng monitor: --bandwidth: '100bit' is not a bandwidth: it is not a whole number of bytes", true)]
    [InlineData("hold --out", "throng hold: --out needs FILE")]
    [InlineData("hold --out --quiet", "throng hold: --out needs FILE")]
    [InlineData("hold --engine=ur", "throng hold: --engine: 'ur' is none of auto, uring, epoll", true)]
    [InlineData("hold --keepalive 1500ms", "throng hold: --keepalive: the kernel counts keepalive in whole seconds")]
    [InlineData("hold --connect-timeout 0", "throng hold: --connect-timeout: '0' is not 1ms or longer")]
    [InlineData("hold --ping-interval 0", "throng hold: --ping-interval: '0': an interval is longer than 0")]
    [InlineData("hold --threads 0", "throng hold: --threads: '0' is not between 1 and 1,024")]
    [InlineData("query --rate 1g",
        "throng query: --rate: 1,000,000,000/s is more than a schedule is kept of, 10,000,000/s")]
    [InlineData("query --profile 1s@1k..1g",
        "throng query: --profile: 1,000,000,000/s is more than a schedule is kept of, 10,000,000/s")]
    [InlineData("churn --rate 1g", "throng churn: --rate: 1,000,000,000/s is more than a schedule is kept of", true)]
    [InlineData("monitor --rate 1g", "throng monitor: --rate: 1,000,000,000/s is more than a schedule is kept", true)]
    [InlineData("saturate --rate-max 1g", "throng saturate: --rate-max: 1,000,000,000/s is more than a", true)]
    [InlineData("hold --seed -1", "throng hold: --seed: '-1' is not a whole number", true)]
    [InlineData("hold 1.5", "throng hold: N: '1.5' is not a count", true)]
    [InlineData("hold --dry-run --out f", "throng hold: --out has no effect with --dry-run", true)]
    [InlineData("serve --listen 10.0.0.1", "throng serve: --listen: '10.0.0.1': the port is missing", true)]
    [InlineData("serve --listen 10.0.0.1:0", "throng serve: --listen: '10.0.0.1:0': '0' is not a port", true)]
    [InlineData(
        "serve --listen 10.0.0.1:65536", "throng serve: --listen: '10.0.0.1:65536': '65536' is not a port", true)]
    [InlineData("serve --listen *:9-7", "throng serve: --listen: '*:9-7': the range ends (7) before it begins (9)")]
    [InlineData("serve --listen *:7-", "throng serve: --listen: '*:7-': a port is missing")]
    [InlineData("serve --listen :7", "throng serve: --listen: ':7': the host is missing", true)]
    [InlineData("serve --listen ::1:7", "throng serve: --listen: '::1:7': an IPv6 address needs brackets", true)]
    [InlineData("hold 10 ::1:7998",
        "throng hold: --target: '::1:7998': an IPv6 address needs brackets; write [::1]:7998")]
    [InlineData("serve 127.0.0.1:7000,127.0.0.1:7001", "throng serve: --listen: '127.0.0.1:7000,127.0.0.1:7001': "
        + "several are written apart: 127.0.0.1:7000 127.0.0.1:7001")]
    [InlineData("serve :80",
        "throng serve: --listen: ':80': the host is missing; write *:80 for every address of this host")]
    [InlineData("hold --fail-on latency.p99>10ms", "throng hold: --fail-on: there is no metric 'latency.p99': the time "
        + "of an answer is 'response.p99'; `throng explain` lists them")]
    [InlineData("serve --listen [::1]", "throng serve: --listen: '[::1]': the port is missing", true)]
    [InlineData("serve --listen [x]:7", "throng serve: --listen: '[x]:7': what is in brackets is not an IPv6", true)]
    [InlineData("serve --listen 10.1:7", "throng serve: --listen: '10.1:7': an IPv4 address is four numbers up to 255")]
    [InlineData("serve --listen *:7 --listen *:7", "throng serve: --listen 0.0.0.0:7 is given twice", true)]
    [InlineData("hold --target *:7", "throng hold: --target: '*:7' names no host to connect to")]
    [InlineData("hold --target 0.0.0.0:7", "throng hold: --target: '0.0.0.0:7' names no host to connect to")]
    [InlineData("hold --target 8.8.8.8:53", "throng hold: 8.8.8.8 is a public address: a load goes there only", true)]
    [InlineData("hold --target 10.0.0.1:1-2 --target 10.0.0.1:2", "throng hold: --target 10.0.0.1:2 is given twice")]
    [InlineData("hold --source 224.0.0.1", "throng hold: --source: '224.0.0.1': no connection comes from 224.0.0.1")]
    [InlineData("hold --source [::ffff:0.0.0.0]",
        "throng hold: --source: '[::ffff:0.0.0.0]': no connection comes from 0.0.0.0")]
    [InlineData("hold --source ff02::1", "throng hold: --source: 'ff02::1': no connection comes from ff02::1")]
    [InlineData("hold --source @/dev/zero", "throng hold: --source: /dev/zero has more than 8.00 MiB")]
    [InlineData("hold --source 10.0.0.0/8", "throng hold: --source: '10.0.0.0/8' is more than 65,536 addresses")]
    [InlineData("hold --source 10.0.0.9-10.0.0.5", "throng hold: --source: '10.0.0.9-10.0.0.5' ends before it begins")]
    [InlineData(
        "hold --source @/nonexistent/x", "throng hold: --source: cannot read /nonexistent/x: there is no", true)]
    [InlineData("hold --target 10.0.0.1:1 --source ::1", "throng hold: --target 10.0.0.1:1 has no --source", true)]
    [InlineData("ctl", "throng ctl: PATH and COMMAND are missing")]
    [InlineData("ctl /tmp/x", "throng ctl: COMMAND is missing; try status or help")]
    public void Is_said_in_one_line(string line, string error, bool isBeginning = false)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(line.Split(' ')));
        string[] said = shell.Error.Split('\n');
        if (isBeginning)
        {
            Assert.StartsWith(error, said[0], StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(error, said[0]);
        }

        Assert.Empty(shell.Live.Calls);
        Assert.All(said, one => Assert.DoesNotContain('\r', one));
    }

    [Fact]
    public void All_errors_are_said_together()
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run("hold", "x", "--threads", "none", "--bogus", "--target", "h", "-qv"));
        Assert.Equal(6, shell.Error.Split('\n').Length);
        Assert.Equal("", shell.Out);
    }

    [Fact]
    public void With_json_the_errors_are_a_document()
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run("hold", "--bogus", "--out", "--json"));
        JsonElement document = JsonDocument.Parse(shell.Out).RootElement;
        Assert.Equal(2, document.GetProperty("error").GetProperty("exit_code").GetInt32());
        Assert.Contains("--bogus", document.GetProperty("error").GetProperty("what").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_set_up_says_what_why_and_remedy_and_ends_with_3()
    {
        CliShell shell = new() { FailsToStart = new SetupException("cannot bind", "try another port", 98) };
        Assert.Equal(3, shell.Run("serve", "--json"));
        Assert.Equal(
            "throng serve: cannot bind: address already in use (EADDRINUSE); try another port\n", shell.Error);
        JsonElement error = JsonDocument.Parse(shell.Out).RootElement.GetProperty("error");
        Assert.Equal("try another port", error.GetProperty("remedy").GetString());
    }

    [Fact]
    public void A_name_that_does_not_resolve_ends_with_3()
    {
        CliShell shell = new();
        Assert.Equal(3, shell.Run("hold", "--target", "no.such.name.invalid:7"));
        Assert.StartsWith("throng hold: cannot find an address of no.such.name.invalid: ", shell.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_words_do_not_reach_the_terminal_as_they_are()
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run("hold", "--\u001b[2J" + new string('x', 10_000), "--target", "a\nb:1", "--engine",
            "\0"));
        Assert.DoesNotContain('\u001b', shell.Error);
        Assert.All(shell.Error.Split('\n'), line => Assert.True(line.Length < 300));
        Assert.Equal(4, shell.Error.Split('\n').Length);
    }

    [Fact]
    public void Random_words_never_crash_the_parser()
    {
        string[] parts = ["hold", "-", "--", "=", ":", "[", "]", "/", "@", "7", "-c", "k", "..", "*", "--target",
            "--for",
            "--source", "é", "\u0007", "::", "fe80::1%9", "255.255.255.255", "/33", "65535", " ", "--dry-run", ","];
        Prng random = new(7);
        for (int round = 0; round < Suite.Rounds(few: 1000, all: 5000); round++)
        {
            string[] words = new string[random.NextInRange(1, 5)];
            for (int at = 0; at < words.Length; at++)
            {
                words[at] = string.Concat(
                    Enumerable.Range(0, (int)random.NextInRange(1, 4)).Select(_ => parts[random.NextInRange(0,
                        parts.Length - 1)]));
            }

            CliShell shell = new();
            Arguments read = Arguments.Parse(HoldOptions.Syntax, [HoldOptions.Syntax], words, shell.Environment);
            _ = LoadArguments.Contradictions(read.Values, LoadOptions.Target).Errors.Count;
        }
    }
}
