using System.Globalization;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// The changes a host needs for a load, in the order they are made. A limit is only ever raised, and what is good
/// already is left alone.
/// </summary>
public sealed class TuningPlan
{
    private const string UnprivilegedPorts = "net.ipv4.ip_unprivileged_port_start";
    private const string TcpMemory = "net.ipv4.tcp_mem";
    private const string TrackedMax = "net.netfilter.nf_conntrack_max";

    /// <summary>A page of buffers for each of a million connections.</summary>
    private const long TcpMemoryPages = 1 << 20;

    private static readonly Setting[] Settings =
    [
        new("net.ipv4.tcp_syncookies", TuningRoles.Server, ChangeScope.Namespace, (_, now, _) => Switch(now, "0"),
            "a burst of connects is no attack; cookies lose TCP options"),
        new(Sysctl.ListenBacklogMax, TuningRoles.Server, ChangeScope.Namespace, AtLeast(65_535),
            "accept queues of a burst of connects"),
        new("net.ipv4.tcp_max_syn_backlog", TuningRoles.Server, ChangeScope.Namespace, AtLeast(65_536),
            "half-open connections of a burst of connects"),
        new(Sysctl.LocalPorts, TuningRoles.Client, ChangeScope.Namespace, WiderPorts,
            "connections from one address to one target; reserved ports stay reserved"),
        new("net.ipv4.tcp_tw_reuse", TuningRoles.Client, ChangeScope.Namespace, (_, now, _) => Switch(now, "1"),
            "ports whose last connection waits in TIME_WAIT can be used again after a second"),
        new("net.ipv4.tcp_max_tw_buckets", TuningRoles.Client, ChangeScope.Namespace, AtLeast(1 << 20),
            "beyond it TIME_WAIT ends early, in silence"),
        new("fs.file-max", TuningRoles.Both, ChangeScope.Host, AtLeast(12_582_912),
            "open files of the whole host; each socket is one"),
        new("fs.nr_open", TuningRoles.Both, ChangeScope.Host, AtLeast(20_000_000),
            "the most that RLIMIT_NOFILE of a process can be"),
        new(TcpMemory, TuningRoles.Both, ChangeScope.Host, MoreTcpMemory,
            "pages of TCP buffers on the whole host: a page for each of a million connections"),
        new(TrackedMax, TuningRoles.Both, ChangeScope.Host, MoreTracked,
            "tracked connections of the whole host, as tracking cannot be bypassed here"),
    ];

    private delegate string? Wanting(TuningWish wish, string now, Func<string, string?> read);

    private TuningPlan(IReadOnlyList<Change> changes, IReadOnlyList<string> notes)
    {
        Changes = changes;
        Notes = notes;
    }

    public IReadOnlyList<Change> Changes { get; }

    /// <summary>Settings that are left as they are although they may matter, a line each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Makes a plan.</summary>
    /// <param name="wish">What for.</param>
    /// <param name="read">The present value of a setting; null when it is not there.</param>
    public static TuningPlan Create(TuningWish wish, Func<string, string?> read)
    {
        List<Change> changes = [];
        List<string> notes = [];
        if (wish.Roles != TuningRoles.None && wish.NoTrack.Standing == NoTrackStanding.Possible)
        {
            changes.Add(NoTrack.AsChange);
        }
        else if (wish.Roles != TuningRoles.None && wish.NoTrack.Standing == NoTrackStanding.Impossible)
        {
            string instead = wish.HostToo ? "" : $"; --host raises {TrackedMax} instead";
            notes.Add($"connection tracking stays on: {wish.NoTrack.Reason}{instead}");
        }

        foreach (Setting setting in Settings.Where(one => (one.Roles & wish.Roles) != 0 && IsAllowed(one, wish)))
        {
            string? now = read(setting.Name);
            if (now is null)
            {
                if (setting.Name != TrackedMax)
                {
                    notes.Add($"{setting.Name} stays as it is: it cannot be read in this network namespace");
                }
            }
            else if (setting.Wants(wish, now, read) is { } wanted)
            {
                changes.Add(new Change(setting.Name, now, wanted, setting.Scope, setting.Why));
            }
        }

        return new TuningPlan(changes, notes);
    }

    /// <summary>Whether a name is one of those that a plan changes. An undo file that names another is none of
    /// ours.</summary>
    public static bool Knows(string name) => name == NoTrack.Table || Settings.Any(one => one.Name == name);

    private static bool IsAllowed(Setting setting, TuningWish wish) =>
        wish.HostToo || setting.Scope == ChangeScope.Namespace;

    private static string? Switch(string now, string wanted) => now.Trim() == wanted ? null : wanted;

    private static Wanting AtLeast(long wanted) => (_, now, _) => Raise(now, wanted);

    /// <summary>Null for what is as high already, and for what is no number: that is not understood, so it is
    /// left. A number beyond long (fs.file-max takes 64 bits) is high enough for anybody.</summary>
    private static string? Raise(string now, long wanted) =>
        long.TryParse(now, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long present)
            && present < wanted
                ? wanted.ToString(CultureInfo.InvariantCulture)
                : null;

    /// <summary>From 1024 on, or from where unprivileged ports begin: the kernel refuses one from below.</summary>
    private static string? WiderPorts(TuningWish wish, string now, Func<string, string?> read)
    {
        if (!PortRange.TryParsePair(now, out PortRange present))
        {
            return null;
        }

        int unprivileged = int.TryParse(read(UnprivilegedPorts), NumberStyles.None, CultureInfo.InvariantCulture,
            out int start) ? start : 0;
        int low = Math.Min(present.Low, Math.Max(1024, unprivileged));
        return low == present.Low && present.High == ushort.MaxValue ? null : $"{low} {ushort.MaxValue}";
    }

    /// <summary>Three numbers: below the first all is well, above the second buffers shrink, the third is the end.
    /// Never more than half of the memory for the third, as nothing else on the host would be left any.</summary>
    private static string? MoreTcpMemory(TuningWish wish, string now, Func<string, string?> read)
    {
        long[] present = new long[3];
        string[] words = now.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != present.Length || wish.MemoryBytes <= 0)
        {
            return null;
        }

        for (int i = 0; i < present.Length; i++)
        {
            if (!long.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out present[i]))
            {
                return null;
            }
        }

        long most = Math.Min(TcpMemoryPages, wish.MemoryBytes / wish.PageBytes / 2);
        return present[2] >= most ? null
            : $"{Math.Max(present[0], most / 2)} {Math.Max(present[1], most / 4 * 3)} {most}";
    }

    private static string? MoreTracked(TuningWish wish, string now, Func<string, string?> read) =>
        wish.NoTrack.Standing == NoTrackStanding.Impossible ? Raise(now, 2 << 20) : null;

    private sealed record Setting(string Name, TuningRoles Roles, ChangeScope Scope, Wanting Wants, string Why);
}
