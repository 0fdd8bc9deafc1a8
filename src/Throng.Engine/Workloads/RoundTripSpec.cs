using System.Net;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>What a closed loop is to do: on each connection one message out, its echo back, then the next.</summary>
public sealed record RoundTripSpec
{
    /// <summary>Connections of the whole run.</summary>
    public required long Connections { get; init; }

    /// <summary>Address and port of each target, at least one; all of them echo.</summary>
    public required IReadOnlyList<SockAddr> Targets { get; init; }

    /// <summary>Source addresses to spread over; none: the one the route to the target gives.</summary>
    public IReadOnlyList<IPAddress> Sources { get; init; } = [];

    /// <summary>Bytes of a message, 1 or more.</summary>
    public int MessageBytes { get; init; } = 64;

    /// <summary>Messages sent within this time of the start are checked, but neither counted nor recorded.</summary>
    public long WarmUpNs { get; init; }

    public long ConnectTimeoutNs { get; init; } = 5_000_000_000;

    /// <summary>An echo that takes longer is given up, and its connection with it.</summary>
    public long ReplyTimeoutNs { get; init; } = 5_000_000_000;

    /// <summary>How connections are closed at the end.</summary>
    public CloseKind Close { get; init; }

    public SocketOptions Socket { get; init; }
}
