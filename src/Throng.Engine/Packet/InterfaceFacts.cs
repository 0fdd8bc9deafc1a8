using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Facts of an interface that packets of this process go through, as the kernel tells them.</summary>
/// <param name="Exists">There is one of that name in this network namespace.</param>
/// <param name="IsEthernet">It has an Ethernet address.</param>
/// <param name="IsUp">It is up, and so is what is at its other end.</param>
/// <param name="MtuBytes">Largest IP packet.</param>
/// <param name="Queues">Queues that it receives on.</param>
/// <param name="Driver">The driver's name; empty when it does not say.</param>
internal sealed record InterfaceFacts(
    string Name, bool Exists, bool IsEthernet, bool IsUp, int MtuBytes, int Queues, string Driver)
{
    /// <summary>The facts in one line.</summary>
    public string Described => !Exists ? $"there is no {Name}"
        : $"{Name} ({(Driver.Length > 0 ? Driver : "unknown driver")}): {(IsUp ? "up" : "down")}, "
            + $"{Units.Several(Queues, "receive queues")}, packets of {Units.Count(MtuBytes)} B";

    public static InterfaceFacts Read(string name)
    {
        Span<byte> mac = stackalloc byte[Interfaces.MacBytes];
        return new InterfaceFacts(
            name, Interfaces.Index(name) > 0, Interfaces.Mac(name, mac) >= 0, Interfaces.IsUp(name),
            Math.Max(0, Interfaces.Mtu(name)), Interfaces.ReceiveQueues(name), Interfaces.Driver(name));
    }

    /// <summary>Why packets of our own cannot go through it, and what would help; null when they can.</summary>
    /// <param name="queues">How many of its queues are taken.</param>
    public (string What, string Remedy)? Refusal(int queues) => this switch
    {
        { Exists: false } => ($"there is no interface {Name}", "see: ip link"),
        { IsEthernet: false } => ($"{Name} is no Ethernet interface", "use one that is, such as one end of a veth"),
        { IsUp: false } => ($"{Name} is down, or its other end is", $"ip link set {Name} up"),
        _ when Queues > queues => (
            $"{Name} receives on {Queues} queues and packets are taken from {queues}: answers would come to others",
            Queues <= FrameOwners.Max ? $"--queues {Queues}, or {Setting(queues)}" : Setting(queues)),
        _ when Queues < queues => (
            $"--queues {queues} is more than {Name} has: it receives on {Units.Several(Queues, "queues")}",
            IsVeth ? $"{Setting(queues)}; a veth has as many at most as it was made with at both ends: "
                + $"ip link add … numrxqueues {queues} numtxqueues {queues}"
                : Setting(queues)),
        _ => null,
    };

    /// <summary>The one driver that sets both directions apart.</summary>
    private bool IsVeth => Driver == "veth";

    private string Setting(int queues) => IsVeth
        ? $"ethtool -L {Name} rx {queues} tx {queues}"
        : $"ethtool -L {Name} combined {queues}";
}
