using System.Globalization;

namespace Throng.Linux;

/// <summary>Ports from one to another, both included.</summary>
/// <param name="Low">First port.</param>
/// <param name="High">Last port, not below <paramref name="Low"/>.</param>
public readonly record struct PortRange(ushort Low, ushort High)
{
    /// <summary>How many ports.</summary>
    public int Count => High - Low + 1;

    /// <summary>Whether a port is one of them.</summary>
    public bool Contains(int port) => port >= Low && port <= High;

    /// <summary>Parses net.ipv4.ip_local_port_range: two numbers and white space.</summary>
    public static bool TryParsePair(ReadOnlySpan<char> text, out PortRange range)
    {
        range = default;
        text = text.Trim();
        int gap = text.IndexOfAny(' ', '\t');
        return gap > 0 && TryMake(text[..gap], text[gap..].Trim(), out range);
    }

    /// <summary>Parses net.ipv4.ip_local_reserved_ports: "8080,9148,30000-30010", or nothing at all.</summary>
    /// <returns>False, and no ranges, when any part of it is not that.</returns>
    public static bool TryParseList(ReadOnlySpan<char> text, out PortRange[] ranges)
    {
        ranges = [];
        text = text.Trim();
        if (text.IsEmpty)
        {
            return true;
        }

        List<PortRange> found = [];
        foreach (Range part in text.Split(','))
        {
            ReadOnlySpan<char> one = text[part];
            int dash = one.IndexOf('-');
            if (!TryMake(dash < 0 ? one : one[..dash], dash < 0 ? one : one[(dash + 1)..], out PortRange range))
            {
                return false;
            }

            found.Add(range);
        }

        ranges = [.. found];
        return true;
    }

    private static bool TryMake(ReadOnlySpan<char> low, ReadOnlySpan<char> high, out PortRange range)
    {
        range = default;
        if (!ushort.TryParse(low, NumberStyles.None, CultureInfo.InvariantCulture, out ushort first)
            || !ushort.TryParse(high, NumberStyles.None, CultureInfo.InvariantCulture, out ushort last)
            || last < first)
        {
            return false;
        }

        range = new PortRange(first, last);
        return true;
    }
}
