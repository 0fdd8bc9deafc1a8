using Throng.Engine;

namespace Throng.Originals;

/// <summary>The side of both ends of sessioner that a person sees: the prompt, and why one could not begin.</summary>
/// <param name="name">What stands before the prompt's dollar.</param>
/// <param name="outlivesInput">The end of the input does not quit.</param>
/// <param name="commands">Each with its help.</param>
public abstract class SessionerFace(
    string name, bool isDebugging, bool outlivesInput, IReadOnlyList<(string Name, string Help)> commands)
    : IOriginalOutput
{
    private const string Listening = "cannot listen on ";

    private SessionerPrompt? _prompt;

    public bool ReadsLines => true;

    private protected ILiveRun? Run { get; private set; }

    private protected DescriptorLimit Limit { get; private set; }

    public OutputText Begin(ILiveRun run, DescriptorLimit limit)
    {
        Run = run;
        Limit = limit;
        _prompt = new SessionerPrompt(name, outlivesInput, commands, line => Execute(run, line));
        if (isDebugging)
        {
            run.Debug(true);
        }

        return OutputText.Text(_prompt.Text);
    }

    public OutputText Answer(string? line) => _prompt?.Answer(line) ?? OutputText.Nothing;

    public virtual OutputText Tick() => OutputText.Nothing;

    /// <summary>In the original's words where it has any.</summary>
    public Reading Fail(SetupException setup)
    {
        if (!setup.Message.StartsWith(Listening, StringComparison.Ordinal) || setup.Errno == 0)
        {
            return Reading.Refuse(1, setup.Message);
        }

        string address = setup.Message[Listening.Length..].Split(": ")[0];
        return Reading.Refuse(1, $"Unable to bind to {address}: {CError.Text(setup.Errno)}");
    }

    /// <summary>Answers a command; null: there is no such one.</summary>
    private protected abstract OutputText? Execute(ILiveRun run, string line);

    /// <summary>The command `debug`; the spelling is the original's.</summary>
    private protected static OutputText ToggleDebug(ILiveRun run)
    {
        run.Debug(!run.DebugIsOn);
        return OutputText.Text(run.DebugIsOn ? "Debug output enabed\n" : "Debug output disabled\n");
    }

    private protected static List<TRow> Rows<TRow>(ILiveRun run, WorkerMessageKind kind, long value)
    {
        using Question? question = run.Ask(kind, value);
        return question is null ? [] : [.. question.Rows.OfType<TRow>()];
    }
}
