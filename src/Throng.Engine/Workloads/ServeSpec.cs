using Throng.Linux;

namespace Throng.Engine;

public enum ServeMode : byte
{
    /// <summary>Every byte comes back, in order.</summary>
    Echo = 0,

    /// <summary>Every byte is read and dropped.</summary>
    Sink = 1,

    /// <summary>What comes is read until the peer's FIN; then an answer goes back, and the close.</summary>
    Exchange = 2,
}

/// <summary>What `serve` is to do.</summary>
public sealed record ServeSpec
{
    /// <summary>Where to listen.</summary>
    public required IReadOnlyList<ListenAddress> Listen { get; init; }

    public ServeMode Mode { get; init; }

    /// <summary>The answer of <see cref="ServeMode.Exchange"/>, and when it is given.</summary>
    public ExchangeSpec Exchange { get; init; } = new();

    public Transport Transport { get; init; }

    /// <summary>Length of each accept queue; 0: the most the system allows.</summary>
    public int Backlog { get; init; }

    /// <summary>Whom it says it is in TLS; null: connections are not encrypted.</summary>
    public TlsServerSpec? Tls { get; init; }
}

/// <summary>One address to listen on.</summary>
/// <param name="DualStack">For the IPv6 wildcard: IPv4 too.</param>
public readonly record struct ListenAddress(SockAddr Address, bool DualStack);
