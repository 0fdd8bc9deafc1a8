using Xunit;

namespace Throng.Tests;

/// <summary>Words of other programs are answered with ours, and one mistake is one line.</summary>
public sealed class CliOtherWords
{
    private static readonly IReadOnlyList<CommandSyntax> All = Commands.SyntaxesOf(Commands.All);

    [Theory]
    [InlineData("query --qps 100", "throng query: --qps is --rate here: write --rate 100")]
    [InlineData("query --rps=5k", "throng query: --rps is --rate here: write --rate 5k")]
    [InlineData("hold --qps 100", "throng hold: --qps is --connect-rate here: write --connect-rate 100")]
    [InlineData("hold 5 --rate fast", "throng hold: --rate is --connect-rate here: write --connect-rate RATE")]
    [InlineData("saturate --rate 50", "throng saturate: --rate is --start here: write --start 50")]
    [InlineData("hold --vus 100", "throng hold: --vus is --connections here: write --connections 100")]
    [InlineData("churn -c 100", "throng churn: -c is --in-flight-max here: write --in-flight-max 100")]
    [InlineData("hold -z 30s", "throng hold: -z is --for here: write --for 30s")]
    [InlineData("hold --port 7000", "throng hold: --port is --target HOST:7000 here")]
    [InlineData("serve -p 7000", "throng serve: -p is --listen ADDR:7000 here")]
    [InlineData("query -s ns1", "throng query: -s is --target here: write --target ns1")]
    [InlineData("query -k", "throng query: -k needs no option: a certificate is verified only with --tls-verify")]
    [InlineData("query -u", "throng query: -u is --transport udp here")]
    [InlineData("monitor -b 10M", "throng monitor: -b is --bandwidth 10Mbit here")]
    [InlineData("query -l 30", "throng query: -l is --for here: write --for 30")]
    [InlineData("bench -l 1KiB", "throng bench: -l is --size here: write --size 1KiB")]
    [InlineData("hold --url http://h/;x", "throng hold: --url is --target HOST:PORT here")]
    [InlineData("query --output \u001b[2J", "throng query: --output is --out here: write --out FILE")]
    [InlineData("churn -rate=50/1s", "throng churn: -rate: a long option has two dashes here: write --rate")]
    [InlineData("hold -for 5s", "throng hold: -for: a long option has two dashes here: write --for")]
    [InlineData("query -qps 100", "throng query: --qps is --rate here: write --rate 100")]
    [InlineData("hold -s",
        "throng hold: -s has no place here: throng serve is the other end, and there are no scripts")]
    [InlineData("saturate --from 10", "throng saturate: --from is --start here: write --start 10")]
    [InlineData("saturate --to 20k", "throng saturate: --to is --rate-max here: write --rate-max 20k")]
    [InlineData("query -L",
        "throng query: -L needs no option: latencies are always in the result; --hlog writes all of them")]
    [InlineData("query --think-time 1s",
        "throng query: --think-time has no place here: --rate says how often, and no answer delays what is due")]
    [InlineData("hold --think-time 1s", "throng hold: --think-time is --ping-interval here: write --ping-interval 1s")]
    [InlineData("query --percentile 99", "throng query: --percentile needs no option: p50, p99 and more are always in "
        + "the result, and --fail-on judges any of them")]
    [InlineData("query --body x", "throng query: --body has no place here: --name or --names says what is asked, and "
        + "--size how long an echo is")]
    [InlineData("query -targets=t.txt", "throng query: --targets is --target here, which takes no file: write "
        + "--target HOST[:PORT[-PORT]] for each")]
    [InlineData("serve --qps 5", "throng serve: unknown option --qps; see throng serve --help")]
    public void A_word_of_another_program_is_answered_with_ours(string line, string error)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(line.Split(' ')));
        Assert.Equal(error + "\n", shell.Error);
        Assert.Empty(shell.Live.Calls);
    }

    [Fact]
    public void Every_answer_names_options_that_are_there()
    {
        HashSet<OtherWord> answered = [];
        foreach (CommandSyntax command in All)
        {
            foreach (string spelling in OtherWords.All.SelectMany(word => word.Spellings.Split(' ')).Distinct())
            {
                bool isOurs = command.Options.Any(option => option.Spellings.Contains(spelling));
                if (isOurs || OtherWords.Find(spelling, command) is not { } word)
                {
                    continue;
                }

                answered.Add(word);
                string said = word.Answer(spelling, "7", command);
                string answer = said[(spelling.Length + 1)..];
                Assert.All(OtherWord.OptionsIn(answer), named =>
                {
                    string owner = named.Command.Length == 0 ? command.Name : named.Command;
                    CommandSyntax syntax = All.Single(one => one.Name == owner);
                    Assert.True(
                        syntax.Options.Any(option => option.Spellings.Contains(named.Option)), $"{owner}: {said}");
                });
            }
        }

        Assert.Empty(OtherWords.All.Except(answered).Select(word => word.Spellings));
    }

    [Fact]
    public void Every_answer_of_the_table_is_somebodys()
    {
        foreach (OtherWord word in OtherWords.All)
        {
            foreach ((string owner, string name) in word.Answers.SelectMany(OtherWord.OptionsIn))
            {
                Assert.Contains(All.Where(one => owner.Length == 0 || one.Name == owner),
                    one => one.Options.Any(option => option.Spellings.Contains(name)));
            }
        }

        Assert.All(OtherWords.Hinted, hinted => Assert.Contains(
            All.SelectMany(command => command.Options), option => option.Spellings.Contains(hinted)));
    }

    [Theory]
    [InlineData("hold --foo 5")]
    [InlineData("hold 5 --foo 6")]
    [InlineData("query --foo 5")]
    [InlineData("query --tsl --tls-verify --target 10.0.0.1:53")]
    [InlineData("hold --tls --target 10.0.0.1:53 --tls-ca f --tsl-verify")]
    [InlineData("serve --tls-crt a.pem --tls --tls-key b.pem")]
    [InlineData("hold -x 5")]
    [InlineData("hold -qx 5")]
    [InlineData("report --foo run.json")]
    [InlineData("compare --foo a.json b.json")]
    [InlineData("merge --foo 5 a.json b.json")]
    [InlineData("doctor --foo 5")]
    [InlineData("doctor hold --foo 5")]
    [InlineData("ctl --foo /tmp/x status")]
    [InlineData("ctl --foo")]
    [InlineData("explain --foo response")]
    [InlineData("completion --foo bash")]
    [InlineData("man --foo hold")]
    [InlineData("as --foo tspam")]
    [InlineData("churn --rates 5 --cooldown 1s")]
    [InlineData("churn --rate x --cooldown 1s")]
    public void One_mistake_is_one_line(string line)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(line.Split(' ')));
        Assert.Equal(1, shell.Error.Count(letter => letter == '\n'));
    }

    [Theory]
    [InlineData("hold -t 30s", "how long to run is --for here")]
    [InlineData("hold -c 10.0.0.2", "a host is --target here")]
    [InlineData("query -d queries.txt", "a file of names is --names here")]
    public void A_letter_of_ours_that_is_another_elsewhere_says_so(string line, string hint)
    {
        CliShell shell = new();
        Assert.Equal(2, shell.Run(line.Split(' ')));
        Assert.EndsWith($"; {hint}\n", shell.Error, StringComparison.Ordinal);
    }
}
