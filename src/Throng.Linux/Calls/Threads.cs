using static Throng.Linux.SystemConstants;

namespace Throng.Linux;

/// <summary>
/// Settings that a worker makes about the thread it runs on. All of them are about the calling thread.
/// </summary>
public static unsafe class Threads
{
    private const int CpusMax = 8192;

    // Not SIGRTMIN: CoreCLR suspends threads for the GC with it.
    private static ReadOnlySpan<int> BlockedSignals =>
        [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD, SIGCONT, SIGTSTP, SIGWINCH];

    /// <summary>The kernel's thread id, as in /proc/self/task.</summary>
    public static int Id => Libc.gettid();

    /// <summary>Lets the calling thread run on these CPUs only.</summary>
    /// <returns>0, or -errno (EINVAL when none of them is allowed to this process).</returns>
    public static int SetAffinity(ReadOnlySpan<int> cpus)
    {
        ulong* mask = stackalloc ulong[CpusMax / 64];
        new Span<ulong>(mask, CpusMax / 64).Clear();
        foreach (int cpu in cpus)
        {
            if ((uint)cpu >= CpusMax)
            {
                return -Errno.EINVAL;
            }

            mask[cpu / 64] |= 1UL << (cpu % 64);
        }

        return Libc.Result(Libc.sched_setaffinity(0, CpusMax / 8, mask));
    }

    /// <summary>The CPUs the calling thread may run on, ascending; empty when the kernel would not say.</summary>
    public static int[] GetAffinity()
    {
        ulong* mask = stackalloc ulong[CpusMax / 64];
        new Span<ulong>(mask, CpusMax / 64).Clear();
        List<int> cpus = [];
        if (Libc.sched_getaffinity(0, CpusMax / 8, mask) >= 0)
        {
            for (int cpu = 0; cpu < CpusMax; cpu++)
            {
                if ((mask[cpu / 64] >> (cpu % 64) & 1) != 0)
                {
                    cpus.Add(cpu);
                }
            }
        }

        return [.. cpus];
    }

    /// <summary>
    /// The time slice the calling thread asks for, which decides how soon it gets the CPU when it wakes and not how
    /// much of it. Its nice stays. A thread of another policy than the ordinary one is left alone.
    /// </summary>
    /// <param name="sliceNs">100,000 to 100,000,000; kernels before 6.12 ignore it.</param>
    /// <returns>0 or -errno.</returns>
    public static int SetSlice(ulong sliceNs)
    {
        sched_attr attributes = default;
        int result = Libc.Result(
            Libc.syscall(Libc.SysSchedGetAttr, 0, (nint)(&attributes), sizeof(sched_attr), 0, 0, 0));
        if (result < 0 || attributes.sched_policy != SCHED_OTHER)
        {
            return result;
        }

        attributes.sched_runtime = sliceNs;
        return Libc.Result(Libc.syscall(Libc.SysSchedSetAttr, 0, (nint)(&attributes), 0, 0, 0, 0));
    }

    /// <summary>The nice value of the calling thread: -20 goes before all others, 19 behind them.</summary>
    /// <returns>0 or -errno (EACCES when it is lower than before and the thread lacks CAP_SYS_NICE).</returns>
    public static int SetNice(int nice) => Libc.Result(Libc.setpriority(PRIO_PROCESS, 0, nice));

    /// <summary>
    /// How much later than asked timers of this thread may fire. The default of 50 us shows in epoll and nanosleep;
    /// io_uring timeouts ignore it. 0 gives the thread its default back.
    /// </summary>
    /// <returns>0 or -errno.</returns>
    public static int SetTimerSlack(uint slackNs) => Libc.Result(Libc.prctl(PR_SET_TIMERSLACK, slackNs, 0, 0, 0));

    /// <summary>
    /// Keeps SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD, SIGCONT, SIGTSTP and SIGWINCH away from the calling thread. The
    /// runtime's handler writes to a pipe by number, and in a thread with its own table that number may be a socket.
    /// </summary>
    /// <returns>0 or -errno.</returns>
    public static int BlockSignals()
    {
        ulong* set = stackalloc ulong[16];
        new Span<ulong>(set, 16).Clear();
        foreach (int signal in BlockedSignals)
        {
            set[0] |= 1UL << (signal - 1);
        }

        return -Libc.pthread_sigmask(SIG_BLOCK, set, null);
    }
}
