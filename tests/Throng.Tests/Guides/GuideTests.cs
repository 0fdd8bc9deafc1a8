using System.Text.RegularExpressions;
using Throng.Tests.Tidy;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// The README and the guides say nothing to type that is not understood: every command line of throng in them goes
/// through the real parser, and a run through its plan. The tests with a network run what is not marked as parsed.
/// </summary>
public sealed partial class GuideTests
{
    private static readonly IReadOnlyList<CommandSyntax> Syntaxes = Commands.SyntaxesOf(Commands.All);

    /// <summary>Errors of a line that is right: a guide's file is not here, an engine has nothing to plan.</summary>
    private static readonly string[] NoFault = ["no such file", "that are examined here"];

    public static TheoryData<string> Files => [.. Guide.Paths(Repository.Root)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_command_line_is_understood(string path)
    {
        GuideStep[] steps =
            [.. Guide.Read(Repository.Root, path).Steps, .. Guide.LinesOf(Repository.File(path).Text)];
        Assert.True(!path.Contains("guides") || steps.SelectMany(step => step.Calls()).Any());
        foreach (GuideStep step in steps)
        {
            foreach (IReadOnlyList<string> call in step.Calls())
            {
                Assert.True(IsUnderstood(call, out string error), $"{path}:{step.Line}: $ {step.Command}\n{error}");
            }
        }
    }

    [Fact]
    public void What_the_README_has_for_each_question_is_understood()
    {
        MatchCollection cells = Cell().Matches(Repository.File("README.md").Text);
        Assert.Equal(8, cells.Count);
        foreach (Match cell in cells.AsEnumerable())
        {
            IReadOnlyList<string> call = new GuideStep(1, cell.Groups["line"].Value, [], false).Calls().Single();
            Assert.True(IsUnderstood(call, out string error), error);
        }
    }

    [Fact]
    public void A_block_is_commands_and_what_they_show()
    {
        const string text = """
            Text.

            <!-- parsed: for the sample -->
            ```console
            $ throng hold 5 \
                --for 1s | tee 'a b' && throng report "x y" 2>&1
            held 5 of 5 for 900 ms
            …
            $ ls # throng no
            ```

            ```console
            $ throng serve &
            $ cat >names <<'END'
            $ no command
            END
            $ cat names
            ```
            """;
        GuideStep[] steps = [.. Guide.StepsOf(text)];
        Assert.Equal([5, 9, 13, 14, 17], steps.Select(step => step.Line));
        Assert.Equal([false, false, true, true, true], steps.Select(step => step.IsRun));
        Assert.Equal("cat >names <<'END'\n$ no command\nEND", steps[3].Command);
        Assert.Equal(
            ["hold 5 --for 1s", "report x y"], steps[0].Calls().Select(words => string.Join(' ', words)));
        Assert.Equal("x y", steps[0].Calls().Last()[1]);
        Assert.Empty(steps[1].Calls());
        Assert.True(steps[2].IsInBackground);
        Assert.Throws<FormatException>(() => Guide.StepsOf("```console\nthrong\n```").ToArray());
    }

    [Fact]
    public void A_line_in_any_block_is_a_command_line()
    {
        const string text = "```\nthrong hold 5 \\\n  --for 1s\nthrong hold: no\nx\n```\n\n```yaml\n- throng a\n```\n";
        GuideStep line = Assert.Single(Guide.LinesOf(text));
        Assert.Equal((2, "throng hold 5 --for 1s"), (line.Line, line.Command));
    }

    [Theory]
    [InlineData("held 9 of 10 for 1.20 s, nothing lost\n\nclosed 3 drained\n", 0)]
    [InlineData("held 9 of 10 for 1.20 s, one lost\n\nclosed 3 drained\n", 1)]
    [InlineData("closed 3 drained\nheld 9 of 10 for\n12 us, nothing lost\n", 1)]
    [InlineData("x\nheld 10,000 of 10,000\nfor 98.1 ms, nothing lost\nclosed  5 drained\n", 0)]
    public void Shown_lines_are_compared_without_their_figures(string output, int missing)
    {
        string[] shown = ["…", "held 5 of 5 for 900 ms, nothing lost", "…", "closed  5 drained"];
        Assert.Equal(missing, new GuideStep(1, "throng hold 5", shown, true).Missing(output).Count());
    }

    [Theory]
    [InlineData(false, "hold", "5", "--pings")]
    [InlineData(false, "query", "--rate", "1k", "--profile", "1s@1k")]
    [InlineData(false, "holds")]
    [InlineData(false, "doctor", "hold", "--pings")]
    [InlineData(true, "hold", "5", "--ping")]
    [InlineData(true, "version")]
    public void A_line_that_is_wrong_is_found(bool isRight, params string[] words) =>
        Assert.Equal(isRight, IsUnderstood(words, out _));

    private static bool IsUnderstood(IReadOnlyList<string> words, out string error)
    {
        error = $"throng {words[0]}: there is no such command";
        if (words[0] is "help" or "version" or "--version" or "--help")
        {
            return true;
        }

        if (Syntaxes.FirstOrDefault(one => one.Name == words[0]) is not { } syntax)
        {
            return false;
        }

        Arguments arguments = Arguments.Parse(syntax, Syntaxes, words.Skip(1), new Dictionary<string, string>());
        error = string.Join('\n', arguments.Errors);
        if (arguments.Errors.Count > 0)
        {
            return false;
        }

        bool hasPlan = Commands.Runs.Any(run => run.Name == words[0]);
        if (syntax.TakesLine && arguments.Values.Words.Count > 0)
        {
            return IsUnderstood(arguments.Values.Words, out error);
        }

        CliShell shell = new();
        int exitCode = hasPlan ? shell.Run(["doctor", .. words]) : ExitCode.Done;
        error = shell.Error;
        return exitCode != ExitCode.Usage || NoFault.Any(one => shell.Error.Contains(one, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| [^|]*\? \| `(?<line>throng [^`]*)` \|$", RegexOptions.Multiline)]
    private static partial Regex Cell();
}
