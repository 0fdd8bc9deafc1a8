namespace Throng;

/// <summary>A request as the rules of the interface see it: no socket, no stream.</summary>
/// <param name="Path">Without the query.</param>
/// <param name="Header">Value of a header; empty for one that was not sent.</param>
/// <param name="Body">Whole; it is bounded before it gets here.</param>
public sealed record HttpQuestion(string Method, string Path, Func<string, string> Header, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether it may change something.</summary>
    public bool Changes => Method is not ("GET" or "HEAD");
}
