namespace Throng.KernelTests;

/// <summary>A host that is odd in one way, and what the commands make of it.</summary>
/// <param name="Lay">How the program is started there; skips the test where that cannot be had.</param>
internal sealed record OddHost(Func<Launch> Lay)
{
    /// <summary>Something that goes when the commands have ended.</summary>
    public Func<IDisposable>? Place { get; init; }

    /// <summary>Commands that end with 3 and one line.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>Words of that line.</summary>
    public string Says { get; init; } = "";

    /// <summary>Engine that runs there are carried out with; empty: any.</summary>
    public string Engine { get; init; } = "";

    /// <summary>All of them by name.</summary>
    public static IReadOnlyDictionary<string, OddHost> All { get; } = new Dictionary<string, OddHost>
    {
        ["nofile 64"] = OfNofile(64, ["hold", "query", "doctor"]),
        ["nofile 256"] = OfNofile(256, ["hold", "query", "doctor"]),
        ["nofile 1,024"] = OfNofile(1_024, []),
        ["nofile 20,000"] = OfNofile(20_000, []),
        ["cgroup memory 32 MiB"] = OfGroup("memory", "memory.limit_in_bytes", "32M") with
        {
            Refused = ["hold", "query", "doctor"], Says = "memory.limit_in_bytes",
        },
        ["cgroup memory 128 MiB"] = OfGroup("memory", "memory.limit_in_bytes", "128M"),
        ["cgroup CPU 10 %"] = OfGroup("cpu", "cpu.cfs_quota_us", "10000"),
        ["cgroup 20 processes"] = OfGroup("pids", "pids.max", "20") with
        {
            Refused = ["hold", "query", "serve", "doctor"], Says = "pids.max",
        },
        ["cgroup 2 processes"] = OfGroup("pids", "pids.max", "2") with
        {
            Refused = ["hold", "query", "serve", "doctor"], Says = "pids.max",
        },
        ["one CPU"] = new(() => OfTool("taskset", "taskset -c 0 ")),
        ["no IPv6"] = new(() => OfRoot(
            "sh -c 'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 && exec \"$@\"' x ")),
        ["no /proc/sys"] = new(() => OfMounts("mount -t tmpfs none /proc/sys")),
        ["no /proc"] = new(() => OfMounts("mount -t tmpfs none /proc")),
        ["nothing can be written"] = new(() => OfMounts(
            "mount -o remount,bind,ro / && for one in /tmp /var/tmp /run /dev/shm; do "
            + "mountpoint -q $one && mount -o remount,bind,ro $one; done; true")),
        ["io_uring refused (EPERM)"] = new(() => new Launch { RefusedCalls = SyscallFilter.IoUring })
        {
            Engine = "epoll",
        },
        ["io_uring missing (ENOSYS)"] = new(() => new Launch { MissingCalls = SyscallFilter.IoUring })
        {
            Engine = "epoll",
        },
        ["a container's filter"] = new(() => new Launch
        {
            RefusedCalls = SyscallFilter.OfContainers, MissingCalls = [SyscallFilter.Clone3],
        })
        {
            Engine = "epoll",
        },
        ["a user without rights"] = new(OfNobody),
    };

    private static OddHost OfNofile(int number, string[] refused) => new(() =>
    {
        Requirement.Descriptors(number);
        return new Launch { Nofile = number };
    })
    {
        Refused = refused, Says = "RLIMIT_NOFILE",
    };

    private static OddHost OfGroup(string controller, string setting, string value)
    {
        ControlGroup? group = null;
        return new OddHost(() => new Launch { Before = group!.Before })
        {
            Place = () => group = new ControlGroup(controller, setting, value),
        };
    }

    private static Launch OfRoot(string before)
    {
        Needs.Root();
        return new Launch { Before = before };
    }

    private static Launch OfTool(string tool, string before)
    {
        Needs.Tool(tool);
        return new Launch { Before = before };
    }

    private static Launch OfMounts(string mounts) => OfRoot($"unshare -m sh -c '{mounts} && exec \"$@\"' x ");

    /// <summary>A copy of the program in a folder that everybody can read.</summary>
    private static Launch OfNobody()
    {
        Needs.Root();
        Needs.Tool("setpriv");
        Needs.Toolchain(ThrongProcess.IsNative);
        return new Launch
        {
            Program = ReadableProgram.Path,
            Before = "setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all "
                + "--inh-caps=-all ",
        };
    }
}
