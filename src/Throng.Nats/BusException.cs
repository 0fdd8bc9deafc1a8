namespace Throng.Nats;

/// <summary>
/// The message system cannot be used: what failed, and what would help. It becomes one line on stderr.
/// </summary>
public sealed class BusException(string what, string remedy) : Exception(what)
{
    /// <summary>Advice on what a person can do about the failure, as a command where there is one.</summary>
    public string Remedy { get; } = remedy;
}
