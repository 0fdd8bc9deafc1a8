using System.ComponentModel;

namespace Throng.Measurement;

/// <summary>A failure: what went wrong, what to do about it, and the exit code that said so.</summary>
[Description("In the place of everything measured.")]
public sealed record RunError(string What, string Remedy, long ExitCode)
{
    /// <summary>Nothing went wrong.</summary>
    public static RunError None { get; } = new("", "", 0);
}
