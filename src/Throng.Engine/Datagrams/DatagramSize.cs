namespace Throng.Engine;

/// <summary>How long a datagram may be.</summary>
public static class DatagramSize
{
    /// <summary>The longest message of a UDP datagram over IPv4: 65,535 bytes with its headers of 20 and 8.</summary>
    public const int BytesMax = 65_507;

    /// <summary>
    /// A buffer of a worker that sends or receives datagrams: the longest there is, of IPv6 without jumbograms, with
    /// what a listener puts in front.
    /// </summary>
    internal const int BufferBytes = 65_536 + (3 * 64);
}
