using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Throng;

/// <summary>The addresses one <c>--source</c> names: ADDR, CIDR, A-B, or @FILE with one of these a line.</summary>
public sealed record SourceRange(string Written, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>Beyond this a run would want a range, not a list; it is also what an address plan numbers.</summary>
    public const int AddressesMax = 65_536;

    // 224.0.0.0/3: multicast, reserved, everybody.
    private const byte FirstGroup4 = 224;

    // 65,536 IPv6 addresses with room for comments.
    private const long FileBytesMax = 8 << 20;

    public static bool TryRead(string text, out SourceRange range, out string error)
    {
        range = new SourceRange(text, []);
        List<IPAddress> addresses = [];
        bool isRead = text.StartsWith('@')
            ? TryReadFile(text[1..], addresses, out error)
            : TryReadRange(text, addresses, out error);
        if (!isRead)
        {
            return false;
        }

        range = new SourceRange(text, addresses);
        return true;
    }

    private static bool TryReadFile(string path, List<IPAddress> into, out string error)
    {
        if (!InputFile.TryRead(path, FileBytesMax, out byte[] content, out error))
        {
            return false;
        }

        int number = 0;
        foreach (string line in Encoding.UTF8.GetString(content).Split('\n'))
        {
            number++;
            string range = line.Split('#')[0].Trim('\uFEFF', ' ', '\t', '\r');
            if (range.Length > 0 && !TryReadRange(range, into, out error))
            {
                error = $"{Text.Plain(path)} line {number}: {error}";
                return false;
            }
        }

        error = into.Count == 0 ? $"{Text.Plain(path)} has no address in it" : "";
        return into.Count > 0;
    }

    private static bool TryReadRange(string text, List<IPAddress> into, out string error)
    {
        int slash = text.IndexOf('/');
        int dash = text.IndexOf('-');
        string first = slash >= 0 ? text[..slash] : dash >= 0 ? text[..dash] : text;
        if (!TryReadAddress(first, out IPAddress from))
        {
            error = $"'{Text.Plain(text)}' is not an address; write 10.0.0.5, 10.0.0.0/24, 10.0.0.5-10.0.0.9 or @FILE";
            return false;
        }

        if (slash >= 0)
        {
            return TryAddNetwork(text, from, text[(slash + 1)..], into, out error);
        }

        IPAddress to = from;
        if (dash >= 0 && (!TryReadAddress(text[(dash + 1)..], out to) || to.AddressFamily != from.AddressFamily))
        {
            error = $"'{Text.Plain(text)}' does not end with an address of the same family";
            return false;
        }

        return TryAdd(text, ToNumber(from), ToNumber(to), from, into, out error);
    }

    /// <summary>All addresses of a network: what is no address of this host is refused when the run is set up.
    /// </summary>
    private static bool TryAddNetwork(
        string text, IPAddress address, string length, List<IPAddress> into, out string error)
    {
        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (!int.TryParse(length, System.Globalization.NumberStyles.None, null, out int prefix) || prefix > bits)
        {
            error = $"'{Text.Plain(text)}': a network's length is 0 to {bits}";
            return false;
        }

        int hostBits = bits - prefix;
        UInt128 mask = hostBits == 128 ? UInt128.MaxValue : (UInt128.One << hostBits) - 1;
        UInt128 first = ToNumber(address) & ~mask;
        UInt128 last = first | mask;
        return TryAdd(text, first, last, address, into, out error);
    }

    private static bool TryAdd(
        string text, UInt128 first, UInt128 last, IPAddress like, List<IPAddress> into, out string error)
    {
        if (last < first)
        {
            error = $"'{Text.Plain(text)}' ends before it begins";
            return false;
        }

        if (last - first >= (UInt128)(AddressesMax - into.Count))
        {
            error = $"'{Text.Plain(text)}' is more than {AddressesMax:N0} addresses";
            return false;
        }

        for (UInt128 number = first; ; number++)
        {
            IPAddress address = FromNumber(number, like);
            if (!CanBeSource(address))
            {
                error = $"'{Text.Plain(text)}': no connection comes from {address}";
                return false;
            }

            into.Add(address);
            if (number == last)
            {
                error = "";
                return true;
            }
        }
    }

    /// <summary>Whether an address can be one end of a connection: groups, everybody and nobody cannot.</summary>
    private static bool CanBeSource(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.GetAddressBytes()[0] is > 0 and < FirstGroup4 && !address.Equals(IPAddress.Broadcast)
        : !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any);

    private static bool TryReadAddress(string text, out IPAddress address)
    {
        bool isAddress = IPAddress.TryParse(text, out IPAddress? read);
        if (read is { IsIPv4MappedToIPv6: true })
        {
            address = read.MapToIPv4();
            return true;
        }

        address = read ?? IPAddress.None;
        return isAddress && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);
    }

    private static UInt128 ToNumber(IPAddress address)
    {
        UInt128 number = 0;
        foreach (byte part in address.GetAddressBytes())
        {
            number = (number << 8) | part;
        }

        return number;
    }

    private static IPAddress FromNumber(UInt128 number, IPAddress like)
    {
        byte[] bytes = new byte[like.AddressFamily == AddressFamily.InterNetwork ? 4 : 16];
        for (int at = bytes.Length - 1; at >= 0; at--)
        {
            bytes[at] = (byte)number;
            number >>= 8;
        }

        return bytes.Length == 4 ? new IPAddress(bytes) : new IPAddress(bytes, like.ScopeId);
    }
}
