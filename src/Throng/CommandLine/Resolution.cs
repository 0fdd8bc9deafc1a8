using System.Net;
using System.Net.Sockets;
using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>
/// From endpoints as written to socket addresses. Here and nowhere else names are looked up, before any worker starts;
/// a name that does not resolve is a <see cref="SetupException"/>.
/// </summary>
public static class Resolution
{
    /// <summary>Largest number of endpoints that an address plan can number.</summary>
    private const int EndpointsMax = 65_536;

    /// <summary>
    /// Targets, one per port. Of a name's addresses the first of the family asked for: as any client would, and so
    /// that a target is one thing in what is reported.
    /// </summary>
    /// <param name="names">Takes the names that have further addresses.</param>
    public static IReadOnlyList<SockAddr> Targets(
        IReadOnlyList<Endpoint> endpoints, bool wantsIPv4, bool wantsIPv6, List<TargetName> names, List<string> errors)
    {
        AddressFamily family = wantsIPv4 ? AddressFamily.InterNetwork
            : wantsIPv6 ? AddressFamily.InterNetworkV6
            : AddressFamily.Unspecified;
        if (TooMany(endpoints, "--target", errors))
        {
            return [];
        }

        List<SockAddr> targets = [];
        foreach (Endpoint endpoint in endpoints)
        {
            IPAddress[] found = Addresses(endpoint, family);
            IPAddress address = found[0];
            if (found.Length > 1)
            {
                names.Add(new TargetName(endpoint.Host, SockAddr.From(address, endpoint.FirstPort), found[1..]));
            }

            for (int port = endpoint.FirstPort; port <= endpoint.LastPort; port++)
            {
                targets.Add(SockAddr.From(address, port));
            }
        }

        errors.AddRange(Twice(targets).Select(target => $"--target {target} is given twice"));
        return targets;
    }

    /// <summary>Where to listen: every address of a name, each port of a range.</summary>
    public static IReadOnlyList<ListenAddress> Listeners(IReadOnlyList<Endpoint> endpoints, List<string> errors)
    {
        if (TooMany(endpoints, "--listen", errors))
        {
            return [];
        }

        List<SockAddr> addresses = [];
        List<SockAddr> bothAtOnce = [];
        foreach (Endpoint endpoint in endpoints)
        {
            bool isWildcard6 = IPAddress.IPv6Any.Equals(endpoint.Address);
            foreach (IPAddress address in ListenAddresses(endpoint))
            {
                for (int port = endpoint.FirstPort; port <= endpoint.LastPort; port++)
                {
                    addresses.Add(SockAddr.From(address, port));
                    if (isWildcard6)
                    {
                        bothAtOnce.Add(addresses[^1]);
                    }
                }
            }
        }

        errors.AddRange(Twice(addresses).Select(address => $"--listen {address} is given twice"));

        // [::] takes IPv4 too, unless 0.0.0.0 is asked for beside it: then each family has its own socket.
        HashSet<SockAddr> known = [.. addresses];
        HashSet<SockAddr> dual = [.. bothAtOnce.Where(address =>
            !known.Contains(SockAddr.Any4.WithPort(address.Port)))];
        return [.. addresses.Select(address => new ListenAddress(address, dual.Contains(address)))];
    }

    private static IPAddress[] ListenAddresses(Endpoint endpoint)
    {
        bool isLocalhost = endpoint.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        if (endpoint.Host != "*" && !isLocalhost)
        {
            return Addresses(endpoint, AddressFamily.Unspecified);
        }

        IPAddress four = isLocalhost ? IPAddress.Loopback : IPAddress.Any;
        IPAddress six = isLocalhost ? IPAddress.IPv6Loopback : IPAddress.IPv6Any;
        return HasIPv6() ? [four, six] : [four];
    }

    /// <summary>At least one; RFC 6761 says what localhost is, so that it works without /etc/hosts too.</summary>
    private static IPAddress[] Addresses(Endpoint endpoint, AddressFamily family)
    {
        if (endpoint.Address is { } address)
        {
            Zone.Refuse(address, endpoint.Host, host => $"{endpoint with { Host = host }}");
            return [address];
        }

        if (endpoint.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return [family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback];
        }

        string kind = family switch
        {
            AddressFamily.InterNetwork => "an IPv4 address",
            AddressFamily.InterNetworkV6 => "an IPv6 address",
            _ => "an address",
        };
        try
        {
            IPAddress[] found = [.. Dns.GetHostAddresses(endpoint.Host, family).Distinct()];
            return found.Length > 0 ? found : throw NotFound(endpoint, kind, "it has none");
        }
        catch (SocketException failure)
        {
            throw NotFound(endpoint, kind, failure.SocketErrorCode switch
            {
                SocketError.HostNotFound => "the name is not known",
                SocketError.NoData => "it has none",
                SocketError.TryAgain => "no name server answered",
                _ => failure.SocketErrorCode.ToString(),
            });
        }
    }

    private static SetupException NotFound(Endpoint endpoint, string kind, string why) => new(
        $"cannot find {kind} of {endpoint.Host}: {why}",
        $"check it with `getent ahosts {endpoint.Host}`, or write an address");

    private static bool TooMany(IReadOnlyList<Endpoint> endpoints, string option, List<string> errors)
    {
        long count = endpoints.Sum(endpoint => (long)endpoint.Ports);
        if (count > EndpointsMax)
        {
            errors.Add($"{option}: {count:N0} ports in all are more than {EndpointsMax:N0}");
        }

        return count > EndpointsMax;
    }

    private static IEnumerable<SockAddr> Twice(IEnumerable<SockAddr> addresses) =>
        addresses.GroupBy(address => address).Where(same => same.Count() > 1).Select(same => same.Key).Take(1);

    /// <summary>Whether ::1 can be bound: a host without IPv6 is still a host to listen on.</summary>
    private static bool HasIPv6()
    {
        try
        {
            using Socket probe = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
