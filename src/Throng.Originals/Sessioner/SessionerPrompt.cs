using System.Text;

namespace Throng.Originals;

/// <summary>
/// The prompt of both ends: a line is one command, an empty one the last that was known, the end of the input quits.
/// </summary>
/// <param name="name">What stands before the dollar.</param>
/// <param name="outlivesInput">The end of the input does not quit.</param>
/// <param name="commands">Each with its help, as the answer to an unknown one lists them.</param>
/// <param name="execute">Answers one; null: there is no such command.</param>
public sealed class SessionerPrompt(
    string name, bool outlivesInput, IReadOnlyList<(string Name, string Help)> commands,
    Func<string, OutputText?> execute)
{
    private const int CommandColumns = 16;

    private string _last = "";

    public string Text { get; } = $"{name} $ ";

    public OutputText Answer(string? line)
    {
        if (line is null)
        {
            return outlivesInput ? OutputText.Nothing : new OutputText("\n", [], Quits: true);
        }

        string meant = line.Length == 0 ? _last : line;
        if (meant == "quit")
        {
            return new OutputText("", [], Quits: true);
        }

        OutputText? answer = execute(meant);
        if (answer is null)
        {
            return OutputText.Text(Unknown(meant) + Text);
        }

        _last = meant;
        return answer with { Out = answer.Out + Text };
    }

    private string Unknown(string typed)
    {
        StringBuilder text = new($"Unknown command \"{typed}\", valid commands are:\n");
        foreach ((string command, string help) in commands)
        {
            text.Append($"- {command.PadRight(CommandColumns)}... {help}\n");
        }

        return text.ToString();
    }
}
