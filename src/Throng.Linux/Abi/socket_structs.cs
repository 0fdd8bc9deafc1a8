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
