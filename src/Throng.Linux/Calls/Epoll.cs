using System.Runtime.InteropServices;

namespace Throng.Linux;

/// <summary>epoll(7) with deadlines in nanoseconds and one event layout on every processor.</summary>
public static unsafe class Epoll
{
    // x64 alone packs the event to 12 bytes; elsewhere the kernel writes 16, which are compacted in place.
    internal static readonly bool KernelPacks = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    // Kernels before 5.11, and seccomp filters older than that, do not know epoll_pwait2.
    private static volatile bool _millisecondsOnly;

    /// <summary>False once epoll_pwait2 was refused: timeouts are then whole milliseconds, rounded up.</summary>
    public static bool HasNanoseconds => !_millisecondsOnly;

    /// <summary>epoll_create1(2), close-on-exec.</summary>
    /// <returns>The descriptor, or -errno.</returns>
    public static int Open() => Libc.Result(Libc.epoll_create1(EpollConstants.EPOLL_CLOEXEC));

    /// <summary>EPOLL_CTL_ADD.</summary>
    /// <returns>0 or -errno.</returns>
    public static int Add(int epollFd, int fd, uint events, ulong data) =>
        Control(epollFd, EpollConstants.EPOLL_CTL_ADD, fd, events, data);

    /// <summary>EPOLL_CTL_MOD.</summary>
    /// <returns>0 or -errno.</returns>
    public static int Modify(int epollFd, int fd, uint events, ulong data) =>
        Control(epollFd, EpollConstants.EPOLL_CTL_MOD, fd, events, data);

    /// <summary>EPOLL_CTL_DEL. Not needed before close() unless a copy of the descriptor lives on.</summary>
    /// <returns>0 or -errno.</returns>
    public static int Remove(int epollFd, int fd) => Control(epollFd, EpollConstants.EPOLL_CTL_DEL, fd, 0, 0);

    /// <summary>Waits for events.</summary>
    /// <param name="epollFd">From <see cref="Open"/>.</param>
    /// <param name="events">At least two; filled from the start.</param>
    /// <param name="timeoutNs">0 only looks, negative waits without end. Set the timer slack to 1 ns or the kernel
    /// adds 50 us (<see cref="Threads.SetTimerSlack"/>).</param>
    /// <returns>How many events, 0 when the time passed, or -errno (EINTR is for the caller to repeat).</returns>
    public static int Wait(int epollFd, Span<epoll_event> events, long timeoutNs)
    {
        fixed (epoll_event* pointer = events)
        {
            if (KernelPacks)
            {
                return WaitRaw(epollFd, pointer, events.Length, timeoutNs);
            }

            int eventsMax = events.Length * sizeof(epoll_event) / sizeof(epoll_event_aligned);
            int count = WaitRaw(epollFd, pointer, eventsMax, timeoutNs);
            epoll_event_aligned* aligned = (epoll_event_aligned*)pointer;
            for (int i = 0; i < count; i++)
            {
                epoll_event_aligned one = aligned[i];
                pointer[i] = new epoll_event { events = one.events, data = one.data };
            }

            return count;
        }
    }

    private static int Control(int epollFd, int operation, int fd, uint events, ulong data)
    {
        if (KernelPacks)
        {
            epoll_event packed = new() { events = events, data = data };
            return Libc.Result(Libc.epoll_ctl(epollFd, operation, fd, &packed));
        }

        epoll_event_aligned aligned = new() { events = events, data = data };
        return Libc.Result(Libc.epoll_ctl(epollFd, operation, fd, &aligned));
    }

    private static int WaitRaw(int epollFd, void* events, int eventsMax, long timeoutNs)
    {
        if (!_millisecondsOnly)
        {
            __kernel_timespec timeout = __kernel_timespec.FromNs(Math.Max(timeoutNs, 0));
            void* deadline = timeoutNs < 0 ? null : &timeout;
            int result = Libc.Result(Libc.syscall(
                Libc.SysEpollPwait2, epollFd, (nint)events, eventsMax, (nint)deadline, 0, sizeof(ulong)));
            if (result != -Errno.ENOSYS && result != -Errno.EPERM)
            {
                return result;
            }

            _millisecondsOnly = true;
        }

        long timeoutMs = timeoutNs < 0 ? -1 : Math.Min((timeoutNs + 999_999) / 1_000_000, int.MaxValue);
        return Libc.Result(Libc.epoll_wait(epollFd, events, eventsMax, (int)timeoutMs));
    }
}
