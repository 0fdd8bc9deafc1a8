using Throng.Engine;

namespace Throng;

/// <summary>
/// Questions that a person can ask of a run while it is under way: a line in, an answer out, the same from the prompt,
/// from a pipe and from a control socket. Any thread; one line at a time.
/// </summary>
/// <param name="descriptors">Reads how many descriptors are in use.</param>
/// <param name="wake">Called after something the watch has to see: `quit`.</param>
public sealed class LiveConsole(ILiveRun run, Func<DescriptorUse> descriptors, Action wake)
{
    private readonly Lock _lock = new();
    private volatile bool _isEnding;
    private volatile bool _isClosed;

    public ILiveRun Run => run;

    public Recent Recent { get; } = new();

    /// <summary>Somebody said `quit`.</summary>
    public bool HasQuit { get; private set; }

    public DescriptorUse Descriptors => descriptors();

    public Answer Execute(string line)
    {
        string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return Answer.Refuse("no command; `help` lists them");
        }

        IEnumerable<PromptCommand> known = PromptCommands.For(run);
        if (known.FirstOrDefault(one => one.Name == words[0]) is not { } command)
        {
            return Answer.Refuse(PromptCommands.WhyNot(run, words[0]) is { Length: > 0 } why
                ? why
                : $"unknown command '{Text.Plain(words[0])}'" + Text.DidYouMean(words[0], known.Select(one =>
                    one.Name), "`help` lists them"));
        }

        string argument = string.Join(' ', words.Skip(1));
        if (argument.Length > 0 && command.Argument.Length == 0)
        {
            return Answer.Refuse($"{command.Name} takes nothing, not '{Text.Plain(argument)}'");
        }

        lock (_lock)
        {
            bool isAnswered = !_isEnding || (command.Name == PromptCommands.StatusName && !_isClosed);
            return isAnswered ? command.Execute(this, argument)
                : command.Name == PromptCommands.QuitName ? Answer.Read("the run is ending")
                : Answer.Refuse("the run is ending");
        }
    }

    /// <summary>Something has changed that decides when the run ends.</summary>
    internal void Wake() => wake();

    /// <summary>The run is draining: from here on only `status` is answered.</summary>
    public void Drain() => _isEnding = true;

    /// <summary>The run has ended: from here on nothing is asked of it any more.</summary>
    public void Close()
    {
        _isEnding = true;
        _isClosed = true;
        lock (_lock)
        {
            // Waits for the command that is being answered.
        }
    }

    internal Answer Quit()
    {
        HasQuit = true;
        wake();
        return Answer.Read("closing all connections");
    }
}
