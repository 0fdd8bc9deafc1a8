using System.Text;

namespace Throng;

/// <summary>
/// The help, read off the same declarations as the parser: whole (<c>--help</c>), and short (<c>-h</c>), which has the
/// options that are used most.
/// </summary>
/// <param name="columns">No line is longer, but for a word that is; within bounds.</param>
public sealed class HelpText(int columns)
{
    private const int ColumnsMin = 40;
    private const int ColumnsMax = 120; // longer lines are hard to read
    private const int HelpColumn = 30;
    private const int SummaryColumn = 14;

    private readonly int _columns = Math.Clamp(columns, ColumnsMin, ColumnsMax);
    private readonly StringBuilder _text = new();

    public static string Overview(IReadOnlyList<Command> commands, int columns)
    {
        HelpText help = new(columns);
        help.AppendWrapped("throng holds TCP connections by the million, and watches what becomes of them.", 0);
        help._text.Append('\n');
        help.AppendExamples([.. commands.Select(command => command.Syntax.Examples[0])]);
        help._text.Append("\nCommands\n");
        foreach (Command command in commands)
        {
            help.AppendBeside($"  {command.Name}", command.Syntax.Summary, SummaryColumn);
        }

        help.AppendBeside("  version", "print the version", SummaryColumn);
        help.AppendBeside("  help", "this, or the help of one command: throng help hold", SummaryColumn);
        return help._text.ToString();
    }

    /// <summary>The help of the word `version`, which is no command of the table.</summary>
    public static string Version(int columns)
    {
        HelpText help = new(columns);
        help._text.Append("Usage: throng version [--json]\n");
        help.AppendWrapped(
            "Prints the version; with --json as a document. --version and -V do the same, also behind any command.", 0);
        return help._text.ToString();
    }

    /// <param name="isWhole">Every option; else those used most.</param>
    public static string Render(CommandSyntax command, int columns, bool isWhole)
    {
        HelpText help = new(columns);
        help._text.Append("Examples\n");
        help.AppendExamples(command.Examples);
        string operands = command.Operands.Length == 0 ? "" : " " + command.Operands;
        string options = command.Shown.Any() ? " [options]" : "";
        help._text.Append('\n');
        help.AppendWrapped(
            $"Usage: throng {command.Name}" + (command.TakesWords ? options + operands : operands + options), 0);
        if (isWhole || command.Common.Count == 0)
        {
            help.AppendWhole(command);
        }
        else
        {
            help.AppendShort(command);
        }

        return help._text.ToString();
    }

    private void AppendWhole(CommandSyntax command)
    {
        foreach (string paragraph in command.About)
        {
            AppendWrapped(paragraph, 0);
        }

        foreach (OptionGroup group in command.Groups)
        {
            _text.Append($"\n{group.Heading}\n");
            foreach (Option option in group.Options.Where(command.IsShown))
            {
                AppendOption(option);
            }
        }

        _text.Append('\n');
        if (ExampleOf(command) is { } example)
        {
            AppendWrapped(
                "Every option also comes from the environment, as THRONG_ and its name in capitals: "
                    + $"{example.Variable} is {example.Spelling}, and so on.", 0);
        }

        AppendWrapped(
            "Exit codes: 0 done, 1 the job could not be done, 2 usage, 3 set-up, 99 --fail-on or --require, 130/143 "
                + "killed before a report.", 0);
    }

    /// <summary>An option that shows how names become variables; null where there is none.</summary>
    internal static Option? ExampleOf(CommandSyntax command) =>
        command.Shown.FirstOrDefault(option => option.Name.Contains('-')) ?? command.Shown.LastOrDefault();

    private void AppendShort(CommandSyntax command)
    {
        _text.Append('\n');
        foreach (Option option in command.Common)
        {
            AppendOption(option);
        }

        _text.Append('\n');
        AppendWrapped($"`throng {command.Name} --help` has all {command.Shown.Count()} options.", 0);
    }

    private void AppendExamples(IReadOnlyList<Example> examples)
    {
        // Side by side where that fits, else each meaning below its line.
        int column = examples.Max(example => example.Line.Length) + 3;
        bool fits = examples.All(example => 2 + column + example.Meaning.Length <= _columns);
        foreach (Example example in examples)
        {
            string line = fits ? example.Line.PadRight(column) : example.Line + "\n      ";
            _text.Append($"  {line}{example.Meaning}\n");
        }
    }

    private void AppendOption(Option option)
    {
        string letter = option.Short == '\0' ? "    " : $"-{option.Short}, ";
        string spellings = string.Join(", ", option.Aliases.Select(alias => "--" + alias).Append(option.Spelling));
        AppendBeside(
            $"  {letter}{spellings}{option.Shown}", $"{option.Help} [{option.Default}]", HelpColumn);
    }

    /// <summary>Writes something and its explanation, which begins at a column.</summary>
    private void AppendBeside(string left, string right, int column)
    {
        _text.Append(left);
        if (left.Length + 2 > column)
        {
            _text.Append('\n');
            left = "";
        }

        _text.Append(' ', column - left.Length);
        AppendWrapped(right, column);
    }

    /// <summary>Writes words up to the last column; further lines begin at <paramref name="indent"/>.</summary>
    private void AppendWrapped(string paragraph, int indent)
    {
        int column = indent;
        foreach (string word in paragraph.Split(' '))
        {
            if (column > indent && column + 1 + word.Length > _columns)
            {
                _text.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (column > indent)
            {
                _text.Append(' ');
                column++;
            }

            _text.Append(word);
            column += word.Length;
        }

        _text.Append('\n');
    }
}
