using System.Globalization;
using System.Net;
using Throng.Measurement;

namespace Throng;

/// <summary>HOST:PORT[-PORT] as somebody wrote it: a name or an address, and one port or a range. Nothing
/// resolved.</summary>
/// <param name="Host">Without the brackets of an IPv6 address; <c>*</c> for every address of this host.</param>
/// <param name="Address">What <paramref name="Host"/> says when it is no name.</param>
public sealed record Endpoint(string Host, IPAddress? Address, int FirstPort, int LastPort)
{
    private const int HostMax = 253;

    /// <summary>Scheme that stood before it, such as <c>tls</c>; empty for nothing. See <see cref="EndpointScheme"/>.
    /// </summary>
    public string Scheme { get; init; } = "";

    public int Ports => LastPort - FirstPort + 1;

    public override string ToString()
    {
        string host = Host.Contains(':') ? $"[{Host}]" : Host;
        return FirstPort == 0 ? host : FirstPort == LastPort ? $"{host}:{FirstPort}" : $"{host}:{FirstPort}-{LastPort}";
    }

    /// <summary>Where to connect to: a host of its own is needed.</summary>
    public static bool TryReadTarget(string text, out Endpoint endpoint, out string error) =>
        TryReadTarget(text, out endpoint, out error, needsPort: true);

    /// <summary>The same; a port left out is 0, for the protocol's own.</summary>
    public static bool TryReadTargetOfProtocol(string text, out Endpoint endpoint, out string error) =>
        TryReadTarget(text, out endpoint, out error, needsPort: false);

    private static bool TryReadTarget(string text, out Endpoint endpoint, out string error, bool needsPort) =>
        TryReadWithScheme(
            text, (string rest, out Endpoint read, out string wrong) =>
                TryReadPlainTarget(rest, out read, out wrong, needsPort),
            out endpoint, out error);

    private static bool TryReadWithScheme(
        string text, Reading<Endpoint> read, out Endpoint endpoint, out string error)
    {
        endpoint = new Endpoint("", null, 0, 0);
        if (!EndpointScheme.TrySplit(text, out string scheme, out string rest, out error)
            || !read(rest, out endpoint, out error))
        {
            return false;
        }

        endpoint = endpoint with { Scheme = scheme };
        return true;
    }

    private static bool TryReadPlainTarget(string text, out Endpoint endpoint, out string error, bool needsPort)
    {
        bool hasPort = text.EndsWith(']') ? false : text.StartsWith('[') || text.Contains(':');
        bool isBare6 = !text.StartsWith('[') && IPAddress.TryParse(text, out IPAddress? bare6)
            && bare6.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        if (!needsPort && !hasPort && text.Length > 0)
        {
            // Any port will do to read the rest of it.
            bool isRead = TryReadPlainTarget(text + ":1", out endpoint, out error, needsPort: true);
            endpoint = endpoint with { FirstPort = 0, LastPort = 0 };
            return isRead;
        }

        if (!needsPort && isBare6)
        {
            return TryReadPlainTarget($"[{text}]", out endpoint, out error, needsPort: false);
        }

        if (text.StartsWith(':') && !text.StartsWith("::", StringComparison.Ordinal))
        {
            endpoint = new Endpoint("", null, 0, 0);
            error = Wrong(text, $"the host is missing; this one is 127.0.0.1{Text.Plain(text)}");
            return false;
        }

        if (!TryRead(text, out endpoint, out error))
        {
            return false;
        }

        bool isUnspecified = endpoint.Host == "*" || (endpoint.Address is { } address
            && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));
        error = isUnspecified ? $"'{Text.Plain(text)}' names no host to connect to" : "";
        return !isUnspecified;
    }

    /// <summary>Where to listen: <c>*</c> is allowed.</summary>
    public static bool TryReadListen(string text, out Endpoint endpoint, out string error) =>
        TryReadWithScheme(text, TryRead, out endpoint, out error);

    /// <summary>Where to answer HTTP: no scheme says more than that.</summary>
    public static bool TryReadHealth(string text, out Endpoint endpoint, out string error)
    {
        const string Http = "http://";
        bool isHttp = text.StartsWith(Http, StringComparison.OrdinalIgnoreCase);
        return TryRead(isHttp ? text[Http.Length..].TrimEnd('/') : text, out endpoint, out error);
    }

    private static bool TryRead(string text, out Endpoint endpoint, out string error)
    {
        endpoint = new Endpoint("", null, 0, 0);
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? text : text[..colon];
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (text.StartsWith('[') ? !isBracketed : colon < 0)
        {
            error = Wrong(text, "the port is missing; write HOST:PORT or HOST:PORT-PORT, IPv6 as [::1]:7000");
            return false;
        }

        if (!isBracketed && host.Contains(':'))
        {
            bool is6 = IPAddress.TryParse(host, out IPAddress? six)
                && six.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
            string ports = text[(colon + 1)..];
            error = Wrong(text, host.Contains(',')
                ? $"several are written apart: {string.Join(' ', text.Split(',').Select(Text.Plain))}"
                : "an IPv6 address needs brackets; write "
                    + (is6 && ports.Length > 0 ? $"[{Text.Plain(host)}]:{Text.Plain(ports)}" : "[::1]:7000"));
            return false;
        }

        string bare = isBracketed ? host[1..^1] : host;
        if (!TryReadHost(bare, text[(colon + 1)..], isBracketed, out IPAddress? address, out error)
            || !TryReadPorts(text[(colon + 1)..], out int first, out int last, out error))
        {
            error = Wrong(text, error);
            return false;
        }

        endpoint = new Endpoint(bare, address, first, last);
        return true;
    }

    private static bool TryReadHost(
        string host, string ports, bool isBracketed, out IPAddress? address, out string error)
    {
        address = null;
        error = "";
        if (isBracketed)
        {
            // A zone may be anything to the runtime, and is shown as it was written.
            bool isIPv6 = host.Contains(':') && Letters.Shows(host) && IPAddress.TryParse(host, out address);
            error = isIPv6 ? "" : "what is in brackets is not an IPv6 address";
        }
        else if (host.Length == 0)
        {
            error = $"the host is missing; write *:{Text.Plain(ports)} for every address of this host";
        }
        else if (host.All(letter => char.IsAsciiDigit(letter) || letter == '.'))
        {
            // "10.1" and "010.0.0.1" mean something else to a resolver than to most people.
            bool isIPv4 = IPAddress.TryParse(host, out address) && address.ToString() == host;
            error = isIPv4 ? "" : "an IPv4 address is four numbers up to 255";
        }
        else if (host != "*" && (host.Length > HostMax || !host.All(IsOfName)))
        {
            error = "the host is neither an address nor a name";
        }

        return error.Length == 0;
    }

    private static bool IsOfName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_';

    private static bool TryReadPorts(string ports, out int first, out int last, out string error)
    {
        int dash = ports.IndexOf('-');
        last = 0;
        if (!TryReadPort(dash < 0 ? ports : ports[..dash], out first, out error)
            || !TryReadPort(dash < 0 ? ports : ports[(dash + 1)..], out last, out error))
        {
            return false;
        }

        error = last < first ? $"the range ends ({last}) before it begins ({first})" : "";
        return error.Length == 0;
    }

    private static bool TryReadPort(string text, out int port, out string error)
    {
        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
        error = isNumber && port is >= 1 and <= 65535 ? ""
            : text.Length == 0 ? "a port is missing"
            : $"'{Text.Plain(text)}' is not a port (1 to 65535)";
        return error.Length == 0;
    }

    private static string Wrong(string text, string why) => $"'{Text.Plain(text)}': {why}";
}
