using System.Globalization;

namespace Throng.Linux;

/// <summary>CPU time of one thread, or of a whole process, from its stat file.</summary>
/// <param name="UserNs">CPU time in user space; steps of 10 ms.</param>
/// <param name="SystemNs">CPU time in the kernel; steps of 10 ms.</param>
public readonly record struct ThreadTimes(long UserNs, long SystemNs)
{
    // The kernel reports in USER_HZ, 100 on x64 and arm64 whatever it runs at itself.
    private const long NsPerTick = 10_000_000;

    /// <summary>The calling process, all threads that live or lived.</summary>
    public static bool TryReadProcess(out ThreadTimes times) =>
        TryParse(ProcFile.TryRead("/proc/self/stat"), out times);

    /// <summary>Another process, all threads that live or lived.</summary>
    /// <returns>False when there is no such process (any more).</returns>
    public static bool TryReadProcess(int processId, out ThreadTimes times) => TryParse(
        ProcFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat")), out times);

    /// <summary>One thread of the calling process; <see cref="Threads.Id"/> names it.</summary>
    /// <returns>False when there is no such thread (any more).</returns>
    public static bool TryRead(int threadId, out ThreadTimes times) => TryParse(
        ProcFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{threadId}/stat")), out times);

    /// <summary>Parses the line of a stat file.</summary>
    /// <returns>False, and the default, when it is not one.</returns>
    public static bool TryParse(ReadOnlySpan<char> line, out ThreadTimes times)
    {
        // pid (name) state ppid ... utime(14) stime(15) ..., counted from 1. The name may hold blanks
        // and parentheses, so the last ')' ends it.
        times = default;
        int nameStart = line.IndexOf('(');
        int nameEnd = line.LastIndexOf(')');
        if (nameStart < 1 || nameEnd < nameStart
            || !int.TryParse(line[..nameStart].Trim(), CultureInfo.InvariantCulture, out _))
        {
            return false;
        }

        ReadOnlySpan<char> rest = line[(nameEnd + 1)..];
        long user = -1;
        long system = -1;
        int field = 2;
        foreach (Range range in rest.Trim().Split(' '))
        {
            field++;
            ReadOnlySpan<char> text = rest.Trim()[range];
            bool parsed = field switch
            {
                14 => long.TryParse(text, CultureInfo.InvariantCulture, out user),
                15 => long.TryParse(text, CultureInfo.InvariantCulture, out system),
                _ => true,
            };
            if (!parsed)
            {
                return false;
            }
        }

        if (user < 0 || system < 0)
        {
            return false;
        }

        times = new ThreadTimes(user * NsPerTick, system * NsPerTick);
        return true;
    }
}
