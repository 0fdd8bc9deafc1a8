using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Throng.Engine;
using Throng.Linux;
using Throng.Originals;

namespace Throng;

/// <summary>From a host and a port as an original takes them to the first address there is.</summary>
public static class NameLookup
{
    private const string ServicesPath = "/etc/services";

    /// <exception cref="SetupException">There is no such host or service.</exception>
    public static SockAddr Resolve(Place place)
    {
        int port = PortOf(place.Port, place.Network);
        if (place is { Host: "", IsOwn: true })
        {
            return SockAddr.From(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port);
        }

        return SockAddr.From(AddressOf(place.Host), port);
    }

    private static IPAddress AddressOf(string host)
    {
        // What localhost is stands in RFC 6761, so that it works without /etc/hosts too.
        if (host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return IPAddress.Loopback;
        }

        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            return address;
        }

        try
        {
            return Dns.GetHostAddresses(host) is [IPAddress first, ..] ? first : throw NotFound(host, "no such host");
        }
        catch (SocketException failure)
        {
            throw NotFound(host, failure.SocketErrorCode == SocketError.TryAgain
                ? "Temporary failure in name resolution"
                : "no such host");
        }
        catch (ArgumentException)
        {
            throw NotFound(host, "no such host");
        }
    }

    private static int PortOf(string port, string network)
    {
        if (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number <= ushort.MaxValue ? number : throw NoPort(port, network);
        }

        string suffix = "/" + network;
        try
        {
            foreach (string line in File.ReadLines(ServicesPath))
            {
                string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > 1 && words[1].EndsWith(suffix, StringComparison.Ordinal)
                    && (words[0] == port || words.Skip(2).Contains(port))
                    && int.TryParse(words[1][..^suffix.Length], CultureInfo.InvariantCulture, out number))
                {
                    return number;
                }
            }
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            // Then no service has a name here.
        }

        throw NoPort(port, network);
    }

    private static SetupException NotFound(string host, string why) =>
        new($"lookup {Text.Plain(host)}: {why}", "write its address");

    private static SetupException NoPort(string port, string network) =>
        new($"lookup {network}/{Text.Plain(port)}: unknown port", "write its number, 1 to 65535");
}
