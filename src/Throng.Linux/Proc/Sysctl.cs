using System.Globalization;

namespace Throng.Linux;

/// <summary>Kernel settings by their dotted names. Those of net.* are of the caller's network namespace.</summary>
public static class Sysctl
{
    /// <summary>Where the kernel shows its settings as files.</summary>
    public const string Root = "/proc/sys";

    /// <summary>net.core.somaxconn, the longest accept queue.</summary>
    public const string ListenBacklogMax = "net.core.somaxconn";

    /// <summary>net.ipv4.ip_local_port_range, the ports the kernel picks from; IPv6 too.</summary>
    public const string LocalPorts = "net.ipv4.ip_local_port_range";

    /// <summary>net.ipv4.ip_local_reserved_ports, the ports it leaves out.</summary>
    public const string ReservedPorts = "net.ipv4.ip_local_reserved_ports";

    /// <summary>The text without the line's end.</summary>
    /// <returns>Null when there is no such setting here or it may not be read.</returns>
    public static string? TryRead(string name) => TryRead(name, Root);

    /// <summary>The same under another directory than /proc/sys, such as one that a test made.</summary>
    public static string? TryRead(string name, string root) => ProcFile.TryRead(PathOf(name, root))?.TrimEnd('\n');

    /// <summary>Sets it. The kernel may take another value than the one given: read it again to know.</summary>
    /// <returns>0, or -errno: EACCES without the privilege or where the setting belongs to another namespace, EROFS
    /// where a container shows /proc/sys read-only, EINVAL for a value that is not allowed.</returns>
    public static int Write(string name, string value, string root = Root) =>
        Files.Overwrite(PathOf(name, root), value + "\n");

    /// <summary>A setting that is one number.</summary>
    /// <returns>Null when it is not there or not one number.</returns>
    public static long? TryReadNumber(string name) =>
        long.TryParse(TryRead(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : null;

    /// <summary>The ports the kernel picks from; its default of 32768-60999 when it cannot be read.</summary>
    public static PortRange ReadLocalPorts() =>
        PortRange.TryParsePair(TryRead(LocalPorts), out PortRange range) ? range : new PortRange(32768, 60999);

    /// <summary>The ports it leaves out; none when it cannot be read.</summary>
    public static PortRange[] ReadReservedPorts() =>
        PortRange.TryParseList(TryRead(ReservedPorts), out PortRange[] ranges) ? ranges : [];

    /// <summary>Path of a dotted name; a slash in it stands for a dot, as in sysctl(8).</summary>
    internal static string PathOf(string name, string root = Root) =>
        $"{root}/" + string.Create(name.Length, name, static (path, from) =>
        {
            for (int i = 0; i < path.Length; i++)
            {
                path[i] = from[i] switch { '.' => '/', '/' => '.', char other => other };
            }
        });
}
