using System.Net;
using System.Net.Sockets;
using Throng.Linux;

namespace Throng;

/// <summary>Which addresses somebody else on the Internet may own, by the IANA special-purpose registries.</summary>
public static class Routability
{
    private static readonly IPNetwork[] Special4 =
    [
        Net("0.0.0.0/8"), Net("10.0.0.0/8"), Net("100.64.0.0/10"), Net("127.0.0.0/8"), Net("169.254.0.0/16"),
        Net("172.16.0.0/12"), Net("192.0.0.0/24"), Net("192.0.2.0/24"), Net("192.168.0.0/16"), Net("198.18.0.0/15"),
        Net("198.51.100.0/24"), Net("203.0.113.0/24"),

        // Groups of the link and of an organisation; all others are carried by whoever has members.
        Net("224.0.0.0/24"), Net("239.0.0.0/8"), Net("240.0.0.0/4"),
    ];

    private static readonly IPNetwork Global6 = Net("2000::/3");
    private static readonly IPNetwork[] Special6 = [Net("2001:2::/48"), Net("2001:db8::/32"), Net("3fff::/20")];
    private const int GlobalScope = 0xe;

    private static readonly IPNetwork Translated = Net("64:ff9b::/96");

    /// <summary>The targets that a load goes to only when it is told that it may, each once.</summary>
    public static IEnumerable<IPAddress> Guarded(IEnumerable<SockAddr> targets) =>
        targets.Select(target => target.Address).Distinct().Where(IsGlobal);

    public static bool IsGlobal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsGlobal(address.MapToIPv4());
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !Special4.Any(network => network.Contains(address));
        }

        if (address.IsIPv6Multicast)
        {
            return (address.GetAddressBytes()[1] & 0xf) == GlobalScope;
        }

        return Translated.Contains(address)
            ? IsGlobal(new IPAddress(address.GetAddressBytes().AsSpan(12)))
            : Global6.Contains(address) && !Special6.Any(network => network.Contains(address));
    }

    private static IPNetwork Net(string network) => IPNetwork.Parse(network);
}
