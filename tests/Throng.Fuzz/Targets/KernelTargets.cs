using Throng.Linux;

namespace Throng.Fuzz;

/// <summary>Texts and messages of the kernel: files of /proc and of control groups, answers of sock_diag.</summary>
internal static class KernelTargets
{
    private static readonly Action<string>[] Readings =
    [
        text => _ = Capabilities.Parse(text, text),
        text => _ = ConntrackCounts.Parse(text),
        text => _ = CpuPressure.ParseHost(text),
        text => _ = CpuPressure.ParseSteal(text),
        text => _ = CpuPressure.ParseThread(text),
        text => _ = FileCounts.TryParse(text, out _),
        text => _ = Host.ParseThreads(text),
        text => _ = Host.ParseMemory(text, "MemTotal:"),
        text => _ = NetCounters.Parse(text, text, text, text),
        text => _ = NetworkNamespace.ParseInode(text),
        text => _ = PortRange.TryParsePair(text, out _),
        text => _ = PortRange.TryParseList(text, out _),
        text => _ = ProcessMemory.TryParse(text, 4096, out _),
        text => _ = SocketCounts.TryParse(text, text, out _),
        text => _ = TcpPages.TryParse(text, out _),
        text => _ = ThreadTimes.TryParse(text, out _),
        ReadGroups,
    ];

    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("proc-files", ReadFile)
        {
            Words = ["\n", "\t", "CapEff:\t", "0 0 4294967295", "some avg10=0.00 total=", "cpu  ", "MemTotal: ", " kB",
                "net:[4026531840]", "TcpExt: ", "Tcp: ", "RetransSegs", "ListenOverflows", "drop", "insert_failed",
                "early_drop", "0::/", "4:memory:/", "cgroup2", "cgroup ", " - ", "TCP: inuse ", "orphan", "max",
                "18446744073709551615", "9223372036854775807"],
        },
        new("sock-diag", ReadDiagnosis),
    ];

    /// <summary>The first byte says which file it is.</summary>
    private static void ReadFile(ReadOnlySpan<byte> input)
    {
        if (!input.IsEmpty)
        {
            Readings[input[0] % Readings.Length](Property.Text(input[1..]));
        }
    }

    /// <summary>Membership, mounts and any other file are the parts of a text between bytes of 0.</summary>
    private static void ReadGroups(string text)
    {
        string[] parts = [.. text.Split('\0'), "", "", ""];
        int asked = 0;
        CgroupLimits limits = Cgroup.Read(parts[0], parts[1], _ => parts[2 + (asked++ % (parts.Length - 2))]);
        Property.Holds(limits.MemoryUsedBytes >= 0, "a group uses less than nothing");
        Property.Holds(limits.Cpus is null or >= 0, "a group has less than no CPU");
        _ = Cgroup.Mounts(path => asked++ < 40 ? path + parts[asked % parts.Length] : null, out _);
    }

    private static void ReadDiagnosis(ReadOnlySpan<byte> input)
    {
        SockDiagPiece piece = new(input);
        while (piece.HasMore)
        {
            int before = piece.Left;
            int result = piece.Read(out _);
            Property.Holds(result is <= 1, "a message has more than one record");
            if (result < 0 || piece.IsLast)
            {
                return;
            }

            Property.Holds(piece.Left < before, "a message has no length");
        }
    }
}
