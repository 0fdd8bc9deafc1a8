using System.Text;
using Throng.Measurement;

namespace Throng.Tests.Tidy;

/// <summary>The pages of docs/reference that are written from what the program itself declares.</summary>
internal static class ReferencePages
{
    private const string HowWritten =
        "After a change there run `THRONG_GOLDEN=update dotnet test` and commit the difference.";

    /// <summary>Every page, by its name in docs/reference.</summary>
    public static IReadOnlyDictionary<string, Func<string>> All { get; } = new Dictionary<string, Func<string>>
    {
        ["metrics.md"] = () => Documents.MetricsPage(Metrics.All),
        ["options.md"] = () => Options(Commands.SyntaxesOf(Commands.All)),
        ["findings.md"] = () => Findings(RuleNote.All),
    };

    public static string PathOf(string name) => Path.Combine(Repository.Root, "docs", "reference", name);

    /// <summary>Every command with every option: value, default, variable and meaning.</summary>
    public static string Options(IReadOnlyList<CommandSyntax> commands)
    {
        StringBuilder page = new($"""
            # Commands and options

            Written by the tests from the declarations of the commands, which the parser, the help, the manual pages and
            the completion scripts read too. {HowWritten}

            Every option also comes from the environment: `--connect-rate 1k` is `THRONG_CONNECT_RATE=1k`. A few have
            the command in the name of their variable; the table says so. Numbers take `k`, `m` and `g` (10k is
            10,000), durations `ms`, `s`, `m`, `h` and `d`, sizes `KiB`, `MiB` and `GiB`. The exit codes are in
            [exit-codes.md](exit-codes.md).


            """);
        foreach (CommandSyntax command in commands)
        {
            page.Append($"- [`throng {command.Name}`](#throng-{command.Name}): {Cell(command.Summary)}\n");
        }

        foreach (CommandSyntax command in commands)
        {
            AppendCommand(page, command);
        }

        return page.ToString();
    }

    /// <summary>Every rule that a finding can come from: when it speaks, and what helps.</summary>
    public static string Findings(IReadOnlyList<RuleNote> rules)
    {
        StringBuilder page = new($"""
            # Findings

            Written by the tests from the rules themselves. {HowWritten}

            A finding is one observation on a result: a severity, a text, the figures that prove it, and a remedy. They
            stand below the verdict, and in the JSON as `verdict.findings[]`, where `rule` is the name used here. An
            *error* makes the run end with 1, a *warning* and an *info* do not. `throng explain NAME` prints a row of
            this table; the finding itself has the remedy with the figures of the run.

            | Finding | Severity | When | What to do |
            |---|---|---|---|

            """);
        foreach (RuleNote rule in rules)
        {
            page.Append($"| `{rule.Name}` | {rule.Severity} | {Cell(rule.LooksAt)} | {Cell(rule.Remedy)} |\n");
        }

        return page.ToString();
    }

    private static void AppendCommand(StringBuilder page, CommandSyntax command)
    {
        string operands = command.Operands.Length == 0 ? "" : " " + command.Operands;
        string options = command.Shown.Any() ? " [options]" : "";
        string usage = command.TakesWords ? options + operands : operands + options;
        page.Append($"\n## throng {command.Name}\n\n`throng {command.Name}{usage}`: {Cell(command.Summary)}.\n");
        foreach (string paragraph in command.About)
        {
            page.Append($"\n{Cell(paragraph)}\n");
        }

        page.Append("\n```\n");
        foreach (Example example in command.Examples)
        {
            page.Append($"{example.Line}\n    # {example.Meaning}\n");
        }

        page.Append("```\n");
        foreach (OptionGroup group in command.Groups.Where(group => group.Options.Any(command.IsShown)))
        {
            page.Append($"\n*{group.Heading}*\n\n| Option | What it does | Default |\n|---|---|---|\n");
            foreach (Option option in group.Options.Where(command.IsShown))
            {
                AppendOption(page, option);
            }
        }
    }

    private static void AppendOption(StringBuilder page, Option option)
    {
        string spellings = string.Join(", ", option.Spellings.Select(spelling => $"`{spelling}`"));
        string shown = option.Shown.Trim().Replace("|", "\\|");
        string argument = option.IsFlag ? "" : $" `{shown}`";
        string variable = option.Scope.Length == 0 ? "" : $" (`{option.Variable}`)";
        page.Append($"| {spellings}{argument} | {Cell(option.Help)}{variable} | {Cell(option.Default)} |\n");
    }

    // What Markdown would take for the end of a cell, a tag or emphasis.
    private static string Cell(string text) => text
        .Replace("|", "\\|").Replace("<", "&lt;").Replace(">", "&gt;").Replace("*", "\\*");
}
