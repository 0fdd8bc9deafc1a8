using System.Globalization;

namespace Throng.Linux;

/// <summary>How long for want of a CPU something had to wait, since the host or the thread began.</summary>
public static class CpuPressure
{
    // The kernel reports in USER_HZ, 100 on x64 and arm64 whatever it runs at itself.
    private const long NsPerTick = 10_000_000;

    /// <summary>
    /// Time in which some task of the host was ready and had no CPU, in ns; null where the kernel does not tell
    /// (/proc/pressure, CONFIG_PSI).
    /// </summary>
    public static long? ReadHostNs() => ParseHost(ProcFile.TryRead("/proc/pressure/cpu"));

    /// <summary>CPU time that the hypervisor gave to others, over all CPUs, in ns; null where that is not told.
    /// </summary>
    public static long? ReadStealNs() => ParseSteal(ProcFile.TryRead("/proc/stat"));

    /// <summary>
    /// Time in which a thread of this process was ready and had no CPU, in ns; null when there is no such thread (any
    /// more), or the kernel does not tell (CONFIG_SCHED_INFO).
    /// </summary>
    public static long? ReadThreadNs(int threadId) => ParseThread(
        ProcFile.TryRead(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{threadId}/schedstat")));

    /// <summary>Parses "some avg10=0.00 … total=1234", the total in us.</summary>
    public static long? ParseHost(ReadOnlySpan<char> text)
    {
        const string Total = "total=";
        int lineEnd = text.IndexOf('\n');
        ReadOnlySpan<char> line = lineEnd < 0 ? text : text[..lineEnd];
        int at = line.IndexOf(Total);
        return line.StartsWith("some ") && at >= 0 && Number(line[(at + Total.Length)..].Trim()) is { } us
            ? us * 1000
            : null;
    }

    /// <summary>Parses the line "cpu  user nice system idle iowait irq softirq steal …", in ticks.</summary>
    public static long? ParseSteal(ReadOnlySpan<char> text)
    {
        const int StealField = 8;
        int lineEnd = text.IndexOf('\n');
        ReadOnlySpan<char> line = lineEnd < 0 ? text : text[..lineEnd];
        return line.StartsWith("cpu ") && Field(line, StealField) is { } ticks ? ticks * NsPerTick : null;
    }

    /// <summary>Parses "run wait slices", the first two in ns.</summary>
    public static long? ParseThread(ReadOnlySpan<char> text) => Field(text.Trim(), 1);

    private static long? Field(ReadOnlySpan<char> line, int number)
    {
        int field = -1;
        foreach (Range range in line.Split(' '))
        {
            ReadOnlySpan<char> part = line[range];
            if (part.Length > 0 && ++field == number)
            {
                return Number(part);
            }
        }

        return null;
    }

    private static long? Number(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
