using Throng.Linux;

namespace Throng.Engine;

/// <summary>The steps that the kernel backends take alike on a socket before its first use.</summary>
internal static class SocketSetup
{
    /// <summary>Probes go out this often, and this many in vain end the connection.</summary>
    private const int KeepAliveProbes = 3;

    /// <summary>The kernel doubles it, for its own records.</summary>
    private const int DatagramReceiveBytes = 8 * 1024 * 1024;

    /// <summary>A bound, listening socket; its descriptor or -errno.</summary>
    public static int OpenListener(in ListenSpec spec, out SockAddr bound)
    {
        bound = spec.Address;
        int fd = OpenBound(spec);
        if (fd < 0)
        {
            return fd;
        }

        int result = spec.Transport == Transport.Datagram
            ? AskLocalAddress(fd, spec.Address)
            : Sockets.Listen(fd, spec.Backlog);
        return OrClose(fd, result < 0 ? result : Sockets.LocalAddress(fd, out bound));
    }

    /// <summary>A bound socket that does not listen; its descriptor or -errno.</summary>
    public static int OpenBound(in ListenSpec spec)
    {
        int fd = Sockets.Open(spec.Address.Family, TypeOf(spec.Transport));
        if (fd < 0)
        {
            return fd;
        }

        int result = Prepare(fd, spec);
        return OrClose(fd, result < 0 ? result : Sockets.Bind(fd, spec.Address));
    }

    /// <summary>How many options <see cref="Option"/> names for this connection.</summary>
    public static int OptionCount(in OpenSpec spec) =>
        SourceOptions(spec) + (spec.IsDatagram ? 0 : OwnOptions(spec.Options));

    /// <summary>
    /// Returns one of the options that a connection needs before its bind and connect: level, name and value.
    /// </summary>
    public static (int Level, int Name, int Value) Option(in OpenSpec spec, int index)
    {
        int own = index - SourceOptions(spec);
        return own >= 0 ? Own(spec.Options, own)
            : index == 0
                // Several targets share a source port. One whose port is a range of one has it too: without it nobody
                // could bind to that port, for a target of their own, until its TIME_WAIT is over.
                ? (SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEADDR, 1)
            : index == 1
                ? (SocketConstants.IPPROTO_IP, SocketConstants.IP_LOCAL_PORT_RANGE, RangeOf(spec.Local.Port))
            : (SocketConstants.IPPROTO_IP, SocketConstants.IP_BIND_ADDRESS_NO_PORT, 1);
    }

    /// <summary>Gives the address to bind to before the connect; false when nothing is to be bound.</summary>
    public static bool Binds(in OpenSpec spec, out SockAddr local)
    {
        SourceBinding binding = BindingOf(spec);
        local = binding == SourceBinding.Address ? spec.Local.WithPort(0) : spec.Local;
        return spec.Local.Family != 0 && binding != SourceBinding.Nothing;
    }

    /// <summary>SOCK_STREAM or SOCK_DGRAM.</summary>
    public static int TypeOf(Transport transport) =>
        transport == Transport.Datagram ? SocketConstants.SOCK_DGRAM : SocketConstants.SOCK_STREAM;

    /// <summary>Whether this kernel knows <see cref="SourceBinding.Nothing"/> and its like: tries it.</summary>
    public static bool TakesPortRange()
    {
        int fd = Sockets.Open(SocketConstants.AF_INET, SocketConstants.SOCK_STREAM);
        int result = Sockets.SetOption(
            fd, SocketConstants.IPPROTO_IP, SocketConstants.IP_LOCAL_PORT_RANGE, RangeOf(40_000));
        _ = Sockets.Close(fd);
        return result >= 0;
    }

    /// <summary>Reads the facts that a connected socket's descriptor tells; 0 or -errno.</summary>
    public static int ReadFacts(int fd, out ConnectionFacts facts)
    {
        facts = default;
        int result = Sockets.LocalAddress(fd, out facts.Local);
        result = result < 0 ? result : Sockets.PeerAddress(fd, out facts.Peer);
        if (Sockets.TcpFacts(fd, out tcp_info info) >= 0)
        {
            facts.RoundTripNs = info.tcpi_rtt * 1000L;
            facts.Retransmits = info.tcpi_total_retrans;
            facts.WindowSegments = info.tcpi_snd_cwnd;
            facts.UnacknowledgedSegments = info.tcpi_unacked;
            facts.HasTcp = true;
        }

        return result;
    }

    private static int RangeOf(ushort port) => (port << 16) | port;

    private static SourceBinding BindingOf(in OpenSpec spec) =>
        spec.IsDatagram && spec.Binding != SourceBinding.Exclusive ? SourceBinding.AddressAndPort : spec.Binding;

    private static int OwnOptions(in SocketOptions options) =>
        (options.KeepAliveSeconds > 0 ? 4 : 0) + (options.UserTimeoutMs > 0 ? 1 : 0);

    private static int SourceOptions(in OpenSpec spec) => BindingOf(spec) switch
    {
        SourceBinding.Exclusive => 0,
        SourceBinding.AddressAndPort => spec.Local.Family != 0 ? 1 : 0,
        SourceBinding.Address => 3,
        _ => 2,
    };

    private static (int Level, int Name, int Value) Own(in SocketOptions options, int index)
    {
        int first = options.KeepAliveSeconds > 0 ? 4 : 0;
        int probeSeconds = Math.Max(1, options.KeepAliveSeconds / KeepAliveProbes);
        return (index < first ? index : 4) switch
        {
            0 => (SocketConstants.SOL_SOCKET, SocketConstants.SO_KEEPALIVE, 1),
            1 => (SocketConstants.IPPROTO_TCP, SocketConstants.TCP_KEEPIDLE, options.KeepAliveSeconds),
            2 => (SocketConstants.IPPROTO_TCP, SocketConstants.TCP_KEEPINTVL, probeSeconds),
            3 => (SocketConstants.IPPROTO_TCP, SocketConstants.TCP_KEEPCNT, KeepAliveProbes),
            _ => (SocketConstants.IPPROTO_TCP, SocketConstants.TCP_USER_TIMEOUT, options.UserTimeoutMs),
        };
    }

    private static int OrClose(int fd, int result)
    {
        if (result < 0)
        {
            _ = Sockets.Close(fd);
            return result;
        }

        return fd;
    }

    private static int Prepare(int fd, in ListenSpec spec)
    {
        // Two datagram sockets that both have it share a port, and one of them gets nothing.
        bool isDatagram = spec.Transport == Transport.Datagram;
        int result = isDatagram ? RoomToReceive(fd)
            : Sockets.SetOption(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEADDR, 1);
        if (result >= 0 && spec.SharesPort)
        {
            result = Sockets.SetOption(fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_REUSEPORT, 1);
        }

        if (result >= 0 && spec.Address.IsIPv6)
        {
            int v6Only = spec.DualStack ? 0 : 1;
            result = Sockets.SetOption(fd, SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_V6ONLY, v6Only);
        }

        // Accepted sockets inherit it: an answer never waits for the acknowledgement of the one before.
        return result < 0 || isDatagram
            ? result
            : Sockets.SetOption(fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY, 1);
    }

    /// <summary>
    /// One socket takes what all clients send: the default buffer holds some 270 small datagrams. Beyond
    /// net.core.rmem_max only with CAP_NET_ADMIN.
    /// </summary>
    private static int RoomToReceive(int fd)
    {
        int result = Sockets.SetOption(
            fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_RCVBUFFORCE, DatagramReceiveBytes);
        return result >= 0 ? result : Sockets.SetOption(
            fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_RCVBUF, DatagramReceiveBytes);
    }

    private static int AskLocalAddress(int fd, in SockAddr address) =>
        address.IsWildcard ? LocalAddresses.Ask(fd, address.IsIPv6) : 0;
}
