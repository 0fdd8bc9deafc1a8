using Throng.Engine;

namespace Throng.Originals;

/// <summary>What an original's words come to: something to do, or something to say and the end.</summary>
public sealed record Reading
{
    /// <summary>Said on standard output, newlines included.</summary>
    public string Out { get; init; } = "";

    /// <summary>Said on standard error, a line each; before the job too.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>How it ends where there is no job.</summary>
    public int ExitCode { get; init; }

    /// <summary>What is to be done; null: nothing.</summary>
    public Job? Job { get; init; }

    public static Reading Of(Job job, IReadOnlyList<string>? errors = null) =>
        new() { Job = job, Errors = errors ?? [] };

    /// <summary>What could not be set up, and what helps.</summary>
    public static Reading OfSetup(SetupException setup, int exitCode)
    {
        string remedy = setup.Remedy.Length == 0 ? "" : $"; {setup.Remedy}";
        return Refuse(exitCode, setup.Message + remedy);
    }

    public static Reading Refuse(int exitCode, params IReadOnlyList<string> errors) =>
        new() { Errors = errors, ExitCode = exitCode };
}
