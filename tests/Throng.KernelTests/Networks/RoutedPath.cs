namespace Throng.KernelTests;

/// <summary>
/// A client and a server with a router between them, a namespace each: 10.1.0.1 and 10.2.0.2. What the router forwards
/// can be filtered.
/// </summary>
internal sealed class RoutedPath : IDisposable
{
    public RoutedPath(string rule = "")
    {
        Client.Out($"ip link add near type veth peer name near netns {Router.Name}");
        Server.Out($"ip link add far type veth peer name far netns {Router.Name}");
        Lay(Client, "near", "10.1.0.1");
        Lay(Router, "near", "10.1.0.254");
        Lay(Router, "far", "10.2.0.254");
        Lay(Server, "far", "10.2.0.2");
        Client.Out("ip route add default via 10.1.0.254");
        Server.Out("ip route add default via 10.2.0.254");
        Router.Out("sysctl -q -w net.ipv4.ip_forward=1");
        if (rule.Length > 0)
        {
            Needs.Tool("nft");
            Router.Out("nft 'add table inet t; add chain inet t f { type filter hook forward priority 0; }; "
                + $"add rule inet t f {rule}'");
        }
    }

    public Netns Client { get; } = new();

    public Netns Router { get; } = new();

    public Netns Server { get; } = new();

    /// <summary>The same in fd00:1::/64 and fd00:2::/64.</summary>
    public void AddIPv6()
    {
        Client.Out("ip addr add fd00:1::1/64 dev near nodad");
        Router.Out("ip addr add fd00:1::254/64 dev near nodad; ip addr add fd00:2::254/64 dev far nodad");
        Server.Out("ip addr add fd00:2::2/64 dev far nodad; ip -6 route add default via fd00:2::254");
        Router.Out("sysctl -q -w net.ipv6.conf.all.forwarding=1");
        foreach (Netns one in (Netns[])[Client, Router, Server])
        {
            // A kernel asks nobody on a link before it knows that its own address there is its alone.
            Eventually.Holds(
                () => one.Out("ip -6 addr show tentative").Length == 0, () => "links are ready", everyMs: 50);
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Router.Dispose();
        Server.Dispose();
    }

    private static void Lay(Netns where, string link, string address)
    {
        where.Out($"ip addr add {address}/24 dev {link}");
        where.Out($"ip link set {link} up");
    }
}
