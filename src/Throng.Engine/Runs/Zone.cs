using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>The zone of a link-local IPv6 address: the interface behind which it is meant.</summary>
public static class Zone
{
    /// <summary>Refuses a link-local address without a zone, or with one that is no interface here.</summary>
    /// <param name="address">Any address.</param>
    /// <param name="host">The address as it was written, with its zone and without brackets.</param>
    /// <param name="written">Makes of a host what was written around it, such as <c>[fe80::1]:80</c>.</param>
    /// <exception cref="SetupException">The zone is missing or wrong; the remedy names those there are.</exception>
    public static void Refuse(IPAddress address, string host, Func<string, string> written)
    {
        int percent = host.IndexOf('%');
        if (!address.IsIPv6LinkLocal || (percent >= 0 && IsInterface(address, host[(percent + 1)..])))
        {
            return;
        }

        string bare = percent < 0 ? host : host[..percent];
        string[] ways = [.. Names().Select(name => written($"{bare}%{name}"))];
        throw new SetupException(
            percent < 0
                ? $"{written(host)} is link-local, and so needs the interface behind which it is"
                : $"{written(host)}: no interface here is called {host[(percent + 1)..]}",
            ways.Length == 0
                ? "no interface here has a link-local address: see ip -6 addr"
                : $"write {string.Join(" or ", ways)}",
            Errno.EINVAL);
    }

    private static bool IsInterface(IPAddress address, string zone) =>
        Interfaces.Index(zone) > 0 || (long.TryParse(zone, out long index) && index == address.ScopeId
            && NetworkInterface.GetAllNetworkInterfaces().Any(one => IndexOf(one) == index));

    /// <summary>Interfaces that have a link-local address.</summary>
    private static IEnumerable<string> Names() => HostAddress.ReadAll()
        .Where(one => one.Address.AddressFamily == AddressFamily.InterNetworkV6 && one.Address.IsIPv6LinkLocal)
        .Select(one => one.Interface)
        .Distinct();

    private static long IndexOf(NetworkInterface one) => Math.Max(0, Interfaces.Index(one.Name));
}
