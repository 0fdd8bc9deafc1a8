namespace Throng.Measurement;

/// <summary>Outcome of one attempt of `churn`. Each attempt has exactly one; the names appear in results.</summary>
public enum ChurnOutcome : byte
{
    None = 0,
    Ok,

    /// <summary>The SYN was answered by a RST or an ICMP message, by the server or a firewall.</summary>
    Refused,

    /// <summary>No route, here or told by an ICMP message.</summary>
    Unreachable,

    // Reset after the handshake: before the first byte of the reply, and after it.
    ResetBeforeReply,
    ResetInReply,

    // Out of time: in the handshake of TCP, in that of TLS, before the first byte of the reply, and after it.
    TimeoutConnect,
    TimeoutTls,
    TimeoutReply,
    TimeoutClose,

    /// <summary>The peer ended it without a byte where some were expected.</summary>
    Empty,

    /// <summary>The peer ended it in order before its requests were done.</summary>
    Closed,

    /// <summary>The bytes that came were not those expected.</summary>
    Invalid,
    NoPort,
    NoDescriptor,
    NoMemory,

    /// <summary>This host's own filter or route forbids it.</summary>
    NotPermitted,

    /// <summary>TLS could not agree, or a certificate was not accepted.</summary>
    TlsFailed,

    /// <summary>The run was ended at once while it was under way.</summary>
    Cancelled,

    /// <summary>Any other errno; its name is among <c>connections.other_errnos</c>.</summary>
    Other,
}

/// <summary>The names of all outcomes, and what kind each is of.</summary>
public static class ChurnOutcomes
{
    public const int Count = (int)ChurnOutcome.Other + 1;

    private static readonly string[] _names = EnumWords.Of<ChurnOutcome>('_');

    /// <summary>Every name that a result may have.</summary>
    public static IReadOnlyList<string> All => _names[1..];

    public static string Name(ChurnOutcome outcome) => _names[(int)outcome];

    public static bool IsTimeout(ChurnOutcome outcome) =>
        outcome is ChurnOutcome.TimeoutConnect or ChurnOutcome.TimeoutTls or ChurnOutcome.TimeoutReply
            or ChurnOutcome.TimeoutClose;
}
