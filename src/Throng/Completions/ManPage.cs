using System.Text;
using Throng.Engine;

namespace Throng;

/// <summary>The manual in roff, off the same declarations as the help: of the program, and of each command.</summary>
public static class ManPage
{
    private const string OtherCodes = """
        .TP
        1
        The job could not be done: nothing ever connected, a file was not written.
        .TP
        2
        Usage.
        .TP
        3
        Set-up: a limit, an address, a name, a missing feature of the host, a saved run that cannot be read.
        .TP
        99
        Done, and a condition of \-\-fail\-on was true of the result, one of \-\-require was not, or one had no data.
        .TP
        130, 143
        Killed before a report could be written.

        """;

    /// <summary>throng(1).</summary>
    public static string Overview(IReadOnlyList<CommandSyntax> all)
    {
        StringBuilder page = new();
        AppendTitle(page, "THRONG", "throng", "hold TCP connections by the million, and watch what becomes of them");
        page.Append(".SH SYNOPSIS\n.B throng\n.I command\n[options]\n.SH COMMANDS\n");
        foreach ((string name, string summary) in CompletionWords.Commands(all))
        {
            page.Append($".TP\n.B {Plain(name)}\n{Line(Plain(summary))}\n");
        }

        AppendExamples(page, [.. all.Select(command => command.Examples[0])]);
        AppendExitCodes(page);
        page.Append(".SH SEE ALSO\n");
        page.Append(string.Join(",\n", all.Select(command => $".BR throng\\-{command.Name} (1)")));
        return page.Append('\n').ToString();
    }

    /// <summary>throng-COMMAND(1).</summary>
    public static string Render(CommandSyntax command)
    {
        StringBuilder page = new();
        AppendTitle(page, $"THRONG-{command.Name.ToUpperInvariant()}", $"throng-{command.Name}", command.Summary);
        string options = command.Options.Any() ? " [options]" : "";
        string operands = command.Operands.Length == 0 ? "" : " " + command.Operands;
        page.Append($".SH SYNOPSIS\n.B throng {command.Name}\n");
        string rest = (command.TakesWords ? options + operands : operands + options).Trim();
        page.Append(rest.Length > 0 ? Line(Plain(rest)) + "\n" : "");
        if (command.About.Count > 0)
        {
            page.Append(".SH DESCRIPTION\n");
            page.Append(string.Join(".PP\n", command.About.Select(paragraph => Line(Marked(paragraph)) + "\n")));
        }

        AppendExamples(page, command.Examples);
        if (options.Length > 0)
        {
            page.Append(".SH OPTIONS\n");
        }

        foreach (OptionGroup group in command.Groups)
        {
            page.Append($".SS {Plain(group.Heading)}\n");
            foreach (Option option in group.Options.Where(command.IsShown))
            {
                AppendOption(page, option);
            }
        }

        if (HelpText.ExampleOf(command) is { } example)
        {
            page.Append(".SH ENVIRONMENT\nEvery option also comes from the environment, as THRONG_ and its name in "
                + "capitals: ");
            page.Append($"{Plain(example.Variable)} is {Plain(example.Spelling)}, and so on.\n");
        }

        AppendExitCodes(page);
        return page.Append(".SH SEE ALSO\n.BR throng (1)\n").ToString();
    }

    private static void AppendTitle(StringBuilder page, string title, string name, string summary)
    {
        page.Append($".TH {Plain(title)} 1 \"\" \"throng {Release.Version}\" \"User Commands\"\n");
        page.Append($".SH NAME\n{Plain(name)} \\- {Plain(summary)}\n");
    }

    private static void AppendExamples(StringBuilder page, IReadOnlyList<Example> examples)
    {
        page.Append(".SH EXAMPLES\n");
        foreach (Example example in examples)
        {
            page.Append($".TP\n.B {Plain(example.Line)}\n{Line(Plain(example.Meaning))}\n");
        }
    }

    private static void AppendOption(StringBuilder page, Option option)
    {
        IEnumerable<string> spellings = option.Spellings.Select(spelling => $"\\fB{Plain(spelling)}\\fR");
        string value = option.IsFlag ? ""
            : option.Implied.Length > 0 ? $"[=\\fI{Plain(option.Argument)}\\fR]"
            : $" \\fI{Plain(option.Argument)}\\fR";
        page.Append($".TP\n{string.Join(", ", spellings)}{value}\n");
        page.Append(Line(Marked($"{option.Help} [{option.Default}]"))).Append('\n');
    }

    private static void AppendExitCodes(StringBuilder page) => page.Append(
        ".SH EXIT STATUS\n.TP\n0\nDone, also with poor figures, also when a signal ended it and the report was "
            + "written.\n").Append(OtherCodes);

    // A dot or an apostrophe at the beginning of a line would be a request.
    private static string Line(string text) => text.StartsWith('.') || text.StartsWith('\'') ? "\\&" + text : text;

    /// <summary>Words between back-ticks are bold.</summary>
    private static string Marked(string text)
    {
        string[] parts = text.Split('`');
        IEnumerable<string> marked = parts.Select((part, at) => at % 2 == 1 && at < parts.Length - 1
            ? $"\\fB{Plain(part)}\\fR"
            : Plain(part));
        return string.Concat(marked);
    }

    // A hyphen that is typed must not become a typographic one; what is not ASCII is named by its code.
    private static string Plain(string text)
    {
        StringBuilder plain = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            plain.Append(rune.Value switch
            {
                '\\' => "\\e",
                '-' => "\\-",
                '\'' => "\\(aq",
                '`' => "\\(ga",
                '^' => "\\(ha",
                '~' => "\\(ti",
                '"' => "\\(dq",
                < ' ' => " ",
                > 0x7e => $"\\[u{rune.Value:X4}]",
                _ => rune.ToString(),
            });
        }

        return plain.ToString();
    }
}
