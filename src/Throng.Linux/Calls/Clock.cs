namespace Throng.Linux;

/// <summary>The one clock of a run.</summary>
public static unsafe class Clock
{
    /// <summary>CLOCK_MONOTONIC in nanoseconds: never steps back, not the time of day. About 24 ns a call.</summary>
    public static long NowNs() => Read(SystemConstants.CLOCK_MONOTONIC);

    /// <summary>CLOCK_REALTIME in nanoseconds since 1970: the time of day, which may be set and step back.</summary>
    public static long RealtimeNs() => Read(SystemConstants.CLOCK_REALTIME);

    /// <summary>CPU time the calling thread has used so far, in the kernel too. A system call, about 200 ns.</summary>
    public static long ThreadCpuNs() => Read(SystemConstants.CLOCK_THREAD_CPUTIME_ID);

    private static long Read(int clock)
    {
        __kernel_timespec now;
        _ = Libc.clock_gettime(clock, &now);
        return now.tv_sec * 1_000_000_000 + now.tv_nsec;
    }
}
