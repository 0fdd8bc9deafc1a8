using System.Globalization;

namespace Throng.Linux;

/// <summary>net.ipv4.tcp_mem: pages of buffer memory of all TCP sockets of the machine.</summary>
/// <param name="Low">Below it nothing is held back.</param>
/// <param name="Pressure">From it on buffers are kept small.</param>
/// <param name="Max">From it on nothing is allocated any more.</param>
public readonly record struct TcpPages(long Low, long Pressure, long Max)
{
    /// <summary>Parses three numbers and white space.</summary>
    /// <returns>False, and zeros, when it is not that.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TcpPages pages)
    {
        pages = default;
        text = text.Trim();
        Span<Range> fields = stackalloc Range[4];
        if (text.SplitAny(fields, " \t", StringSplitOptions.RemoveEmptyEntries) != 3
            || !long.TryParse(text[fields[0]], NumberStyles.None, CultureInfo.InvariantCulture, out long low)
            || !long.TryParse(text[fields[1]], NumberStyles.None, CultureInfo.InvariantCulture, out long pressure)
            || !long.TryParse(text[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out long max))
        {
            return false;
        }

        pages = new TcpPages(low, pressure, max);
        return true;
    }
}
