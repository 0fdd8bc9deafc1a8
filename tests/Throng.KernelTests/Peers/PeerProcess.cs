using System.Diagnostics;

namespace Throng.KernelTests;

/// <summary>
/// A program that is not ours, in the network of the test, with its files and what it says in a folder of its own.
/// Ended by its process id, whatever became of the test.
/// </summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private PeerProcess(string folder, string line)
    {
        _folder = folder;
        string all = $"exec env --default-signal {line} > {folder}/output 2> {folder}/errors";
        _process = Process.Start("sh", ["-c", all]);
    }

    /// <summary>Lines on its standard output, or in a file of its folder.</summary>
    public string[] Lines(string file = "output") =>
        File.Exists(PathOf(file)) ? File.ReadAllLines(PathOf(file)) : [];

    public string PathOf(string file) => Path.Combine(_folder, file);

    public string Story() => string.Join('\n', [.. Lines(), .. Lines("errors")]);

    /// <param name="lineOf">The command line, from the folder that its files are in.</param>
    /// <param name="files">Names and texts of files to write before.</param>
    public static PeerProcess Start(
        Func<string, string> lineOf, params (string Name, Func<string, string> Text)[] files)
    {
        string folder = Directory.CreateTempSubdirectory("throng-peer-").FullName;
        foreach ((string name, Func<string, string> text) in files)
        {
            File.WriteAllText(Path.Combine(folder, name), text(folder));
        }

        return new PeerProcess(folder, lineOf(folder));
    }

    /// <summary>Waits until something holds; when it never does, the program is ended before the test fails.</summary>
    public void Await(Func<bool> holds, int everyMs = 20)
    {
        try
        {
            Eventually.Holds(holds, Story, everyMs);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void End()
    {
        if (!_process.HasExited)
        {
            _ = ThrongProcess.kill(_process.Id, ThrongProcess.SIGTERM);
            if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }
    }

    public void Dispose()
    {
        End();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
