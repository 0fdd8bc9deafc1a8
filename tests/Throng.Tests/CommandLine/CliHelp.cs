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

    public static TheoryData<string> Names => [.. All.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_every_option_with_its_default_within_100_columns(string name)
    {
        CliShell shell = new();
        Assert.Equal(0, shell.Run(name, "--help"));
        Assert.Equal("", shell.Error);
        Assert.StartsWith("Examples\n", shell.Out, StringComparison.Ordinal);
        Assert.All(shell.Out.Split('\n'), line => Assert.True(line.Length < 100, line));
        string words = string.Join(' ', shell.Out.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        foreach (Option option in All.Single(command => command.Name == name).Options)
        {
            Assert.All(option.Spellings, spelling => Assert.Contains(spelling, words, StringComparison.Ordinal));
            Assert.NotEqual("", option.Default);
            Assert.Contains($"{option.Help} [{option.Default}]", words, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_the_same_by_every_way_to_ask(string name)
    {
        string[][] ways = [[name, "--help"], [name, "-h"], ["help", name], [name, "--bogus", "--help"]];
        Assert.Single(ways.Select(way =>
        {
            CliShell shell = new();
            Assert.Equal(0, shell.Run(way));
            return shell.Out;
        }).Distinct());
    }

    [Fact]
    public void Examples_are_command_lines_that_parse()
    {
        foreach (CommandSyntax command in All)
        {
            foreach (Example example in command.Examples)
            {
                string[] words = [.. Word().Matches(example.Line).Select(word => word.Value.Trim('\''))];
                Assert.Equal(["throng", command.Name], words[..2]);
                Assert.Empty(Arguments.Parse(command, All, words[2..], new Dictionary<string, string>()).Errors);
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
        Assert.All(shell.Out.Split('\n'), line => Assert.True(line.Length < 100, line));
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

    /// <summary>A word as a shell sees it, in quotes where it has spaces.</summary>
    [GeneratedRegex("'[^']*'|[^ ]+")]
    private static partial Regex Word();
}
