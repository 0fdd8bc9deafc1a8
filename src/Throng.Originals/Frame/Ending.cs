namespace Throng.Originals;

/// <summary>Output, files and exit code at the end.</summary>
public sealed record Ending
{
    /// <summary>On standard output, as it is.</summary>
    public string Out { get; init; } = "";

    /// <summary>On standard error, a line each.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Files to write, whole.</summary>
    public IReadOnlyList<(string Path, string Text)> Files { get; init; } = [];

    /// <summary>A script for gnuplot, run where that is installed; empty: none.</summary>
    public string Gnuplot { get; init; } = "";

    public int ExitCode { get; init; }
}
