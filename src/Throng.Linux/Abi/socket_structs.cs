using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>Argument of SO_LINGER, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct linger
{
    /// <summary>Non-zero switches it on.</summary>
    public int l_onoff;

    /// <summary>Seconds; 0 together with on makes close() send RST.</summary>
    public int l_linger;
}

/// <summary>Answer to SO_PEERCRED, 12 bytes: who connected, or who listens.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ucred
{
    /// <summary>Its process.</summary>
    public int pid;

    /// <summary>Its effective user when it connected or began to listen.</summary>
    public uint uid;

    /// <summary>Its group then.</summary>
    public uint gid;
}

/// <summary>One piece of a scattered message, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct iovec
{
    /// <summary>First byte.</summary>
    public void* iov_base;

    /// <summary>Bytes.</summary>
    public nuint iov_len;
}

/// <summary>Argument of sendmsg and recvmsg, 56 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 56)]
public unsafe struct msghdr
{
    /// <summary>Peer address, or null.</summary>
    [FieldOffset(0)] public void* msg_name;

    /// <summary>Bytes at <see cref="msg_name"/>; recvmsg writes what it used.</summary>
    [FieldOffset(8)] public uint msg_namelen;

    /// <summary>The pieces.</summary>
    [FieldOffset(16)] public iovec* msg_iov;

    /// <summary>How many pieces.</summary>
    [FieldOffset(24)] public nuint msg_iovlen;

    /// <summary>Control messages, or null.</summary>
    [FieldOffset(32)] public void* msg_control;

    /// <summary>Bytes at <see cref="msg_control"/>.</summary>
    [FieldOffset(40)] public nuint msg_controllen;

    /// <summary>MSG_* as recvmsg reports them.</summary>
    [FieldOffset(48)] public int msg_flags;
}

/// <summary>Head of a control message, 16 bytes; its data follow.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct cmsghdr
{
    /// <summary>Bytes of head and data, without what fills up to 8.</summary>
    public nuint cmsg_len;

    /// <summary>IPPROTO_IP, IPPROTO_IPV6 and the like.</summary>
    public int cmsg_level;

    /// <summary>Kind of the data.</summary>
    public int cmsg_type;
}

/// <summary>One instruction of a packet filter, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct sock_filter
{
    /// <summary>BPF_*: what to do.</summary>
    public ushort code;

    /// <summary>Instructions to skip when a comparison holds.</summary>
    public byte jt;

    /// <summary>And when it does not.</summary>
    public byte jf;

    /// <summary>Its operand.</summary>
    public uint k;
}

/// <summary>Argument of SO_ATTACH_FILTER, 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public unsafe struct sock_fprog
{
    /// <summary>How many instructions.</summary>
    [FieldOffset(0)] public ushort len;

    /// <summary>The first of them.</summary>
    [FieldOffset(8)] public sock_filter* filter;
}

/// <summary>Data of IP_PKTINFO, 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct in_pktinfo
{
    /// <summary>The interface; 0 when sending leaves it to the route.</summary>
    public int ipi_ifindex;

    /// <summary>Our address, network order: what an answer is to come from.</summary>
    public uint ipi_spec_dst;

    /// <summary>The address in the packet, network order.</summary>
    public uint ipi_addr;
}

/// <summary>Data of IPV6_PKTINFO, 20 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct in6_pktinfo
{
    /// <summary>Our address, network order.</summary>
    public fixed uint ipi6_addr[4];

    /// <summary>The interface; 0 when sending leaves it to the route.</summary>
    public int ipi6_ifindex;
}
