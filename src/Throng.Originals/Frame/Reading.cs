using Throng.Engine;

namespace Throng.Originals;

/// <summary>Interpretation of an original's words: either something to do, or something to say and the end.</summary>
public sealed record Reading
{
    /// <summary>Said on standard output, newlines included.</summary>
    public string Out { get; init; } = "";

    /// <summary>Said on standard error, a line each; before the job too.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>How it ends where there is no job.</summary>
    public int ExitCode { get; init; }

    /// <summary>Work to be done; null when there is none.</summary>
    public Job? Job { get; init; }

    public static Reading Of(Job job, IReadOnlyList<string>? errors = null) =>
        new() { Job = job, Errors = errors ?? [] };

    /// <summary>Reading that says what could not be set up, and what helps.</summary>
    public static Reading OfSetup(SetupException setup, int exitCode)
    {
        string remedy = setup.Remedy.Length == 0 ? "" : $"; {setup.Remedy}";
        return Refuse(exitCode, setup.Message + remedy);
    }

    public static Reading Refuse(int exitCode, params IReadOnlyList<string> errors) =>
        new() { Errors = errors, ExitCode = exitCode };
}
