using System.Net;

namespace Throng.Engine;

/// <summary>Where and how a run sends and receives packets of its own.</summary>
/// <param name="Interface">Name of the interface.</param>
public sealed record PacketSpec(string Interface)
{
    /// <summary>At most one of each family.</summary>
    public IReadOnlyList<IPAddress> Gateways { get; init; } = [];

    /// <summary>Tag of all packets, 1 to 4094; 0: none.</summary>
    public int Vlan { get; init; }
}
