using Throng.Linux;

namespace Throng.Engine;

/// <summary>Says why an address cannot be listened on, and what helps.</summary>
internal static class ListenRefusal
{
    public static SetupException Explain(in ListenSpec spec, int errno)
    {
        SockAddr address = spec.Address;
        string sockets = spec.Transport == Transport.Datagram ? "ss -lunp" : "ss -ltnp";
        string remedy = errno switch
        {
            Errno.EADDRINUSE =>
                $"another program listens there: {sockets} 'sport = :{address.Port}', or choose another port",
            Errno.EADDRNOTAVAIL => "no interface has that address: ip addr, or listen on 0.0.0.0 or [::]",
            Errno.EACCES =>
                "ports below 1024 need root or CAP_NET_BIND_SERVICE,"
                + " or: sysctl -w net.ipv4.ip_unprivileged_port_start=0",
            Errno.EMFILE => "raise the descriptor limit: ulimit -n, or listen on fewer ports",
            Errno.ENOMEM or Errno.ENOBUFS => "give the host more memory",
            Errno.ENOSPC => "raise fs.epoll.max_user_watches",
            Errno.EAFNOSUPPORT => "this host has no IPv6: listen on an IPv4 address",
            _ => "see listen(2) and bind(2)",
        };
        return new SetupException($"cannot listen on {address}: {Errno.Text(errno)}", remedy, errno);
    }
}
