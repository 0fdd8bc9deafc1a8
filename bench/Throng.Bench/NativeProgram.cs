using System.Diagnostics;

namespace Throng.Bench;

/// <summary>One way to run one program: a column of <see cref="NativeBench"/>.</summary>
/// <param name="Title">What heads its column.</param>
/// <param name="Path">The program.</param>
/// <param name="Before">What its command line begins with, a blank at the end.</param>
internal sealed record NativeProgram(string Title, string Path, string Before = "")
{
    private const string WithoutNice = "setpriv --bounding-set -sys_nice --inh-caps -sys_nice ";

    /// <summary>The base as it was, the base without the right to go first, and the present program.</summary>
    public static NativeProgram[] All(Settings settings)
    {
        string past = System.IO.Path.GetFullPath(settings.Text("base", "base/throng"));
        return
        [
            new("base, nice -20", past),
            new("base", past, WithoutNice),
            new("native", System.IO.Path.GetFullPath(settings.Text("throng", "out/throng"))),
        ];
    }

    public double FileBytes => new FileInfo(Path).Length;

    /// <summary>Starts it, one time after the other, and waits for each end.</summary>
    public Start[] Run(int times, string arguments)
    {
        string line = $"{times} {Path} {arguments}";
        using Process process = Process.Start(new ProcessStartInfo("bench/floor/started", line)
        {
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("cannot start bench/floor/started");
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return lines.Length == times ? [.. lines.Select(Start.Parse)]
            : throw new InvalidOperationException($"{Path} {arguments}: {lines.Length} of {times} runs");
    }
}
