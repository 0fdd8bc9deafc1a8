#pragma warning disable CS1591 // the kernel's own names, see netlink(7) and sock_diag(7)
using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>Before every netlink message, 16 bytes; the next one starts at a multiple of 4.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct nlmsghdr
{
    public uint nlmsg_len; // bytes, this header included
    public ushort nlmsg_type;
    public ushort nlmsg_flags;
    public uint nlmsg_seq;
    public uint nlmsg_pid;
}

/// <summary>Before every attribute of a message, 4 bytes; the next one starts at a multiple of 4.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct rtattr
{
    public ushort rta_len; // bytes, this header included
    public ushort rta_type;
}

/// <summary>Which socket, 48 bytes; ports and addresses in network order.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
public unsafe struct inet_diag_sockid
{
    [FieldOffset(0)] public ushort idiag_sport;
    [FieldOffset(2)] public ushort idiag_dport;
    [FieldOffset(4)] public fixed uint idiag_src[4];
    [FieldOffset(20)] public fixed uint idiag_dst[4];
    [FieldOffset(36)] public uint idiag_if;
    [FieldOffset(40)] public fixed uint idiag_cookie[2];
}

/// <summary>Asks for sockets, 56 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct inet_diag_req_v2
{
    public byte sdiag_family;
    public byte sdiag_protocol;
    public byte idiag_ext; // bit INET_DIAG_x - 1 for each attribute wanted
    public byte pad;
    public uint idiag_states; // bit per TCP state
    public inet_diag_sockid id;
}

/// <summary>One socket as the kernel tells of it, 72 bytes; attributes follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct inet_diag_msg
{
    public byte idiag_family;
    public byte idiag_state;
    public byte idiag_timer;
    public byte idiag_retrans;
    public inet_diag_sockid id;
    public uint idiag_expires;
    public uint idiag_rqueue;
    public uint idiag_wqueue;
    public uint idiag_uid;
    public uint idiag_inode;
}

/// <summary>
/// One step of a filter that the kernel runs over every socket, 4 bytes. <c>yes</c> and <c>no</c> are bytes to go on
/// by; ending exactly at the end takes the socket, beyond it leaves the socket out. A comparison of ports is two steps
/// of which the second holds the port in <c>no</c>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct inet_diag_bc_op
{
    public byte code;
    public byte yes;
    public ushort no;
}
