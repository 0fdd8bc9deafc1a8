using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Close reasons by what the kernel says.</summary>
public static class ErrnoReason
{
    /// <summary>TLS has failed, as the TLS backend says it: EBADMSG, which no call on a socket of TCP ends with. EPROTO
    /// is one that does: ICMP's parameter problem.</summary>
    public const int OfTls = Errno.EBADMSG;

    /// <summary>The reason that an errno is for a connection; <paramref name="errno"/> is positive.</summary>
    public static CloseReason Of(int errno, Phase phase) => errno switch
    {
        Errno.ECONNREFUSED => CloseReason.Refused,
        Errno.ENOPROTOOPT when phase == Phase.Connecting => CloseReason.Refused, // ICMP: protocol unreachable
        Errno.ECONNRESET or Errno.EPIPE or Errno.ECONNABORTED => CloseReason.Reset,
        Errno.ETIMEDOUT => phase == Phase.Connecting ? CloseReason.ConnectTimeout : CloseReason.TimedOut,
        Errno.ETIME => CloseReason.TlsTimeout, // of TLS alone, as the next
        OfTls => CloseReason.TlsFailed,
        Errno.EINVAL when phase == Phase.Connecting => CloseReason.Unreachable, // a blackhole route
        Errno.EHOSTUNREACH or Errno.ENETUNREACH or Errno.ENETDOWN or Errno.EHOSTDOWN => CloseReason.Unreachable,
        Errno.EADDRINUSE or Errno.EADDRNOTAVAIL => CloseReason.NoPort,
        Errno.EMFILE or Errno.ENFILE => CloseReason.NoDescriptor,
        Errno.ENOBUFS or Errno.ENOMEM => CloseReason.NoMemory,
        Errno.EACCES or Errno.EPERM => CloseReason.NotPermitted,
        Errno.ECANCELED => CloseReason.Cancelled,
        _ => CloseReason.Other,
    };
}
