namespace Throng;

/// <summary>
/// Standard input as a console: with a prompt when a person sits at both ends, without one for a pipe. Answers go to
/// standard output, or to standard error when standard output is to be one JSON document. The end of a pipe does not
/// end the run, unless it is to (--until-eof); at a prompt it does (Ctrl-D), as in every shell.
/// </summary>
public sealed class Terminal
{
    private readonly Shell _shell;
    private readonly LiveConsole _console;
    private readonly bool _answersOnError;

    /// <summary>Held while a command is answered, so that the report never comes between the two.</summary>
    private readonly Lock _turn = new();
    private volatile bool _hasLeft;

    public Terminal(Shell shell, LiveConsole console, bool answersOnError)
    {
        _shell = shell;
        _console = console;
        _answersOnError = answersOnError;
        HasPrompt = shell.IsInputTerminal && shell.IsOutputTerminal && !answersOnError;
    }

    /// <summary>The end of the input ends the run, a pipe's too.</summary>
    public bool EndsWithInput { get; init; }

    /// <summary>Whether a person is asked for commands.</summary>
    public bool HasPrompt { get; }

    /// <summary>Reads on a thread of its own: a read of a terminal cannot be called off.</summary>
    public void Start()
    {
        // A terminal that is not ours to read (a job in the background, or one that only gets output) is left alone.
        if (_shell.IsInputTerminal && !HasPrompt)
        {
            return;
        }

        new Thread(Converse) { IsBackground = true, Name = "console" }.Start();
    }

    /// <summary>The run is ending: no prompt any more, and the report begins on a line of its own.</summary>
    public void Leave()
    {
        lock (_turn)
        {
            _hasLeft = true;
            if (HasPrompt)
            {
                EndLine();
            }
        }
    }

    private void Converse()
    {
        try
        {
            LineReader lines = new(_shell.Input);
            Dialogue dialogue = new(_console);
            Prompt();
            while (!_hasLeft && lines.Next(out bool isTooLong) is { } line)
            {
                lock (_turn)
                {
                    Write(dialogue.Answer(line, isTooLong).Text + "\n");
                    Prompt();
                }
            }
        }
        catch (IOException)
        {
            // Nobody is there any more, to type or to read.
            if (!EndsWithInput)
            {
                return;
            }
        }

        if ((HasPrompt || EndsWithInput) && !_hasLeft)
        {
            _console.Execute("quit");
        }
    }

    private void EndLine()
    {
        try
        {
            Write("\n");
        }
        catch (IOException)
        {
            // The terminal is gone; the report may still have a place to go (--out).
        }
    }

    private void Prompt()
    {
        if (HasPrompt && !_hasLeft && !_console.HasQuit)
        {
            Write($"{_console.Run.Spec.Command} $ ");
        }
    }

    private void Write(string text)
    {
        if (_answersOnError)
        {
            _shell.Say(text.TrimEnd('\n'));
        }
        else if (!_hasLeft || HasPrompt)
        {
            _shell.Print(text);
        }
    }
}
