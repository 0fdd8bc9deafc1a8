using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Throng.Linux;

/// <summary>
/// Every foreign function of this project, declared once and as C has it: -1 and errno. The topic classes beside
/// this one turn that into the kernel's convention; nobody else calls these.
/// </summary>
internal static unsafe partial class Libc
{
    /// <summary>io_uring_setup, the same number on every processor.</summary>
    internal const int SysIoUringSetup = 425;

    /// <summary>io_uring_enter.</summary>
    internal const int SysIoUringEnter = 426;

    /// <summary>io_uring_register.</summary>
    internal const int SysIoUringRegister = 427;

    /// <summary>sched_setattr: x64 has a list of its own, arm64 the common one.</summary>
    internal static readonly int SysSchedSetAttr =
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 314 : 274;

    /// <summary>sched_getattr, the next one on every processor.</summary>
    internal static readonly int SysSchedGetAttr = SysSchedSetAttr + 1;

    /// <summary>bpf: x64 has a list of its own, arm64 the common one.</summary>
    internal static readonly int SysBpf = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;

    /// <summary>epoll_pwait2.</summary>
    internal const int SysEpollPwait2 = 441;

    // Reading errno for the first time loads the native function behind it, and loading may itself change errno.
    // Loaded here, before the first call below can fail.
    static Libc() => _ = Marshal.GetLastSystemError();

    /// <summary>The kernel's convention from C's: the result, or -errno. Call it right after the call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Result(int result) => result >= 0 ? result : -Marshal.GetLastSystemError();

    /// <inheritdoc cref="Result(int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Result(nint result) => result >= 0 ? (int)result : -Marshal.GetLastSystemError();

    // syscall(2) is variadic in C. Passing integers to it as if it were not is the same on x64 and arm64 Linux.
    [LibraryImport("libc")]
    internal static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc")]
    internal static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc")]
    internal static partial int bind(int fd, void* address, uint addressBytes);

    [LibraryImport("libc")]
    internal static partial int listen(int fd, int backlog);

    [LibraryImport("libc")]
    internal static partial int accept4(int fd, void* address, uint* addressBytes, int flags);

    [LibraryImport("libc")]
    internal static partial int connect(int fd, void* address, uint addressBytes);

    [LibraryImport("libc")]
    internal static partial int shutdown(int fd, int how);

    [LibraryImport("libc")]
    internal static partial nint send(int fd, void* buffer, nuint bytes, int flags);

    [LibraryImport("libc")]
    internal static partial nint recv(int fd, void* buffer, nuint bytes, int flags);

    [LibraryImport("libc")]
    internal static partial nint sendto(
        int fd, void* buffer, nuint bytes, int flags, void* address, uint addressBytes);

    [LibraryImport("libc")]
    internal static partial nint sendmsg(int fd, msghdr* message, int flags);

    [LibraryImport("libc")]
    internal static partial nint recvmsg(int fd, msghdr* message, int flags);

    [LibraryImport("libc")]
    internal static partial int setsockopt(int fd, int level, int name, void* value, uint bytes);

    [LibraryImport("libc")]
    internal static partial int getsockopt(int fd, int level, int name, void* value, uint* bytes);

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    [LibraryImport("libc")]
    internal static partial int getsockname(int fd, void* address, uint* addressBytes);

    [LibraryImport("libc")]
    internal static partial int getpeername(int fd, void* address, uint* addressBytes);

    // open(2) is variadic in C, as syscall(2) is; the mode is of use only where a file is made.
    [LibraryImport("libc")]
    internal static partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    internal static partial int fsync(int fd);

    [LibraryImport("libc")]
    internal static partial int close(int fd);

    [LibraryImport("libc")]
    internal static partial nint read(int fd, void* buffer, nuint bytes);

    [LibraryImport("libc")]
    internal static partial nint write(int fd, void* buffer, nuint bytes);

    [LibraryImport("libc")]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc")]
    internal static partial int ppoll(pollfd* fds, nuint count, __kernel_timespec* timeout, void* mask);

    [LibraryImport("libc")]
    internal static partial int unshare(int flags);

    [LibraryImport("libc")]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    internal static partial int epoll_ctl(int epfd, int operation, int fd, void* @event);

    [LibraryImport("libc")]
    internal static partial int epoll_wait(int epfd, void* events, int eventsMax, int timeoutMs);

    [LibraryImport("libc")]
    internal static partial int sched_setaffinity(int tid, nuint maskBytes, void* mask);

    [LibraryImport("libc")]
    internal static partial int setpriority(int which, int who, int nice);

    [LibraryImport("libc")]
    internal static partial int sched_getaffinity(int tid, nuint maskBytes, void* mask);

    // ioctl(2) is variadic in C, as syscall(2) is.
    [LibraryImport("libc")]
    internal static partial int ioctl(int fd, nuint request, void* argument);

    [LibraryImport("libc")]
    internal static partial int getpgrp();

    [LibraryImport("libc")]
    internal static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    internal static partial byte* if_indextoname(uint index, byte* name);

    [LibraryImport("libc")]
    internal static partial uint if_nametoindex(byte* name);

    [LibraryImport("libc")]
    internal static partial int gettid();

    [LibraryImport("libc")]
    internal static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    /// <summary>Returns the errno itself, positive, and leaves errno alone.</summary>
    [LibraryImport("libc")]
    internal static partial int pthread_sigmask(int how, void* set, void* before);

    // Reads a page shared with the kernel, about 24 ns: cheaper than telling the GC that the thread left.
    [LibraryImport("libc")]
    [SuppressGCTransition]
    internal static partial int clock_gettime(int clock, __kernel_timespec* now);

    [LibraryImport("libc")]
    internal static partial int prlimit(int pid, int resource, rlimit64* wanted, rlimit64* before);

    [LibraryImport("libc")]
    internal static partial void* mmap(void* hint, nuint bytes, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc")]
    internal static partial int munmap(void* address, nuint bytes);

    [LibraryImport("libc")]
    internal static partial int statx(int folder, byte* path, int flags, uint mask, statx* about);
}
