using System.ComponentModel;
using System.Diagnostics;

namespace Throng;

/// <summary>
/// A shell that waits for the end of a pipe, to put the terminal's settings back when this program was killed and could
/// not do it itself (SIGKILL, a fault in native code). It changes nothing when somebody else has set them by then: an
/// interactive shell does so of its own accord. Started before any worker, like everything with a descriptor; where
/// there is no sh or no stty, there is no guard.
/// </summary>
public sealed class TerminalGuard : IDisposable
{
    private const string Script =
        """
        trap '' HUP INT QUIT TERM TSTP TTIN TTOU
        saved=$(stty -g </dev/tty) || exit
        echo ready
        read -r word || exit
        own=$(stty -g </dev/tty)
        read -r word && exit
        [ "$(stty -g </dev/tty)" = "$own" ] && stty "$saved" </dev/tty && echo >/dev/tty
        """;

    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(1);

    private readonly Process _shell;

    private TerminalGuard(Process shell) => _shell = shell;

    /// <summary>Null where it cannot be had.</summary>
    public static TerminalGuard? Start()
    {
        ProcessStartInfo start = new("/bin/sh")
        {
            // All three: else the runtime takes the terminal for the child's, and changes it.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            ArgumentList = { "-c", Script },
        };
        try
        {
            Process? shell = Process.Start(start);
            return shell?.StandardOutput.ReadLine() == "ready" ? new TerminalGuard(shell) : null;
        }
        catch (Exception failure) when (failure is Win32Exception or IOException)
        {
            return null;
        }
    }

    /// <summary>The settings are those of this program now: it notes them.</summary>
    public void Note() => Write("set");

    /// <summary>The terminal is as it was: nothing to watch any more.</summary>
    public void Dispose()
    {
        Write("done");
        _ = _shell.WaitForExit(EndMax);
        _shell.Dispose();
    }

    private void Write(string word)
    {
        try
        {
            _shell.StandardInput.Write(word + "\n");
            _shell.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Somebody ended it; then nobody guards.
        }
    }
}
