using Throng.Engine;
using Throng.Originals;

namespace Throng;

/// <summary>Links by the originals' names: made on request, and known when the program is called by one.</summary>
public static class OriginalLinks
{
    /// <summary>The words of the command line, with the original that the program was called as before them.</summary>
    public static IReadOnlyList<string> Words(string[] words) =>
        NameCalled() is { } name && AllOriginals.Find(name) is not null ? ["as", name, .. words] : words;

    /// <summary>A link to this program for each name; one that points here already is kept.</summary>
    /// <exception cref="SetupException">One cannot be made, or something else has the name.</exception>
    public static int Make(string directory, IReadOnlyList<string> names, Shell shell)
    {
        string program = Environment.ProcessPath ?? throw new SetupException(
            "the path of this program is not known", "");
        foreach (string name in names)
        {
            string path = Path.Combine(directory, name);
            try
            {
                FileInfo link = new(path);
                if (link.LinkTarget == program)
                {
                    continue;
                }

                _ = File.CreateSymbolicLink(path, program);
                shell.Print($"{path} -> {program}\n");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                string why = File.Exists(path) ? "something else has that name" : Reason.Describe(failure);
                throw new SetupException(
                    $"cannot make the link {Text.Plain(path)}: {why}",
                    "choose another --install directory, one that is there and yours");
            }
        }

        return ExitCode.Done;
    }

    /// <summary>The name in the words that the kernel was given: the path of the process is a link's target.</summary>
    private static string? NameCalled()
    {
        try
        {
            return Path.GetFileName(File.ReadAllText("/proc/self/cmdline").Split('\0')[0]);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
