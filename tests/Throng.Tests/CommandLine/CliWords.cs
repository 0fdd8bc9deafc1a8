using Throng.Originals;
using Xunit;

namespace Throng.Tests;

/// <summary>Words that people type and read: help of every program, names of options, rows of results.</summary>
public sealed class CliWords
{
    public static TheoryData<string> Originals => [.. AllOriginals.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Originals))]
    public void Every_program_answers_a_call_for_help_and_starts_nothing(string name)
    {
        foreach (string help in (string[])["--help", "-h"])
        {
            CliShell shell = new();
            Assert.Equal(0, shell.Run("as", name, help));
            string text = shell.Out + shell.Error;
            Assert.Contains("usage", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("unrecognized", text, StringComparison.Ordinal);
            Assert.Empty(shell.Live.Calls);
        }
    }

    /// <summary>A drawing that a command writes is --svg; the names of earlier versions are taken and not shown.
    /// </summary>
    [Fact]
    public void A_drawing_has_one_name_on_every_command()
    {
        CommandSyntax[] all = [.. Commands.SyntaxesOf(Commands.All)];
        string[] drawing = [.. all.Where(one => one.Options.Any(option => option.Spelling == "--svg"))
            .Select(one => one.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(["bench", "compare", "report", "saturate"], drawing);
        foreach ((string command, string old) in ((string, string)[])[("saturate", "--chart"), ("bench", "--plot")])
        {
            CliShell help = new();
            Assert.Equal(0, help.Run(command, "--help"));
            Assert.Contains("--svg FILE|-", help.Out, StringComparison.Ordinal);
            Assert.DoesNotContain(old, help.Out, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("hold --svg x.svg", "throng hold: --svg is made of a saved result: --out run.json, then throng report "
        + "run.json --svg run.svg")]
    [InlineData("query --plot x.svg", "throng query: --plot is made of a saved result: --out run.json, then throng "
        + "report run.json --svg run.svg")]
    [InlineData("saturate --plot x.svg", "throng saturate: --plot is --svg here: write --svg x.svg")]
    [InlineData("bench --chart x.svg", "throng bench: --chart is --svg here: write --svg x.svg")]
    [InlineData("compare a b --plot", "throng compare: --plot is --svg here: write --svg FILE|-")]
    public void A_refused_drawing_says_what_to_write(string line, string error)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(line.Split(' ')));
        Assert.Equal(error + "\n", shell.Error);
    }

    /// <summary>A load goes to no host that may have been meant otherwise.</summary>
    [Fact]
    public void An_address_behind_http_is_refused_since_it_may_be_a_target()
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run("hold", "--http", "127.0.0.1:7090"));
        Assert.Equal("throng hold: --http 127.0.0.1:7090: which of both is meant? The address of --http is joined to "
            + "it, --http=127.0.0.1:7090; a target stands before it\n", shell.Error);
        Assert.Empty(shell.Live.Calls);
        string[] clear = ["hold 127.0.0.1:7090 --http", "hold --http=127.0.0.1:7090", "hold --http 10"];
        foreach (string line in clear)
        {
            CliShell other = new();
            _ = other.Run([.. line.Split(' '), "--dry-run"]); // which is refused beside --http, so that nothing starts
            Assert.Equal("throng hold: --http has no effect with --dry-run, which runs nothing and prints text\n",
                other.Error);
        }
    }

    [Theory]
    [InlineData("query -q 100", "-q takes no value: a rate is --rate 100")]
    [InlineData("serve 7000", "write *:7000 for every address of this host, or 127.0.0.1:7000")]
    [InlineData("hold 10 127.0.0.1", "the port is missing: write 127.0.0.1:PORT")]
    [InlineData("hold -5", "'-5' is no count: it begins with a dash")]
    [InlineData("serve -s", "-s is --listen ADDR:PORT here")]
    [InlineData("attack", "requests at a rate are throng query")]
    [InlineData("iperf3 -c 10.0.0.1", "the other end is throng serve")]
    [InlineData("vegeta attack", "requests at a rate are throng query")]
    [InlineData("dnsperf -s 10.0.0.1", "DNS queries are throng query")]
    [InlineData("nc 10.0.0.1 80", "one connection is throng hold 1 HOST:PORT")]
    [InlineData("tspam rate", "throng as tspam stands in for it")]
    public void A_habit_of_other_programs_is_answered_in_one_line(string line, string answer)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(line.Split(' ')));
        Assert.Contains(answer, shell.Error, StringComparison.Ordinal);
        Assert.Single(shell.Error.TrimEnd('\n').Split('\n'));
        Assert.Empty(shell.Live.Calls);
    }

    [Fact]
    public void A_view_that_is_printed_contradicts_another_one()
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run("compare", "a", "b", "--svg", "-", "--json"));
        Assert.Equal("throng compare: --svg contradicts --json: both would print there\n",
            shell.Error.Length > 0 ? shell.Error : shell.Out);
    }

    [Fact]
    public void A_path_behind_an_option_that_takes_none_is_told_how_to_write_it()
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run("report", "run.json", "--json", "again.json"));
        Assert.Equal(
            "throng report: --json shows one run, not 2; to write it to a file: --json=FILE\n", shell.Error);
    }

    [Theory]
    [InlineData("count")]
    [InlineData("search")]
    [InlineData("rounds")]
    [InlineData("duration")]
    public void The_end_of_a_run_is_what_ended_it(string end)
    {
        CliShell shell = new();
        shell.Live.IsOver = true;
        shell.Live.OverBy = end;
        Assert.Equal(99, shell.Run("query", "--fail-on", $"ended_by = {end}"));
        CliShell other = new();
        other.Live.IsOver = true;
        other.Live.OverBy = end;
        Assert.Equal(0, other.Run("query", "--fail-on", "ended_by = quit"));
    }
}
