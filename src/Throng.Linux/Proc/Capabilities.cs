using System.Globalization;
using static Throng.Linux.SystemConstants;

namespace Throng.Linux;

/// <summary>Rights of the calling thread beyond its user's rights, from its status file.</summary>
/// <param name="Effective">One bit for each capability.</param>
/// <param name="IsInitial">
/// In the user namespace of the host: what a container's root may do there counts for its own namespace only.
/// </param>
public readonly record struct Capabilities(ulong Effective, bool IsInitial)
{
    /// <summary>CAP_SYS_ADMIN on the host: fs.file-max does not hold for it.</summary>
    public bool IsAdmin => IsInitial && Has(CAP_SYS_ADMIN);

    /// <summary>CAP_NET_ADMIN on the host.</summary>
    public bool ChangesNetwork => IsInitial && Has(CAP_NET_ADMIN);

    /// <summary>CAP_BPF on the host, which CAP_SYS_ADMIN contains.</summary>
    public bool LoadsPrograms => IsInitial && (Has(CAP_BPF) || Has(CAP_SYS_ADMIN));

    /// <summary>CAP_PERFMON on the host: the verifier lets a program calculate with addresses.</summary>
    public bool CalculatesAddresses => IsInitial && (Has(CAP_PERFMON) || Has(CAP_SYS_ADMIN));

    /// <summary>CAP_NET_RAW on the host: packets are taken from an interface.</summary>
    public bool TakesPackets => IsInitial && Has(CAP_NET_RAW);

    public static Capabilities Read() =>
        Parse(ProcFile.TryRead("/proc/thread-self/status"), ProcFile.TryRead("/proc/self/uid_map"));

    /// <summary>None where a text is not what it should be.</summary>
    /// <param name="status">Of /proc/self/status, with its line CapEff.</param>
    /// <param name="userMap">Of /proc/self/uid_map: the host's namespace maps every user to itself.</param>
    public static Capabilities Parse(ReadOnlySpan<char> status, ReadOnlySpan<char> userMap)
    {
        const string Label = "CapEff:";
        Span<Range> fields = stackalloc Range[4];
        ReadOnlySpan<char> map = userMap.Trim();
        bool isInitial = map.SplitAny(fields, " \t\n", StringSplitOptions.RemoveEmptyEntries) == 3
            && map[fields[0]] is "0" && map[fields[1]] is "0" && map[fields[2]] is "4294967295";
        foreach (ReadOnlySpan<char> line in status.EnumerateLines())
        {
            if (line.StartsWith(Label, StringComparison.Ordinal) && ulong.TryParse(
                line[Label.Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out ulong effective))
            {
                return new Capabilities(effective, isInitial);
            }
        }

        return new Capabilities(0, isInitial);
    }

    private bool Has(int capability) => (Effective >> capability & 1) != 0;
}
