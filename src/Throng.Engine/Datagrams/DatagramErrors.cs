using Throng.Linux;

namespace Throng.Engine;

/// <summary>Errors of a connected datagram socket.</summary>
internal static class DatagramErrors
{
    /// <summary>
    /// Whether an error is of datagrams that were sent, by ICMP or by this host's own routes and filters, after which
    /// the socket is as good as before. <paramref name="errno"/> is positive.
    /// </summary>
    public static bool IsOfOne(int errno) => errno is Errno.ECONNREFUSED or Errno.EHOSTUNREACH or Errno.ENETUNREACH
        or Errno.EHOSTDOWN or Errno.ENETDOWN or Errno.ENOPROTOOPT or Errno.EPROTO or Errno.EACCES or Errno.EPERM
        or Errno.EMSGSIZE;

    /// <summary>The same of a send, which a blackhole route ends with EINVAL.</summary>
    public static bool IsOfOneSend(int errno) => IsOfOne(errno) || errno == Errno.EINVAL;

    /// <summary>Whether only a filter of this host says so: no ICMP error is told with it.</summary>
    public static bool IsOwn(int errno) => errno == Errno.EPERM;

    /// <summary>
    /// Whether a send that ended with this error took no datagram, but told of an ICMP error that had come before: no
    /// route or filter of this host has a send refused with it. It is sent again.
    /// </summary>
    public static bool IsOfThoseBefore(int errno) => errno == Errno.ECONNREFUSED;
}
