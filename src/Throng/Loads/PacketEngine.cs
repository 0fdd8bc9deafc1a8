using System.Net;
using System.Net.Sockets;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>Options of loads for --engine packet, and the things that it cannot do.</summary>
public static class PacketEngine
{
    /// <summary>The engine's name.</summary>
    public const string Name = "packet";

    private const long VlanMax = 4094;

    public static Option<string> Interface { get; } = Declare.Word(
        "interface", "NAME", "", "whose packets --engine packet or xdp takes, such as eth1 or one end of a veth",
        shown: "none");

    public static RepeatableOption<IPAddress> Gateway { get; } = new(TryReadAddress, address => $"{address}")
    {
        Name = "gateway", Argument = "ADDR", Default = "every target is on the link",
        Help = "who carries on what is for nobody on the link; once for each family",
    };

    public static Option<long> Vlan { get; } = Declare.Count(
        "vlan", 1, VlanMax, 0, "tag of every packet", shown: "none");

    public static Option<long> Queues { get; } = Declare.Count(
        "queues", 1, PacketSpec.QueuesMax, 1,
        "queues of the interface to take, which are all it has; each has a worker, in the place of --threads");

    public static OptionGroup Group { get; } = new(
        "Without sockets (--engine packet)", Interface, Queues, Gateway, Vlan);

    /// <summary>Finds what contradicts the engine, and options that only it has.</summary>
    public static void Contradictions(Values values, Contradiction found, bool hasTarget)
    {
        if (values.Get(SharedOptions.Engine) != Name)
        {
            found.NoEffect([Interface, Queues, Gateway, Vlan], $"has no effect without --engine {Name}");
            return;
        }

        string written = $"{values.Origin(SharedOptions.Engine)} {Name}";
        RequireWhere(values, found, hasTarget, written);
        if (values.Get(TlsOptions.Tls))
        {
            found.Add($"{written} has no TLS: leave it out, or use --engine auto");
        }

        if (values.Get(LoadOptions.Pcap).Length > 0)
        {
            found.Add($"{written} contradicts {LoadOptions.Pcap.Spelling}: its packets do not pass where they are "
                + "captured; capture at the other end of the link");
        }

        if (values.Get(SharedOptions.Threads) is > 0 and var threads && threads != values.Get(Queues))
        {
            found.Add($"{written} has a worker for each queue: give --queues in the place of "
                + $"{values.Origin(SharedOptions.Threads)}");
        }

        found.NoEffect(SharedOptions.KeepLimits, $"has no effect with {written}: its connections are no descriptors");
        if (!values.Get(SharedOptions.Share).IsWhole)
        {
            found.Add($"{values.Origin(SharedOptions.Share)} contradicts {written}: two processes would answer for the "
                + "same addresses");
        }

        if (values.Get(QueryOptions.Transport) == "udp" || values.Get(MonitorOptions.Udp))
        {
            found.Add($"{written} has no datagrams: its connections are TCP");
        }

        if (ClusterOptions.IsAsked(values))
        {
            found.Add($"{values.Origin(BusOptions.On)} contradicts {written}: two hosts would answer for the same "
                + "addresses");
        }
    }

    /// <summary>The interface and the rest as a run is told; null with another engine.</summary>
    public static PacketSpec? ToSpec(Values values) => values.Get(SharedOptions.Engine) != Name ? null
        : new PacketSpec(values.Get(Interface))
        {
            Gateways = [.. values.Get(Gateway)],
            Vlan = (int)values.Get(Vlan),
            Queues = (int)values.Get(Queues),
        };

    private static void RequireWhere(Values values, Contradiction found, bool hasTarget, string written)
    {
        if (values.Get(Interface).Length == 0)
        {
            found.Missing($"{written} needs --interface: whose packets are ours");
        }

        if (values.Get(LoadOptions.Source).Count == 0)
        {
            found.Missing($"{written} needs --source: addresses that are nobody's, such as 10.9.0.0/16");
        }

        if (!hasTarget)
        {
            found.Missing($"{written} needs a target: it opens connections and accepts none, and so has no server of "
                + "its own");
        }

        foreach (IGrouping<AddressFamily, IPAddress> family in values.Get(Gateway)
            .GroupBy(one => one.AddressFamily).Where(family => family.Count() > 1))
        {
            found.Add($"--gateway {string.Join(" and ", family)}: one of each family");
        }
    }

    private static bool TryReadAddress(string text, out IPAddress address, out string error)
    {
        bool isAddress = IPAddress.TryParse(text, out IPAddress? read);
        address = read ?? IPAddress.None;
        error = isAddress ? "" : $"'{Text.Plain(text)}' is no address; write 10.9.0.1 or fd00::1";
        return isAddress;
    }
}
