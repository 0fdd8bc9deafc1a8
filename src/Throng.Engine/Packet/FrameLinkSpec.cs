using System.Net;

namespace Throng.Engine;

/// <summary>Facts that the link layer of our addresses needs.</summary>
/// <param name="Mac">6 bytes: what frames come from and go to.</param>
/// <param name="Ours">Addresses that are answered for.</param>
/// <param name="MtuBytes">Largest IP packet.</param>
internal sealed record FrameLinkSpec(byte[] Mac, AddressRanges Ours, int MtuBytes)
{
    /// <summary>Tag of every frame; 0: none.</summary>
    public int Vlan { get; init; }

    /// <summary>At most one of each family: who carries packets on that are for nobody on the link.</summary>
    public IReadOnlyList<IPAddress> Gateways { get; init; } = [];

    /// <summary>Networks on the link; with a gateway, everybody else is behind it.</summary>
    public IReadOnlyList<IPNetwork> OnLink { get; init; } = [];
}
