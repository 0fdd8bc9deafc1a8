using System.Text.RegularExpressions;
using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>The help comes from the declarations and fits a terminal.</summary>
public partial class CliHelp
{
    private static readonly IReadOnlyList<CommandSyntax> All = Commands.SyntaxesOf(Commands.All);

    /// <summary>Commands whose options of one name are the same thing; `rate` of a query is not that of a churn.
    /// </summary>
    private static readonly string[] Alike = ["hold", "serve", "doctor", "report", "ctl"];

    /// <summary>Letters that mean something to a shell.</summary>
    private const string Special = "*?[]{}<>|&;$()!~#\"\\`";

    public static TheoryData<string> Names => [.. All.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_every_option_with_its_default(string name)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(name, "--help"));
        Assert.Equal("", shell.Error);
        Assert.StartsWith("Examples\n", shell.Out, StringComparison.Ordinal);
        string words = string.Join(' ', shell.Out.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        foreach (Option option in All.Single(command => command.Name == name).Shown)
        {
            Assert.All(option.Spellings, spelling => Assert.Contains(spelling, words, StringComparison.Ordinal));
            Assert.NotEqual("", option.Default);
            Assert.Contains($"{option.Help} [{option.Default}]", words, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_does_nothing_is_not_shown()
    {
        Assert.DoesNotContain("\n      --hlog", Out("serve", "--help"), StringComparison.Ordinal);
        Assert.DoesNotContain(" --reconnect", Out("monitor", "--help"), StringComparison.Ordinal);
        Assert.DoesNotContain("-reconnect", Out("man", "monitor").Replace("no\\-reconnect", "",
            StringComparison.Ordinal), StringComparison.Ordinal);
        CliShell shell = new();
        shell.Live.IsOver = true;
        Assert.Equal(0, shell.Run("monitor", "--reconnect", "--for", "1s"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_the_same_by_every_way_to_ask(string name)
    {
        string[][] ways =
        [
            [name, "--help"], ["help", name], ["--help", name], ["help", name, "--help"], [name, "--bogus", "--help"],
            [name, "-h", "--help"], [name, "--no-color", "--help"],
        ];
        Assert.Single(ways.Select(Out).Distinct());
        Assert.Equal(Out(name, "-h"), Out("-h", name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_short_help_has_the_examples_and_the_options_used_most(string name)
    {
        CommandSyntax syntax = All.Single(command => command.Name == name);
        string text = Out(name, "-h");
        if (syntax.Common.Count == 0)
        {
            Assert.Equal(Out(name, "--help"), text);
            Assert.InRange(syntax.Shown.Count(), 0, 14);
            return;
        }

        Assert.InRange(syntax.Common.Count, 10, 14);
        Assert.Empty(syntax.Common.Except(syntax.Shown));
        Assert.All(syntax.Examples, example => Assert.Contains(example.Line, text, StringComparison.Ordinal));
        Assert.All(syntax.Common, option => Assert.Contains(option.Spelling, text, StringComparison.Ordinal));
        Assert.EndsWith($"\n\n`throng {name} --help` has all {syntax.Shown.Count()} options.\n", text,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Fits_80_columns_or_the_terminal(string name)
    {
        CommandSyntax syntax = All.Single(command => command.Name == name);
        string[] texts = [Out(name, "--help"), Out(name, "-h"), Out("--help"), Out("version", "--help")];
        Assert.All(texts.SelectMany(text => text.Split('\n')), line => Assert.True(line.Length <= 80, line));
        foreach (int columns in (int[])[100, 120])
        {
            string[] lines = HelpText.Render(syntax, columns, isWhole: true).Split('\n');
            string[] wrapped = [.. lines.Where(line => !line.Contains("throng ", StringComparison.Ordinal))];
            Assert.All(wrapped, line => Assert.True(line.Length <= columns, line));
        }
    }

    [Fact]
    public void Examples_are_command_lines_that_parse_and_stand_for_themselves_in_a_shell()
    {
        foreach (Command command in Commands.All)
        {
            foreach (Example example in command.Syntax.Examples)
            {
                string[] typed = [.. Word().Matches(example.Line).Select(word => word.Value)];
                Assert.All(typed, word => Assert.True(
                    word.StartsWith('\'') || !word.Any(Special.Contains), example.Line));
                string[] words = [.. typed.Select(word => word.Trim('\''))];
                Assert.Equal(["throng", command.Name], words[..2]);
                Arguments read = Arguments.Parse(command.Syntax, All, words[2..], new Dictionary<string, string>());
                Assert.Empty(read.Errors);
                Assert.Empty(command is RunCommand run ? run.ErrorsIn(read.Values) : []);
                RunCommand? plan = command is DoctorCommand
                    ? Commands.Runs.FirstOrDefault(one => one.Name == read.Values.Words.FirstOrDefault())
                    : null;
                Assert.Empty(plan is null ? [] : Arguments.Parse(
                    plan.Syntax, All, read.Values.Words.Skip(1), new Dictionary<string, string>()).Errors);
            }
        }
    }

    [Fact]
    public void An_option_of_two_commands_is_declared_once()
    {
        IEnumerable<Option> options = All.Where(command => Alike.Contains(command.Name))
            .SelectMany(command => command.Options).Distinct();
        string[] names = [.. options.Where(option => option.Scope.Length == 0).SelectMany(option => option.Spellings)];
        Assert.Equal(names.Distinct().Count(), names.Length);

        // One that means something else in one command has a variable of its own.
        string[] variables = [.. options.SelectMany(option => option.Variables)];
        Assert.Equal(variables.Distinct().Count(), variables.Length);
    }

    [Fact]
    public void The_overview_names_every_command()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("--help"));
        Assert.All(All, command => Assert.Contains($"\n  {command.Name} ", shell.Out, StringComparison.Ordinal));
        Assert.Equal(2, new CliShell().Run());
    }

    [Fact]
    public void The_version_is_one_line()
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run("--version"));
        Assert.Equal($"throng {Release.Version}\n", shell.Out);
        Assert.Matches(@"^\d+\.\d+\.\d+(-\S+)?$", Release.Version);
    }

    [Theory]
    [InlineData("-V")]
    [InlineData("version --no-color")]
    [InlineData("hold -V")]
    [InlineData("hold 5k --version")]
    [InlineData("report --version")]
    [InlineData("as --version")]
    [InlineData("doctor -V")]
    [InlineData("doctor hold 5k -V")]
    public void The_version_is_told_wherever_it_is_asked_for(string line) =>
        Assert.Equal($"throng {Release.Version}\n", Out(line.Split(' ')));

    [Fact]
    public void The_version_is_a_document_with_json()
    {
        Assert.Equal(Release.Json, Out("version", "--json"));
        Assert.Equal(Release.Json, Out("hold", "--json", "--version"));
    }

    [Fact]
    public void Words_that_are_no_commands_of_the_table_have_help_too()
    {
        Assert.StartsWith("Usage: throng version [--json]\n", Out("version", "--help"), StringComparison.Ordinal);
        Assert.Equal(Out("version", "-h"), Out("help", "version"));
        Assert.Equal(Out("help"), Out("help", "help"));
        Assert.Equal(Out("help"), Out("help", "--help"));
    }

    [Fact]
    public void As_names_the_programs_it_stands_in_for() => Assert.All(
        All.Single(command => command.Name == "as").Choices,
        name => Assert.Contains(name, Out("as", "--help"), StringComparison.Ordinal));

    private static string Out(params string[] words)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(words));
        Assert.Equal("", shell.Error);
        return shell.Out;
    }

    /// <summary>A word as a shell sees it, in quotes where it has spaces.</summary>
    [GeneratedRegex("'[^']*'|[^ ]+")]
    private static partial Regex Word();
}
