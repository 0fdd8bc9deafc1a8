using System.Globalization;

namespace Throng.Linux;

/// <summary>
/// Control groups, version 1 and 2: where this process's groups are mounted, and how their files are read. A limit
/// holds for everything beneath, so each group up to the root of the mount is looked at.
/// </summary>
public static class Cgroup
{
    // "No limit" of version 1 is the largest number of pages; anything near it is none.
    private const long NoLimitFromBytes = long.MaxValue / 2;

    /// <summary>Processes above this one that are asked for their mounts at most.</summary>
    private const int AncestorsMax = 32;

    /// <summary>
    /// Reads the limits on the calling process; <see cref="CgroupLimits.None"/> where there are no groups.
    /// </summary>
    public static CgroupLimits Read()
    {
        string membership = ProcFile.TryRead("/proc/self/cgroup") ?? "";
        string mounts = Mounts(ProcFile.TryRead, out string root);
        return Read(membership, mounts, path => ProcFile.TryRead(root + path));
    }

    /// <summary>
    /// The mounts with the groups among them, this process's own or those of the next process above it that has some:
    /// `ip netns exec` mounts another /sys over them, and the limits hold all the same.
    /// </summary>
    /// <param name="file">The text of a file by its path, null when it is not there.</param>
    /// <param name="root">Where the files of those mounts are found from here.</param>
    public static string Mounts(Func<string, string?> file, out string root)
    {
        root = "";
        string own = file("/proc/self/mountinfo") ?? "";
        string mounts = own;
        string process = "self";
        for (int i = 0; i < AncestorsMax && !mounts.Contains(" - cgroup", StringComparison.Ordinal); i++)
        {
            process = ParentOf(file($"/proc/{process}/stat") ?? "");
            if (process == "0")
            {
                root = "";
                return own;
            }

            root = $"/proc/{process}/root";
            mounts = file($"/proc/{process}/mountinfo") ?? "";
        }

        return mounts;
    }

    /// <summary>
    /// How long the group's quota of CPU has kept its threads from running, ns, since the group was made; 0 without a
    /// group or a quota.
    /// </summary>
    public static long ReadThrottledNs()
    {
        string membership = ProcFile.TryRead("/proc/self/cgroup") ?? "";
        string mounts = Mounts(ProcFile.TryRead, out string root);
        long mostNs = 0;
        foreach (string group in Groups(membership, mounts, "cpu"))
        {
            string? stat = ProcFile.TryRead(root + group + "/cpu.stat");
            long ns = IsFirst(membership, "cpu")
                ? ParseStat(stat, "throttled_time")
                : ParseStat(stat, "throttled_usec") * 1000;
            mostNs = Math.Max(mostNs, ns);
        }

        return mostNs;
    }

    /// <summary>The same over any files.</summary>
    /// <param name="membership">Text of /proc/self/cgroup.</param>
    /// <param name="mounts">Text of /proc/self/mountinfo.</param>
    /// <param name="file">The text of a file by its path, null when it is not there.</param>
    public static CgroupLimits Read(string membership, string mounts, Func<string, string?> file)
    {
        CgroupLimits limits = CgroupLimits.None;
        foreach (string group in Groups(membership, mounts, "memory"))
        {
            bool isFirst = IsFirst(membership, "memory");
            long? max = ParseLimit(file(group + (isFirst ? "/memory.limit_in_bytes" : "/memory.max")));
            if (max is null)
            {
                continue;
            }

            string used = file(group + (isFirst ? "/memory.usage_in_bytes" : "/memory.current")) ?? "";
            string label = isFirst ? "total_inactive_file" : "inactive_file";
            long reclaimable = ParseStat(file(group + "/memory.stat"), label);
            long usedBytes = Math.Max(0, (ParseLimit(used) ?? 0) - reclaimable);
            if (limits.MemoryMaxBytes is not { } best || max - usedBytes < best - limits.MemoryUsedBytes)
            {
                limits = limits with { MemoryMaxBytes = max, MemoryUsedBytes = usedBytes, MemoryFolder = group };
            }
        }

        foreach (string group in Groups(membership, mounts, "pids"))
        {
            long? max = ParseLimit(file(group + "/pids.max"));
            long used = ParseLimit(file(group + "/pids.current")) ?? 0;
            if (max is not null && (limits.PidsMax is not { } best || max - used < best - limits.PidsUsed))
            {
                limits = limits with { PidsMax = max, PidsUsed = used };
            }
        }

        foreach (string group in Groups(membership, mounts, "cpu"))
        {
            double? cpus = IsFirst(membership, "cpu")
                ? ParseQuota(file(group + "/cpu.cfs_quota_us"), file(group + "/cpu.cfs_period_us"))
                : ParseCpuMax(file(group + "/cpu.max"));
            limits = cpus < (limits.Cpus ?? double.MaxValue) ? limits with { Cpus = cpus } : limits;
        }

        bool isFirstVersion = IsFirst(membership, "memory") || IsFirst(membership, "cpu");
        return limits with { Version = membership.Length == 0 ? 0 : isFirstVersion ? 1 : 2 };
    }

    /// <summary>The folders of the process's group of a controller and of the groups above it, its own first.</summary>
    public static IEnumerable<string> Groups(string membership, string mounts, string controller)
    {
        string? path = PathOf(membership, controller);
        if (path is null || !TryFindMount(mounts, controller, IsFirst(membership, controller), out string root,
            out string point))
        {
            yield break;
        }

        // In a container the mount's root is the container's own group while the path is told from the host's root,
        // or, with a namespace of its own, both are "/".
        string beneath = root != "/" && (path == root || path.StartsWith(root + "/", StringComparison.Ordinal))
            ? path[root.Length..]
            : root != "/" ? "" : path;
        beneath = beneath.TrimEnd('/');
        while (beneath.Length > 0)
        {
            yield return point + beneath;
            beneath = beneath[..beneath.LastIndexOf('/')];
        }

        yield return point;
    }

    /// <summary>Whether a controller is one of version 1 here.</summary>
    public static bool IsFirst(string membership, string controller) => Line(membership, controller) is not null;

    /// <summary>A limit or a count: a number, "max" for none; null when it is none or not there.</summary>
    public static long? ParseLimit(ReadOnlySpan<char> text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            && value < NoLimitFromBytes
            ? value
            : null;

    /// <summary>cpu.max of version 2, "150000 100000": CPUs' worth of time, null for "max".</summary>
    public static double? ParseCpuMax(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        int gap = text.IndexOf(' ');
        return gap > 0 ? ParseQuota(text[..gap], text[(gap + 1)..]) : null;
    }

    /// <summary>Quota and period in us, as version 1 has them in two files; a quota of -1 is none.</summary>
    public static double? ParseQuota(ReadOnlySpan<char> quota, ReadOnlySpan<char> period) =>
        ParseLimit(quota) is { } quotaUs && ParseLimit(period) is > 0 and { } periodUs
            ? (double)quotaUs / periodUs
            : null;

    /// <summary>One line of a memory.stat; 0 when there is none.</summary>
    public static long ParseStat(ReadOnlySpan<char> stat, ReadOnlySpan<char> label)
    {
        foreach (ReadOnlySpan<char> line in stat.EnumerateLines())
        {
            if (line.StartsWith(label, StringComparison.Ordinal) && line[label.Length..].StartsWith(' '))
            {
                return ParseLimit(line[label.Length..]) ?? 0;
            }
        }

        return 0;
    }

    // "7 (sh) S 5 7 5 ...": the name may have spaces and brackets of its own.
    private static string ParentOf(string stat)
    {
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 ? fields[1] : "0";
    }

    // "4:memory:/docker/ab" of version 1, "0::/kubepods/x" of version 2.
    private static string? PathOf(string membership, string controller) =>
        (Line(membership, controller) ?? Line(membership, "")) is ['/', ..] path ? path : null;

    private static string? Line(string membership, string controller)
    {
        foreach (string line in membership.Split('\n'))
        {
            string[] parts = line.Split(':', 3);
            if (parts.Length == 3 && (controller.Length == 0 ? parts[1].Length == 0
                : parts[1].Split(',').Contains(controller)))
            {
                return parts[2];
            }
        }

        return null;
    }

    // "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory"
    private static bool TryFindMount(
        string mounts, string controller, bool isFirst, out string root, out string point)
    {
        root = "";
        point = "";
        foreach (string line in mounts.Split('\n'))
        {
            string[] halves = line.Split(" - ", 2);
            string[] left = halves[0].Split(' ');
            string[] right = halves.Length == 2 ? halves[1].Split(' ') : [];
            bool isIt = right.Length >= 3 && left.Length >= 5 && (isFirst
                ? right[0] == "cgroup" && right[2].Split(',').Contains(controller)
                : right[0] == "cgroup2");
            if (isIt)
            {
                root = left[3];
                point = left[4];
                return true;
            }
        }

        return false;
    }
}
