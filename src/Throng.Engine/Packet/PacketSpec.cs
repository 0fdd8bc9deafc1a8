using System.Net;

namespace Throng.Engine;

/// <summary>Where and how a run sends and receives packets of its own.</summary>
/// <param name="Interface">Name of the interface.</param>
public sealed record PacketSpec(string Interface)
{
    /// <summary>First of the ports that connections come from, unless others are named.</summary>
    public const ushort FirstPort = 1024;

    /// <summary>Memory of an idle connection beside its record: its place among the ports of its path.</summary>
    public const int ConnectionBytes = 4;

    /// <summary>At most one of each family.</summary>
    public IReadOnlyList<IPAddress> Gateways { get; init; } = [];

    /// <summary>Tag of all packets, 1 to 4094; 0: none.</summary>
    public int Vlan { get; init; }
}
