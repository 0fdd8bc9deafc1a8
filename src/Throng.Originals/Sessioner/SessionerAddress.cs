using System.Globalization;
using System.Net;
using Throng.Linux;

namespace Throng.Originals;

/// <summary>Addresses that sessioner accepts as `ip:port` and `ip:port-port`; IPv6 in brackets too.</summary>
public static class SessionerAddress
{
    /// <summary>One address a port.</summary>
    /// <param name="option">As an error names it.</param>
    /// <param name="error">One line; empty when all is well.</param>
    public static IReadOnlyList<SockAddr> Read(string option, string text, out string error)
    {
        error = $"Error: option {option} parameter must be in the format of \"ip:port\" or \"ip:port-port\"!";
        int colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            return [];
        }

        string host = text[..colon];
        string[] ports = text[(colon + 1)..].Split('-');
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (!IPAddress.TryParse(isBracketed ? host[1..^1] : host, out IPAddress? address)
            || (isBracketed ? !host.Contains(':') : address.ToString() != host || host.Contains(':')))
        {
            error = $"Error: \"{host}\" in option {option} is not an IP address!";
            return [];
        }

        if (ports.Length > 2 || !TryReadPort(ports[0], out int first) || !TryReadPort(ports[^1], out int last))
        {
            error += $" Ports are numbers from 1 to {ushort.MaxValue}.";
            return [];
        }

        if (last < first)
        {
            error = "Error: end port must not be lower than start port!";
            return [];
        }

        error = "";
        List<SockAddr> addresses = [];
        for (int port = first; port <= last; port++)
        {
            addresses.Add(SockAddr.From(address, port));
        }

        return addresses;
    }

    private static bool TryReadPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
        && port is >= 1 and <= ushort.MaxValue;
}
