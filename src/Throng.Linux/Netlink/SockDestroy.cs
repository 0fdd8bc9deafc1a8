namespace Throng.Linux;

/// <summary>
/// Ends TCP sockets of this network namespace from outside, whoever holds them. One that waits in TIME_WAIT is gone in
/// silence; the peer of an open one gets a RST, and its owner ECONNABORTED. Needs CAP_NET_ADMIN.
/// </summary>
public sealed unsafe class SockDestroy : IDisposable
{
    private const int AnswerBytes = 1024;

    private int _fd = -1;
    private uint _sequence;

    /// <summary>Ends the socket with these two addresses, both of one family.</summary>
    /// <returns>0, or -errno: ENOENT when there is none, EPERM without the privilege, EOPNOTSUPP where the kernel
    /// cannot end sockets.</returns>
    public int End(in SockAddr local, in SockAddr remote)
    {
        int opened = Sockets.OpenDiagnosis(ref _fd);
        if (opened < 0)
        {
            return opened;
        }

        int bytes = sizeof(nlmsghdr) + sizeof(inet_diag_req_v2);
        byte* request = stackalloc byte[bytes];
        *(nlmsghdr*)request = new nlmsghdr
        {
            nlmsg_len = (uint)bytes,
            nlmsg_type = NetlinkConstants.SOCK_DESTROY,
            nlmsg_flags = NetlinkConstants.NLM_F_REQUEST | NetlinkConstants.NLM_F_ACK,
            nlmsg_seq = ++_sequence,
        };
        inet_diag_req_v2* socket = (inet_diag_req_v2*)(request + sizeof(nlmsghdr));
        *socket = new inet_diag_req_v2
        {
            sdiag_family = (byte)local.Family,
            sdiag_protocol = SocketConstants.IPPROTO_TCP,
            idiag_states = uint.MaxValue,
        };
        socket->id.idiag_sport = NetworkOrder(local.Port);
        socket->id.idiag_dport = NetworkOrder(remote.Port);
        local.WriteNetworkOrder(socket->id.idiag_src);
        remote.WriteNetworkOrder(socket->id.idiag_dst);
        socket->id.idiag_cookie[0] = NetlinkConstants.INET_DIAG_NOCOOKIE;
        socket->id.idiag_cookie[1] = NetlinkConstants.INET_DIAG_NOCOOKIE;
        int sent = Sockets.Send(_fd, request, bytes, 0);
        return sent < 0 ? sent : ReadAnswer();
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Sockets.Close(_fd);
            _fd = -1;
        }
    }

    private int ReadAnswer()
    {
        byte* answer = stackalloc byte[AnswerBytes];
        int received = Sockets.Receive(_fd, answer, AnswerBytes, 0);
        bool isWhole = received >= sizeof(nlmsghdr) + sizeof(int);
        return received < 0 ? received
            : isWhole && ((nlmsghdr*)answer)->nlmsg_type == NetlinkConstants.NLMSG_ERROR
                ? Math.Min(0, *(int*)(answer + sizeof(nlmsghdr)))
            : -Errno.EBADMSG;
    }

    private static ushort NetworkOrder(ushort port) => (ushort)((port << 8) | (port >> 8));
}
