using Throng.Linux;

namespace Throng;

/// <summary>
/// The settings of the terminal on standard input while keys are read one by one, and those it had before. They are
/// put back whatever ends the program: an exception nobody catches too. What kills it at once is for
/// <see cref="TerminalGuard"/>.
/// </summary>
public sealed class TerminalMode
{
    private const int Input = 0;

    private static readonly Lock Gate = new();
    private static TerminalMode? _current;

    private termios _before;
    private bool _isSet;

    public TerminalMode()
    {
        _current = this;
        AppDomain.CurrentDomain.UnhandledException += (_, _) => RestoreCurrent();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RestoreCurrent();
    }

    /// <summary>Restores the terminal mode of whatever is running; for a program that is about to end itself.</summary>
    public static void RestoreCurrent() => _current?.Restore();

    /// <summary>Reads keys from now on; false when it is not this process's turn, or no terminal.</summary>
    public bool TryEnter()
    {
        lock (Gate)
        {
            if (!_isSet && Terminals.IsForeground(Input) && Terminals.Get(Input, out _before) >= 0)
            {
                _isSet = Terminals.Set(Input, Terminals.ByKey(_before)) >= 0;
            }

            return _isSet;
        }
    }

    /// <summary>As it was before. In the background it is somebody else's terminal, and left alone.</summary>
    public void Restore()
    {
        lock (Gate)
        {
            if (_isSet && Terminals.IsForeground(Input))
            {
                _ = Terminals.Set(Input, _before);
            }

            _isSet = false;
        }
    }

    /// <summary>Somebody else may have set it meanwhile: a shell, while this process was stopped.</summary>
    public void Forget()
    {
        lock (Gate)
        {
            _isSet = false;
        }
    }
}
