using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>64-bit seconds and nanoseconds, as every call used here takes them; 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct __kernel_timespec
{
    /// <summary>Seconds.</summary>
    public long tv_sec;

    /// <summary>Nanoseconds, 0 to 999,999,999.</summary>
    public long tv_nsec;

    /// <summary>A non-negative span of nanoseconds.</summary>
    public static __kernel_timespec FromNs(long ns) =>
        new() { tv_sec = ns / 1_000_000_000, tv_nsec = ns % 1_000_000_000 };
}

/// <summary>A soft and a hard limit, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct rlimit64
{
    /// <summary>Soft limit: what holds now.</summary>
    public ulong rlim_cur;

    /// <summary>Hard limit: how far the soft one may be raised without privilege.</summary>
    public ulong rlim_max;
}

/// <summary>One descriptor to wait for, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct pollfd
{
    /// <summary>The descriptor.</summary>
    public int fd;

    /// <summary>Events to wait for: POLL* (the EPOLL* of the same name).</summary>
    public short events;

    /// <summary>Events that happened.</summary>
    public short revents;
}

/// <summary>How a thread is scheduled, 48 bytes: the first version, which every kernel takes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct sched_attr
{
    /// <summary>Bytes of this structure.</summary>
    public uint size;

    /// <summary>SCHED_*; 0 is the ordinary policy.</summary>
    public uint sched_policy;

    /// <summary>SCHED_FLAG_*.</summary>
    public ulong sched_flags;

    /// <summary>-20 to 19, of the ordinary policy.</summary>
    public int sched_nice;

    /// <summary>1 to 99, of the real-time policies.</summary>
    public uint sched_priority;

    /// <summary>ns; of the ordinary policy the time slice, from Linux 6.12 on.</summary>
    public ulong sched_runtime;

    /// <summary>ns.</summary>
    public ulong sched_deadline;

    /// <summary>ns.</summary>
    public ulong sched_period;
}

/// <summary>How a terminal treats input and output, 36 bytes: the kernel's structure, not the C library's.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct termios
{
    /// <summary>Input modes.</summary>
    public uint c_iflag;

    /// <summary>Output modes.</summary>
    public uint c_oflag;

    /// <summary>Control modes.</summary>
    public uint c_cflag;

    /// <summary>Local modes: echo, lines, signals.</summary>
    public uint c_lflag;

    /// <summary>Line discipline.</summary>
    public byte c_line;

    /// <summary>Control characters.</summary>
    public fixed byte c_cc[19];
}

/// <summary>Size of a terminal, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct winsize
{
    /// <summary>Rows.</summary>
    public ushort ws_row;

    /// <summary>Columns.</summary>
    public ushort ws_col;

    /// <summary>Width in pixels; mostly 0.</summary>
    public ushort ws_xpixel;

    /// <summary>Height in pixels; mostly 0.</summary>
    public ushort ws_ypixel;
}

/// <summary>Facts about the file that a path names, 256 bytes; only what is used here has a name.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct statx
{
    /// <summary>Number of the user whose it is.</summary>
    [FieldOffset(20)] public uint stx_uid;

    /// <summary>S_IF*: what it is, and who may do what with it.</summary>
    [FieldOffset(28)] public ushort stx_mode;

    /// <summary>Number of the file in its file system.</summary>
    [FieldOffset(32)] public ulong stx_ino;
}

/// <summary>A question about a network interface, 40 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct ifreq
{
    /// <summary>Its name, ended by a zero.</summary>
    [FieldOffset(0)] public fixed byte ifr_name[SystemConstants.IFNAMSIZ];

    /// <summary>Where the answer goes.</summary>
    [FieldOffset(16)] public void* ifr_data;

    /// <summary>IFF_*.</summary>
    [FieldOffset(16)] public short ifr_flags;

    /// <summary>Bytes of a packet, without the Ethernet header.</summary>
    [FieldOffset(16)] public int ifr_mtu;

    /// <summary>ARPHRD_* in two bytes, then the address.</summary>
    [FieldOffset(16)] public fixed byte ifr_hwaddr[16];
}

/// <summary>Answer to ETHTOOL_GCHANNELS, 36 bytes: how many queues there are now.</summary>
[StructLayout(LayoutKind.Explicit, Size = 36)]
internal struct ethtool_channels
{
    /// <summary>ETHTOOL_GCHANNELS.</summary>
    [FieldOffset(0)] public uint cmd;

    /// <summary>Queues that only receive.</summary>
    [FieldOffset(20)] public uint rx_count;

    /// <summary>Queues that do both.</summary>
    [FieldOffset(32)] public uint combined_count;
}

/// <summary>Answer to a question of ethtool that is one number, 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 8)]
internal struct ethtool_value
{
    /// <summary>ETHTOOL_GLINK: whether the interface is up and has a carrier.</summary>
    [FieldOffset(0)] public uint cmd;

    [FieldOffset(4)] public uint data;
}

/// <summary>Answer to ETHTOOL_GDRVINFO, 196 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 196)]
internal unsafe struct ethtool_drvinfo
{
    /// <summary>ETHTOOL_GDRVINFO.</summary>
    [FieldOffset(0)] public uint cmd;

    /// <summary>The driver's name, ended by a zero when it is shorter.</summary>
    [FieldOffset(4)] public fixed byte driver[32];
}
