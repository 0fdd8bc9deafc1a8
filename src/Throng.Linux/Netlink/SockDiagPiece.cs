using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>A piece of a listing of sockets: messages of the kernel, one behind the other.</summary>
internal unsafe ref struct SockDiagPiece(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Bytes that have not been looked at.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>The listing ends with the message that was read last.</summary>
    public bool IsLast { get; private set; }

    public readonly bool HasMore => !IsLast && !_rest.IsEmpty;

    /// <summary>Takes the next message: 1 for a record, 0 for anything else, or -errno.</summary>
    public int Read(out SocketFacts facts)
    {
        facts = default;
        if (_rest.Length < sizeof(nlmsghdr))
        {
            return -Errno.EBADMSG;
        }

        nlmsghdr head = MemoryMarshal.Read<nlmsghdr>(_rest);
        if (head.nlmsg_len < sizeof(nlmsghdr) || head.nlmsg_len > _rest.Length)
        {
            return -Errno.EBADMSG;
        }

        ReadOnlySpan<byte> body = _rest[sizeof(nlmsghdr)..(int)head.nlmsg_len];
        _rest = _rest[Math.Min(Aligned((int)head.nlmsg_len), _rest.Length)..];
        switch (head.nlmsg_type)
        {
            case NetlinkConstants.NLMSG_ERROR or NetlinkConstants.NLMSG_DONE:
                IsLast = true;
                return body.Length >= sizeof(int) ? Math.Min(0, MemoryMarshal.Read<int>(body)) : 0;

            case NetlinkConstants.SOCK_DIAG_BY_FAMILY when body.Length >= sizeof(inet_diag_msg):
                facts = FactsOf(body);
                return 1;

            default:
                return 0;
        }
    }

    private static SocketFacts FactsOf(ReadOnlySpan<byte> body)
    {
        inet_diag_msg message = MemoryMarshal.Read<inet_diag_msg>(body);
        inet_diag_sockid* id = &message.id;
        SocketFacts facts = new()
        {
            Local = SockAddr.FromNetworkOrder(message.idiag_family, id->idiag_src, id->idiag_sport),
            Remote = SockAddr.FromNetworkOrder(message.idiag_family, id->idiag_dst, id->idiag_dport),
            State = message.idiag_state,
        };
        ReadOnlySpan<byte> rest = body[sizeof(inet_diag_msg)..];
        while (rest.Length >= sizeof(rtattr))
        {
            rtattr attribute = MemoryMarshal.Read<rtattr>(rest);
            if (attribute.rta_len < sizeof(rtattr) || attribute.rta_len > rest.Length)
            {
                break;
            }

            if (attribute.rta_type == NetlinkConstants.INET_DIAG_INFO)
            {
                ReadInfo(rest[sizeof(rtattr)..attribute.rta_len], ref facts);
            }

            rest = rest[Math.Min(Aligned(attribute.rta_len), rest.Length)..];
        }

        return facts;
    }

    /// <summary>An older kernel tells fewer bytes of it than there are by now.</summary>
    private static void ReadInfo(ReadOnlySpan<byte> told, ref SocketFacts facts)
    {
        const int InAll = 104;
        if (told.Length < InAll)
        {
            return;
        }

        tcp_info info = default;
        told[..Math.Min(told.Length, sizeof(tcp_info))].CopyTo(MemoryMarshal.AsBytes(new Span<tcp_info>(ref info)));
        facts.RttUs = info.tcpi_rtt;
        facts.Retransmits = info.tcpi_total_retrans;
        facts.Unacked = info.tcpi_unacked;
        facts.Probes = info.tcpi_probes;
    }

    private static int Aligned(int bytes) => (bytes + 3) & ~3;
}
