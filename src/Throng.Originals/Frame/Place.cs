namespace Throng.Originals;

/// <summary>A host and a port as typed, to be looked up before the start.</summary>
/// <param name="Host">A name or an address; empty: every address to listen on, this host to connect to.</param>
/// <param name="Port">A number or the name of a service.</param>
/// <param name="Network">tcp or udp: a service may have a port of its own in each.</param>
public sealed record Place(string Host, string Port, string Network = "tcp")
{
    /// <summary>It is listened on.</summary>
    public bool IsOwn { get; init; }
}
