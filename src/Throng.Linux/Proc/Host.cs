using System.Globalization;

namespace Throng.Linux;

/// <summary>Description that a result gives of the machine it was made on.</summary>
public static class Host
{
    /// <summary>As uname -r gives it, "unknown" when it cannot be read.</summary>
    public static string KernelRelease => Sysctl.TryRead("kernel.osrelease") ?? "unknown";

    /// <summary>The CPUs the calling thread may use, at least one. The runtime's own count also obeys cgroup quotas;
    /// it stands in where a filter keeps the kernel from saying.</summary>
    public static int[] Cpus => Linux.Threads.GetAffinity() is { Length: > 0 } told
        ? told
        : [.. Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount))];

    /// <summary>Memory of the machine, 0 when it cannot be read.</summary>
    public static long MemoryTotalBytes => ParseMemory(ProcFile.TryRead("/proc/meminfo"), "MemTotal:");

    /// <summary>Memory that can be had without swapping, 0 when it cannot be read.</summary>
    public static long MemoryAvailableBytes => ParseMemory(ProcFile.TryRead("/proc/meminfo"), "MemAvailable:");

    /// <summary>Threads of the whole machine, those of the kernel too; null when it cannot be read.</summary>
    public static long? Threads => ParseThreads(ProcFile.TryRead("/proc/loadavg"));

    /// <summary>The number behind the slash in /proc/loadavg, "0.31 0.26 0.22 3/131 5493".</summary>
    public static long? ParseThreads(ReadOnlySpan<char> loadavg)
    {
        int slash = loadavg.IndexOf('/');
        ReadOnlySpan<char> rest = slash < 0 ? [] : loadavg[(slash + 1)..];
        int end = rest.IndexOf(' ');
        return end > 0 && long.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out long threads)
            ? threads
            : null;
    }

    /// <summary>One line of /proc/meminfo in bytes.</summary>
    /// <param name="meminfo">The whole text.</param>
    /// <param name="label">With its colon.</param>
    /// <returns>0 when there is no such line.</returns>
    public static long ParseMemory(ReadOnlySpan<char> meminfo, ReadOnlySpan<char> label)
    {
        foreach (ReadOnlySpan<char> line in meminfo.EnumerateLines())
        {
            if (!line.StartsWith(label, StringComparison.Ordinal))
            {
                continue;
            }

            ReadOnlySpan<char> number = line[label.Length..].Trim();
            if (number.EndsWith(" kB", StringComparison.Ordinal))
            {
                number = number[..^3];
            }

            return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long kib)
                ? kib * 1024
                : 0;
        }

        return 0;
    }
}
