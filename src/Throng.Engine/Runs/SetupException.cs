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

    /// <summary>Hands a result of the kernel on that is none of its errors.</summary>
    /// <param name="result">0 or more, or -errno.</param>
    /// <param name="what">What could not be done, after "cannot".</param>
    /// <param name="remedy">Advice on what a person can do about it.</param>
    /// <exception cref="SetupException">It is an error.</exception>
    public static int Need(int result, string what, string remedy) => result >= 0
        ? result
        : throw new SetupException($"cannot {what}: {Linux.Errno.Text(result)}", remedy, -result);
}
