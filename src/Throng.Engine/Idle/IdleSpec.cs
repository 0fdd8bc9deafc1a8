using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Kind of message that a lane sends, and of what counts as its answer.</summary>
public enum IdleMessage : byte
{
    /// <summary>A few bytes, which come back.</summary>
    Echo = 0,

    /// <summary>A DNS query.</summary>
    Dns,

    /// <summary>Bytes of the person's own; whatever comes is the answer.</summary>
    Content,
}

/// <summary>
/// Task of `idle`: connections that are silent for different times side by side, and are then asked whether they still
/// work, until it is known how long a silent one is remembered.
/// </summary>
public sealed record IdleSpec : LoadSpec
{
    /// <summary>Bytes of an echoed message.</summary>
    public const int MessageBytes = 16;

    public IdlePlan Plan { get; init; } = new();

    /// <summary>Search for the interval of TCP keepalive too, once it is known when silence is forgotten.</summary>
    public bool SearchesKeepalive { get; init; }

    /// <summary>Search with half-closed connections too; needs a server in mode later.</summary>
    public bool SearchesHalfClosed { get; init; }

    public IdleMessage Message { get; init; }

    /// <summary>The question, of DNS.</summary>
    public DnsQuestions? Questions { get; init; }

    /// <summary>Bytes that are sent, of content.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>A message that is not answered for so long is taken for lost.</summary>
    public long ReplyTimeoutNs { get; init; } = 3 * Ns.Second;

    /// <summary>How long a round of established connections takes at most.</summary>
    public long RoundNsMax => Plan.ToNs + ConnectTimeoutNs + (2 * ReplyTimeoutNs);
}
