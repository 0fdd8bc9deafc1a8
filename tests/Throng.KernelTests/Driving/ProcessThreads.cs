using System.Globalization;

namespace Throng.KernelTests;

/// <summary>Facts that the kernel has of each thread of a process. A thread may end while they are read: then it has
/// none.</summary>
internal static class ProcessThreads
{
    /// <summary>Reads the directories of all threads that are still there.</summary>
    public static string[] Read(int process, Func<string, IEnumerable<string>> read) =>
        [.. Directory.GetDirectories($"/proc/{process}/task").SelectMany(thread => Of(thread, read))];

    /// <summary>Processes that any of the threads has started.</summary>
    public static int[] ChildrenOf(int process) =>
    [
        .. Read(process, thread => File.ReadAllText(thread + "/children").Split(
                ' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture)),
    ];

    /// <summary>Command lines of all processes.</summary>
    public static string[] CommandLines() =>
    [
        .. Directory.GetDirectories("/proc").Where(static path => char.IsAsciiDigit(Path.GetFileName(path)[0]))
            .SelectMany(static path => Of(
                path, static path => [File.ReadAllText(path + "/cmdline").Replace('\0', ' ')])),
    ];

    private static string[] Of(string thread, Func<string, IEnumerable<string>> read)
    {
        try
        {
            return [.. read(thread)];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
