#pragma warning disable CS1591 // the kernel's own names, see the page of the call in section 2 of the manual
namespace Throng.Linux;

/// <summary>Constants of the calls that are not about sockets; the values of x64 and arm64.</summary>
internal static class SystemConstants
{
    public const int AT_FDCWD = -100;
    public const int O_WRONLY = 0x1;
    public const int O_CREAT = 0x40;
    public const int O_TRUNC = 0x200;
    public const int O_CLOEXEC = 0x80000;
    public const uint STATX_TYPE = 0x1;
    public const uint STATX_UID = 0x8;
    public const uint STATX_INO = 0x100;
    public const int S_IFMT = 0xF000;
    public const int S_IFREG = 0x8000;

    public const int EFD_NONBLOCK = 0x800;
    public const int EFD_CLOEXEC = 0x80000;
    public const int CLONE_FILES = 0x400;

    public const int CLOCK_REALTIME = 0;
    public const int CLOCK_MONOTONIC = 1;
    public const int CLOCK_THREAD_CPUTIME_ID = 3;

    public const int RLIMIT_NOFILE = 7;
    public const int RLIMIT_AS = 9;

    public const int PROT_READ = 0x1;
    public const int PROT_WRITE = 0x2;
    public const int MAP_SHARED = 0x01;
    public const int MAP_PRIVATE = 0x02;
    public const int MAP_ANONYMOUS = 0x20;
    public const int MAP_NORESERVE = 0x4000;
    public const int MAP_POPULATE = 0x8000;

    public const uint SCHED_OTHER = 0;
    public const int PR_SET_TIMERSLACK = 29;
    public const int PRIO_PROCESS = 0;
    public const int SIG_BLOCK = 0;
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGTERM = 15;
    public const int SIGCHLD = 17;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;
    public const int SIGTSTP = 20;
    public const int SIGWINCH = 28;

    public const int CAP_NET_ADMIN = 12;
    public const int CAP_NET_RAW = 13;
    public const int CAP_SYS_ADMIN = 21;
    public const int CAP_PERFMON = 38;
    public const int CAP_BPF = 39;

    // Of terminals.
    public const nuint TCGETS = 0x5401;
    public const nuint TCSETS = 0x5402;
    public const nuint TIOCGPGRP = 0x540F;
    public const nuint TIOCGWINSZ = 0x5413;
    public const uint ICANON = 0x2;
    public const uint ECHO = 0x8;
    public const uint IEXTEN = 0x8000;
    public const uint IXON = 0x400;
    public const int VTIME = 5;
    public const int VMIN = 6;

    // Of network interfaces.
    public const nuint SIOCGIFFLAGS = 0x8913;
    public const nuint SIOCGIFMTU = 0x8921;
    public const nuint SIOCGIFHWADDR = 0x8927;
    public const nuint SIOCETHTOOL = 0x8946;
    public const uint ETHTOOL_GDRVINFO = 0x3;
    public const uint ETHTOOL_GLINK = 0xA;
    public const uint ETHTOOL_GCHANNELS = 0x3C;
    public const short IFF_UP = 0x1;
    public const short IFF_RUNNING = 0x40;
    public const ushort ARPHRD_ETHER = 1;
    public const int IFNAMSIZ = 16;
}
