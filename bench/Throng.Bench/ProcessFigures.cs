using System.Globalization;
using Throng.Linux;

namespace Throng.Bench;

/// <summary>CPU time in ns.</summary>
internal readonly record struct CpuTime(long UserNs, long SystemNs)
{
    public long TotalNs => UserNs + SystemNs;

    public static CpuTime operator -(CpuTime a, CpuTime b) => new(a.UserNs - b.UserNs, a.SystemNs - b.SystemNs);

    public static CpuTime operator +(CpuTime a, CpuTime b) => new(a.UserNs + b.UserNs, a.SystemNs + b.SystemNs);
}

/// <summary>Figures of another process from /proc.</summary>
internal static class ProcessFigures
{
    /// <summary>CPU time of the threads called "worker N".</summary>
    public static CpuTime OfWorkers(int processId)
    {
        CpuTime total = default;
        foreach (string task in Directory.GetDirectories($"/proc/{processId}/task"))
        {
            if (ThreadTimes.TryParse(File.ReadAllText($"{task}/stat"), out ThreadTimes times)
                && File.ReadAllText($"{task}/comm").StartsWith("worker", StringComparison.Ordinal))
            {
                total += new CpuTime(times.UserNs, times.SystemNs);
            }
        }

        return total;
    }

    /// <summary>CPU time of all threads.</summary>
    public static CpuTime OfAll(int processId) =>
        ThreadTimes.TryParse(File.ReadAllText($"/proc/{processId}/stat"), out ThreadTimes times)
            ? new CpuTime(times.UserNs, times.SystemNs)
            : default;

    /// <summary>CPU time in ns of all threads that live, by the scheduler's own clock.</summary>
    public static long ExactNs(int processId)
    {
        long totalNs = 0;
        foreach (string task in Directory.GetDirectories($"/proc/{processId}/task"))
        {
            try
            {
                string text = File.ReadAllText($"{task}/schedstat");
                totalNs += long.Parse(text.AsSpan(0, text.IndexOf(' ')), CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // This thread has just ended.
            }
        }

        return totalNs;
    }

    /// <summary>Descriptors in all tables: workers on epoll have one each, all other threads share one.</summary>
    public static int Descriptors(int processId)
    {
        HashSet<string> tables = [];
        int count = 0;
        foreach (string task in Directory.GetDirectories($"/proc/{processId}/task"))
        {
            FileInfo[] open = new DirectoryInfo($"{task}/fd").GetFiles();
            if (tables.Add(string.Join('\n', open.Select(static one => $"{one.Name} {one.LinkTarget}").Order())))
            {
                count += open.Length;
            }
        }

        return count;
    }

    /// <summary>Memory of a process's BPF maps and their contents, as the kernel accounts for it.</summary>
    public static long MapBytes(int processId)
    {
        const string Label = "memlock:";
        long bytes = 0;
        foreach (string descriptor in Directory.GetFiles($"/proc/{processId}/fdinfo"))
        {
            string[] lines = File.ReadAllLines(descriptor);
            if (lines.Any(static line => line.StartsWith("map_id:", StringComparison.Ordinal)))
            {
                string line = lines.First(static one => one.StartsWith(Label, StringComparison.Ordinal));
                bytes += long.Parse(line[Label.Length..], CultureInfo.InvariantCulture);
            }
        }

        return bytes;
    }

    /// <summary>A line of /proc/PID/status in bytes: VmRSS, RssAnon.</summary>
    public static long Bytes(int processId, string label)
    {
        foreach (string line in File.ReadLines($"/proc/{processId}/status"))
        {
            if (line.StartsWith(label + ":", StringComparison.Ordinal))
            {
                return long.Parse(line[(label.Length + 1)..].Replace("kB", ""), CultureInfo.InvariantCulture) * 1024;
            }
        }

        return 0;
    }
}
