namespace Throng.Linux;

/// <summary>Descriptors as such: closing, eventfd, and a descriptor table of a thread's own.</summary>
public static unsafe class Descriptors
{
    /// <summary>close(2). An interrupted close has closed all the same on Linux, so EINTR is success.</summary>
    /// <returns>0 or -errno.</returns>
    public static int Close(int fd)
    {
        int result = Libc.Result(Libc.close(fd));
        return result == -Errno.EINTR ? 0 : result;
    }

    /// <summary>eventfd(2), non-blocking and close-on-exec.</summary>
    /// <returns>The descriptor, or -errno.</returns>
    public static int OpenEvent(uint initial = 0) =>
        Libc.Result(Libc.eventfd(initial, SystemConstants.EFD_NONBLOCK | SystemConstants.EFD_CLOEXEC));

    /// <summary>Adds to an eventfd's counter, which wakes who waits on it.</summary>
    /// <returns>8, or -errno.</returns>
    public static int Signal(int eventFd, ulong amount = 1) =>
        Libc.Result(Libc.write(eventFd, &amount, sizeof(ulong)));

    /// <summary>Takes an eventfd's counter and sets it to zero.</summary>
    /// <returns>8, -EAGAIN when it is zero already, or another -errno.</returns>
    public static int Drain(int eventFd, out ulong amount)
    {
        ulong taken = 0;
        int result = Libc.Result(Libc.read(eventFd, &taken, sizeof(ulong)));
        amount = taken;
        return result;
    }

    /// <summary>
    /// Waits until a descriptor can be read; with the timer slack at 1 ns (<see cref="Threads.SetTimerSlack"/>) as
    /// exactly as an epoll does.
    /// </summary>
    /// <returns>1 when it can, 0 when the time passed first, or -errno (EINTR).</returns>
    public static int Await(int fd, long timeoutNs)
    {
        pollfd one = new() { fd = fd, events = (short)EpollConstants.EPOLLIN };
        __kernel_timespec timeout = __kernel_timespec.FromNs(timeoutNs);
        return Libc.Result(Libc.ppoll(&one, 1, &timeout, null));
    }

    /// <summary>read(2).</summary>
    /// <returns>Bytes, 0 at the end, or -errno.</returns>
    public static int Read(int fd, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            return Libc.Result(Libc.read(fd, pointer, (nuint)buffer.Length));
        }
    }

    /// <summary>write(2).</summary>
    /// <returns>Bytes taken, or -errno.</returns>
    public static int Write(int fd, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            return Libc.Result(Libc.write(fd, pointer, (nuint)buffer.Length));
        }
    }

    /// <summary>
    /// unshare(CLONE_FILES): from here on the calling thread has a descriptor table of its own, a copy of the one it
    /// had, and with it RLIMIT_NOFILE once more.
    /// </summary>
    /// <remarks>
    /// Only for a thread that uses raw descriptors to its end. The finalizer thread closes numbers in the main
    /// table, and the copy keeps what main had open alive: unshare early, before main opens sockets, with signals
    /// blocked (<see cref="Threads.BlockSignals"/>).
    /// </remarks>
    /// <returns>0 or -errno.</returns>
    public static int Unshare() => Libc.Result(Libc.unshare(SystemConstants.CLONE_FILES));
}
