#pragma warning disable CS1591 // the kernel's own names, see netlink(7) and sock_diag(7)
namespace Throng.Linux;

/// <summary>Constants of netlink and of its socket diagnosis; the same on every processor.</summary>
public static class NetlinkConstants
{
    public const int AF_NETLINK = 16;
    public const int NETLINK_SOCK_DIAG = 4;

    public const ushort NLMSG_ERROR = 2;
    public const ushort NLMSG_DONE = 3;
    public const ushort NLM_F_REQUEST = 0x1;
    public const ushort NLM_F_ACK = 0x4;
    public const ushort NLM_F_DUMP = 0x300;

    public const ushort SOCK_DIAG_BY_FAMILY = 20;
    public const ushort SOCK_DESTROY = 21;

    /// <summary>Each half of a cookie that fits every socket.</summary>
    public const uint INET_DIAG_NOCOOKIE = uint.MaxValue;

    /// <summary>Attribute of a request: the filter.</summary>
    public const ushort INET_DIAG_REQ_BYTECODE = 1;

    /// <summary>Attribute of an answer: tcp_info.</summary>
    public const ushort INET_DIAG_INFO = 2;

    public const byte INET_DIAG_BC_JMP = 1;
    public const byte INET_DIAG_BC_S_GE = 2;
    public const byte INET_DIAG_BC_S_LE = 3;
    public const byte INET_DIAG_BC_D_GE = 4;
    public const byte INET_DIAG_BC_D_LE = 5;

    public const byte TCP_ESTABLISHED = 1;
    public const byte TCP_CLOSE_WAIT = 8;
    public const byte TCP_LISTEN = 10;
}
