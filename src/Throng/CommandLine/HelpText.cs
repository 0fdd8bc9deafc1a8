using System.Text;

namespace Throng;

/// <summary>The help, read off the same declarations as the parser. No line is longer than 99 columns.</summary>
public static class HelpText
{
    private const int Columns = 99;
    private const int HelpColumn = 32;

    public static string Overview(IReadOnlyList<Command> commands)
    {
        StringBuilder text = new();
        text.Append("throng holds TCP connections by the million, and watches what becomes of them.\n\n");
        AppendExamples(text, [.. commands.Select(command => command.Syntax.Examples[0])]);

        text.Append("\nCommands\n");
        foreach (Command command in commands)
        {
            text.Append($"  {command.Name,-12}{command.Syntax.Summary}\n");
        }

        text.Append($"  {"version",-12}print the version\n");
        text.Append($"  {"help",-12}this, or the help of one command: throng help hold\n");
        return text.ToString();
    }

    public static string Render(CommandSyntax command)
    {
        StringBuilder text = new();
        text.Append("Examples\n");
        AppendExamples(text, command.Examples);

        string operands = command.Operands.Length == 0 ? "" : " " + command.Operands;
        string options = command.Options.Any() ? " [options]" : "";
        text.Append(command.TakesWords
            ? $"\nUsage: throng {command.Name}{options}{operands}\n"
            : $"\nUsage: throng {command.Name}{operands}{options}\n");
        foreach (string paragraph in command.About)
        {
            AppendWrapped(text, paragraph, 0);
        }

        foreach (OptionGroup group in command.Groups)
        {
            text.Append($"\n{group.Heading}\n");
            foreach (Option option in group.Options)
            {
                AppendOption(text, option);
            }
        }

        text.Append('\n');
        if (command.Options.LastOrDefault() is { } last)
        {
            text.Append($"Every option also comes from the environment, as THRONG_ and its name: {last.Variable}.\n");
        }

        AppendExitCodes(text);
        return text.ToString();
    }

    private static void AppendExamples(StringBuilder text, IReadOnlyList<Example> examples)
    {
        // Side by side where that fits, else each meaning below its line.
        int column = examples.Max(example => example.Line.Length) + 3;
        bool fits = examples.All(example => 2 + column + example.Meaning.Length <= Columns);
        foreach (Example example in examples)
        {
            string line = fits ? example.Line.PadRight(column) : example.Line + "\n      ";
            text.Append($"  {line}{example.Meaning}\n");
        }
    }

    private static void AppendOption(StringBuilder text, Option option)
    {
        string letter = option.Short == '\0' ? "    " : $"-{option.Short}, ";
        string spellings = string.Join(", ", option.Aliases.Select(alias => "--" + alias).Append(option.Spelling));
        string left = $"  {letter}{spellings} {option.Argument}".TrimEnd();
        text.Append(left);
        if (left.Length + 2 > HelpColumn)
        {
            text.Append('\n');
            left = "";
        }

        text.Append(' ', HelpColumn - left.Length);
        AppendWrapped(text, $"{option.Help} [{option.Default}]", HelpColumn);
    }

    /// <summary>Writes words up to the last column; further lines begin at <paramref name="indent"/>.</summary>
    private static void AppendWrapped(StringBuilder text, string paragraph, int indent)
    {
        int column = indent;
        foreach (string word in paragraph.Split(' '))
        {
            if (column > indent && column + 1 + word.Length > Columns)
            {
                text.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (column > indent)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        text.Append('\n');
    }

    private static void AppendExitCodes(StringBuilder text) =>
        text.Append("Exit codes: 0 done, 1 the job could not be done, 2 usage, 3 set-up,")
            .Append(" 99 --fail-on,\n            130/143 killed before a report.\n");
}
