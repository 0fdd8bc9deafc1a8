using System.Text;
using Throng.Engine;
using Throng.Measurement;
using Throng.Originals;

namespace Throng;

/// <summary>
/// A run that looks like an original: its face on the program's own streams. What is said goes out at once, also on a
/// pipe.
/// </summary>
public sealed class OriginalConsole(IOriginalOutput face, Shell shell)
{
    private readonly Lock _turn = new();
    private bool _hasEnded;

    /// <summary>The run is under way: what the original says then, and its prompt.</summary>
    public void Begin(ILiveRun run, LiveConsole console)
    {
        DescriptorUse use = console.Descriptors;
        Say(face.Begin(run, new DescriptorLimit(use.Soft, use.Hard)), console);
        if (face.ReadsLines)
        {
            // On a thread of its own: a read of a terminal cannot be called off.
            new Thread(() => Converse(console)) { IsBackground = true, Name = "console" }.Start();
        }
    }

    public void Tick(LiveConsole console)
    {
        lock (_turn)
        {
            Say(face.Tick(), console);
        }
    }

    /// <summary>Says and writes the result.</summary>
    /// <param name="signal">The signal that ended it, 0 for none.</param>
    /// <returns>The exit code.</returns>
    public int End(RunDocument document, int signal)
    {
        lock (_turn)
        {
            _hasEnded = true;
            Ending ending = face.End(document, signal);
            int exitCode = ending.ExitCode;
            foreach ((string path, string text) in ending.Files)
            {
                if (!new OutFile(path, path).TryWrite(Encoding.UTF8.GetBytes(text), out string error))
                {
                    shell.Say(error);
                    exitCode = exitCode == 0 ? ExitCode.NotDone : exitCode;
                }
            }

            shell.Print(ending.Out);
            SayAll(ending.Errors);
            if (ending.Gnuplot.Length > 0 && Gnuplot.Run(ending.Gnuplot) is { Length: > 0 } undrawn)
            {
                shell.Say(undrawn);
            }

            return exitCode;
        }
    }

    private void Converse(LiveConsole console)
    {
        try
        {
            LineReader lines = new(shell.Input);
            while (!_hasEnded && !console.HasQuit)
            {
                string? line = lines.Next(out _);
                lock (_turn)
                {
                    if (!_hasEnded)
                    {
                        Say(face.Answer(line), console);
                    }
                }

                if (line is null)
                {
                    return;
                }
            }
        }
        catch (IOException)
        {
            // Nobody is there any more, to type or to read; the run goes on.
        }
    }

    private void Say(OutputText said, LiveConsole console)
    {
        shell.Print(said.Out);
        SayAll(said.Errors);
        if (said.Quits)
        {
            _ = console.Execute("quit");
        }
    }

    private void SayAll(IReadOnlyList<string> lines)
    {
        foreach (string line in lines)
        {
            shell.Say(line);
        }
    }
}
