namespace Throng.Fuzz;

/// <summary>All targets there are.</summary>
public static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        .. DnsTargets.All, .. LineTargets.All, .. AmountTargets.All, .. AddressTargets.All, .. DocumentTargets.All,
        .. HistogramTargets.All, .. KernelTargets.All, .. HttpTargets.All, .. MessageTargets.All,
        .. PacketTargets.All, .. WordTargets.All,
    ];
}
