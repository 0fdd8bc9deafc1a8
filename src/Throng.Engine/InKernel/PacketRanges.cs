using Throng.Linux;

namespace Throng.Engine;

/// <summary>How many comparisons of address and ports `serve --engine xdp` makes for a packet.</summary>
public static class PacketRanges
{
    public const int Max = XdpEcho.RangesMax;

    public static int Count(IEnumerable<ListenAddress> addresses) =>
        XdpRange.Covering(addresses.Select(listen => listen.Address)).Count;
}
