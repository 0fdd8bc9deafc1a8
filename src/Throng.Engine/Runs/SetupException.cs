namespace Throng.Engine;

/// <summary>
/// A run cannot be set up: what failed, the errno if the kernel gave one, and what would help. The one exception a
/// user's situation raises; it becomes one line on stderr and exit code 3.
/// </summary>
public sealed class SetupException(string what, string remedy, int errno = 0) : Exception(what)
{
    /// <summary>Advice on what a person can do about the failure, as a command where there is one.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>Positive errno, 0 for none.</summary>
    public int Errno { get; } = errno;
}
