using System.Diagnostics;

namespace Throng;

/// <summary>
/// This program in a process of its own. Its standard input is a pipe, so that it reads nobody's terminal; a run with
/// --until-eof ends with the pipe, so that it does not outlive the process that started it. No variable of ours is
/// handed on.
/// </summary>
internal static class OwnProgram
{
    public static ProcessStartInfo With(params IEnumerable<string> words)
    {
        ProcessStartInfo start = new(Environment.ProcessPath ?? "throng")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        foreach (string word in words)
        {
            start.ArgumentList.Add(word);
        }

        foreach (string name in start.Environment.Keys.Where(IsOurs).ToArray())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private static bool IsOurs(string name) => name.StartsWith("THRONG_", StringComparison.Ordinal);
}
