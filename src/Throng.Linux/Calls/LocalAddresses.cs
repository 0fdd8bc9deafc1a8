namespace Throng.Linux;

/// <summary>
/// Control messages that carry our own address of a datagram: a socket bound to all addresses learns by it which one
/// was meant, and answers from that one. IPv4 addresses on an IPv6 socket are mapped ones.
/// </summary>
public static unsafe class LocalAddresses
{
    /// <summary>Bytes the larger of the two messages takes.</summary>
    public const int ControlBytes = 40;

    private const int MessageBytes4 = 32;
    private const int MessageBytes6 = 40;

    /// <summary>Has every datagram of this socket come with the address it was sent to.</summary>
    /// <returns>0 or -errno.</returns>
    public static int Ask(int fd, bool isIPv6) => isIPv6
        ? Sockets.SetOption(fd, SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_RECVPKTINFO, 1)
        : Sockets.SetOption(fd, SocketConstants.IPPROTO_IP, SocketConstants.IP_PKTINFO, 1);

    /// <summary>The address in a control message, port 0; family unspecified when there is none.</summary>
    /// <param name="control">What was received, aligned to 8.</param>
    /// <param name="bytes">How much of it.</param>
    public static SockAddr Read(void* control, int bytes)
    {
        cmsghdr* head = (cmsghdr*)control;
        if (bytes < sizeof(cmsghdr))
        {
            return default;
        }

        return (head->cmsg_level, head->cmsg_type) switch
        {
            (SocketConstants.IPPROTO_IP, SocketConstants.IP_PKTINFO) =>
                SockAddr.FromNetworkOrder(SockAddr.FamilyIPv4, &((in_pktinfo*)(head + 1))->ipi_spec_dst, 0),
            (SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_PKTINFO) =>
                SockAddr.FromNetworkOrder(SockAddr.FamilyIPv6, ((in6_pktinfo*)(head + 1))->ipi6_addr, 0),
            _ => default,
        };
    }

    /// <summary>Writes the message that has a datagram sent from an address.</summary>
    /// <returns>Bytes written, at most <see cref="ControlBytes"/>; 0 for an unspecified address.</returns>
    public static int Write(void* control, in SockAddr local)
    {
        if (local.Family == 0)
        {
            return 0;
        }

        new Span<byte>(control, ControlBytes).Clear();
        cmsghdr* head = (cmsghdr*)control;
        if (local.IsIPv6)
        {
            head->cmsg_len = (nuint)(sizeof(cmsghdr) + sizeof(in6_pktinfo));
            head->cmsg_level = SocketConstants.IPPROTO_IPV6;
            head->cmsg_type = SocketConstants.IPV6_PKTINFO;
            local.WriteNetworkOrder(((in6_pktinfo*)(head + 1))->ipi6_addr);
            return MessageBytes6;
        }

        head->cmsg_len = (nuint)(sizeof(cmsghdr) + sizeof(in_pktinfo));
        head->cmsg_level = SocketConstants.IPPROTO_IP;
        head->cmsg_type = SocketConstants.IP_PKTINFO;
        local.WriteNetworkOrder(&((in_pktinfo*)(head + 1))->ipi_spec_dst);
        return MessageBytes4;
    }
}
