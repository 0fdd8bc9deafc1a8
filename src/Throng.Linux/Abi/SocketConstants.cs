#pragma warning disable CS1591 // the kernel's own names, see socket(7), ip(7), tcp(7)
namespace Throng.Linux;

/// <summary>Constants of the socket calls; the values of x64 and arm64.</summary>
public static class SocketConstants
{
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;

    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_RAW = 3;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;

    public const int SHUT_WR = 1;

    public const int SOL_SOCKET = 1;
    public const int IPPROTO_IP = 0;
    public const int IPPROTO_TCP = 6;
    public const int IPPROTO_IPV6 = 41;

    public const int SO_REUSEADDR = 2;
    public const int SO_ERROR = 4;
    public const int SO_RCVBUF = 8;
    public const int SO_KEEPALIVE = 9;
    public const int SO_LINGER = 13;
    public const int SO_REUSEPORT = 15;
    public const int SO_PEERCRED = 17;
    public const int SO_RCVLOWAT = 18;
    public const int SO_ATTACH_FILTER = 26;
    public const int SO_RCVBUFFORCE = 33;
    public const int SO_COOKIE = 57;
    public const int SO_NETNS_COOKIE = 71;

    public const int IP_PKTINFO = 8;
    public const int IP_BIND_ADDRESS_NO_PORT = 24;

    /// <summary>Since 6.3: (high port &lt;&lt; 16) | low port, host order; 0 clears it.</summary>
    public const int IP_LOCAL_PORT_RANGE = 51;

    public const int IPV6_V6ONLY = 26;
    public const int IPV6_RECVPKTINFO = 49;
    public const int IPV6_PKTINFO = 50;

    public const int TCP_NODELAY = 1;
    public const int TCP_KEEPIDLE = 4;
    public const int TCP_KEEPINTVL = 5;
    public const int TCP_KEEPCNT = 6;
    public const int TCP_INFO = 11;
    public const int TCP_QUICKACK = 12;
    public const int TCP_CONGESTION = 13;
    public const int TCP_USER_TIMEOUT = 18;

    public const int MSG_PEEK = 0x2;
    public const int MSG_TRUNC = 0x20;
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_WAITALL = 0x100;
    public const int MSG_NOSIGNAL = 0x4000;

    /// <summary>A backlog larger than any sysctl: the kernel cuts it to net.core.somaxconn.</summary>
    public const int BacklogMax = int.MaxValue;
}
