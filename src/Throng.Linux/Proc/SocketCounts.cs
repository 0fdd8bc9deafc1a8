using System.Globalization;

namespace Throng.Linux;

/// <summary>/proc/net/sockstat with sockstat6: what the sockets of this network namespace come to.</summary>
public readonly record struct SocketCounts
{
    /// <summary>TCP sockets with a port, TIME_WAIT left out; IPv6 included.</summary>
    public long TcpInUse { get; init; }

    /// <summary>TCP sockets nobody holds any more that still have something to say; whole machine.</summary>
    public long TcpOrphans { get; init; }

    /// <summary>TCP connections in TIME_WAIT.</summary>
    public long TcpTimeWait { get; init; }

    /// <summary>Pages of buffer memory TCP holds, against net.ipv4.tcp_mem; whole machine.</summary>
    public long TcpMemoryPages { get; init; }

    /// <summary>The caller's network namespace.</summary>
    /// <returns>False when /proc/net/sockstat cannot be read.</returns>
    public static bool TryRead(out SocketCounts counts) =>
        TryParse(ProcFile.TryRead("/proc/net/sockstat"), ProcFile.TryRead("/proc/net/sockstat6"), out counts);

    /// <summary>Parses both files; the second may be empty where there is no IPv6.</summary>
    /// <returns>False, and zeros, when the first has no line for TCP.</returns>
    public static bool TryParse(ReadOnlySpan<char> sockstat, ReadOnlySpan<char> sockstat6, out SocketCounts counts)
    {
        counts = default;
        long? tcp = Number(sockstat, "TCP:", "inuse");
        if (tcp is null)
        {
            return false;
        }

        counts = new SocketCounts
        {
            TcpInUse = tcp.Value + (Number(sockstat6, "TCP6:", "inuse") ?? 0),
            TcpOrphans = Number(sockstat, "TCP:", "orphan") ?? 0,
            TcpTimeWait = Number(sockstat, "TCP:", "tw") ?? 0,
            TcpMemoryPages = Number(sockstat, "TCP:", "mem") ?? 0,
        };
        return true;
    }

    // "TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 0": the number after a word of the line that starts so.
    private static long? Number(ReadOnlySpan<char> text, ReadOnlySpan<char> lineStart, ReadOnlySpan<char> word)
    {
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (!line.StartsWith(lineStart, StringComparison.Ordinal))
            {
                continue;
            }

            bool found = false;
            foreach (Range range in line.Split(' '))
            {
                if (found)
                {
                    ReadOnlySpan<char> number = line[range];
                    return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                        ? value
                        : null;
                }

                found = line[range].SequenceEqual(word);
            }
        }

        return null;
    }
}
