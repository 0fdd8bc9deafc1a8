using Throng.Linux;

namespace Throng.Engine;

public enum ServeMode : byte
{
    /// <summary>Every byte comes back, in order.</summary>
    Echo = 0,

    /// <summary>Every byte is read and dropped.</summary>
    Sink = 1,

    /// <summary>The server reads until the peer's FIN; then an answer goes back, and the close.</summary>
    Exchange = 2,

    /// <summary>An echo with the server's name over the first bytes of a connection, and of every datagram.</summary>
    Stamp = 3,

    /// <summary>An echo that sends what asks for it once more, some time after the peer's FIN.</summary>
    Later = 4,
}

/// <summary>Task of `serve`.</summary>
public sealed record ServeSpec
{
    /// <summary>Where to listen.</summary>
    public required IReadOnlyList<ListenAddress> Listen { get; init; }

    public ServeMode Mode { get; init; }

    /// <summary>The answer of <see cref="ServeMode.Exchange"/>, and when it is given.</summary>
    public ExchangeSpec Exchange { get; init; } = new();

    /// <summary>Text that a <see cref="ServeMode.Stamp"/> stamps with; cut to 64 bytes.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// Unit in bytes for an echo of connections: the bytes received at once go back filled up with zeros to a multiple
    /// of it. At most <see cref="ReplyBytesMax"/>; 0: they go back as they came.
    /// </summary>
    public int ReplyBytes { get; init; }

    public const int ReplyBytesMax = BufferPool.BufferBytes;

    /// <summary>Transports for which each address is listened on: connections, datagrams, or both.</summary>
    public IReadOnlyList<Transport> Transports { get; init; } = [Transport.Stream];

    public bool HasStreams => Transports.Contains(Transport.Stream);

    public bool HasDatagrams => Transports.Contains(Transport.Datagram);

    /// <summary>Length of each accept queue; 0: the most the system allows.</summary>
    public int Backlog { get; init; }

    /// <summary>Interface whose packets are answered by <see cref="EngineChoice.Xdp"/>.</summary>
    public string Interface { get; init; } = "";

    public XdpMode XdpMode { get; init; }

    /// <summary>Whom it says it is in TLS; null: connections are not encrypted.</summary>
    public TlsServerSpec? Tls { get; init; }
}

/// <summary>One address to listen on.</summary>
/// <param name="DualStack">For the IPv6 wildcard: IPv4 too.</param>
public readonly record struct ListenAddress(SockAddr Address, bool DualStack);
