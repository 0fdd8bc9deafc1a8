using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Why a connection ended, or why it never came to be. Each attempt and each open connection ends with exactly one.
/// The names appear in results (<see cref="CloseReasons.Name"/>), so an old one is never reused for a new meaning.
/// </summary>
public enum CloseReason : byte
{
    None = 0,

    // Our own doing.
    Drained,
    Lowered,
    Finished,
    Cancelled,

    // The peer's.
    PeerClosed,
    Reset,

    // Noticed by time.
    TimedOut,
    ConnectTimeout,
    PingTimeout,
    InvalidReply,

    // Refused or impossible.
    Refused,
    Unreachable,
    NoPort,
    NoDescriptor,
    NoMemory,
    NotPermitted,

    /// <summary>TLS could not agree, or a certificate was not accepted.</summary>
    TlsFailed,
    Other,

    /// <summary>By the server, in order, while nothing was under way: opened again when it is needed.</summary>
    IdleClosed,
}

public static class CloseReasons
{
    public const int Count = (int)CloseReason.IdleClosed + 1;

    /// <summary>The name used in results and in what a person sees.</summary>
    public static string Name(CloseReason reason) => reason switch
    {
        CloseReason.Drained => "drained",
        CloseReason.Lowered => "lowered",
        CloseReason.Finished => "finished",
        CloseReason.Cancelled => "cancelled",
        CloseReason.PeerClosed => "peer-closed",
        CloseReason.Reset => "reset",
        CloseReason.TimedOut => "timed-out",
        CloseReason.ConnectTimeout => "connect-timeout",
        CloseReason.PingTimeout => "ping-timeout",
        CloseReason.InvalidReply => "invalid-reply",
        CloseReason.Refused => "refused",
        CloseReason.Unreachable => "unreachable",
        CloseReason.NoPort => "no-port",
        CloseReason.NoDescriptor => "no-descriptor",
        CloseReason.NoMemory => "no-memory",
        CloseReason.NotPermitted => "not-permitted",
        CloseReason.TlsFailed => "tls-failed",
        CloseReason.Other => "other",
        CloseReason.IdleClosed => "idle-closed",
        _ => "none",
    };

    /// <summary>
    /// True for the ends this side chose (drain, `set` down, the end of its work): those are not losses.
    /// </summary>
    public static bool IsOwn(CloseReason reason) =>
        reason is CloseReason.Drained or CloseReason.Lowered or CloseReason.Finished or CloseReason.Cancelled;

    /// <summary>
    /// True when a client lost what it wanted to keep: neither its own choice nor a server's idle timeout.
    /// </summary>
    public static bool IsLoss(CloseReason reason) => !IsOwn(reason) && reason != CloseReason.IdleClosed;

    /// <summary>What an errno of the kernel means for a connection; <paramref name="errno"/> is positive.</summary>
    public static CloseReason FromErrno(int errno) => errno switch
    {
        Errno.ECONNREFUSED => CloseReason.Refused,
        Errno.ECONNRESET or Errno.EPIPE or Errno.ECONNABORTED => CloseReason.Reset,
        Errno.ETIMEDOUT => CloseReason.TimedOut,
        Errno.EHOSTUNREACH or Errno.ENETUNREACH or Errno.ENETDOWN or Errno.EHOSTDOWN => CloseReason.Unreachable,
        Errno.EADDRINUSE or Errno.EADDRNOTAVAIL => CloseReason.NoPort,
        Errno.EMFILE or Errno.ENFILE => CloseReason.NoDescriptor,
        Errno.ENOBUFS or Errno.ENOMEM => CloseReason.NoMemory,
        Errno.EACCES or Errno.EPERM => CloseReason.NotPermitted,
        Errno.EPROTO => CloseReason.TlsFailed, // of TLS alone: no call on a TCP socket ends with it
        Errno.ECANCELED => CloseReason.Cancelled,
        _ => CloseReason.Other,
    };
}
