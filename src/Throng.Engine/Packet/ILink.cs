using Throng.Linux;

namespace Throng.Engine;

/// <summary>The layer under IP: Ethernet headers, and who is behind which of their addresses.</summary>
internal interface ILink
{
    /// <summary>Writes the header of a frame that carries a packet of ours to a remote.</summary>
    /// <param name="local">An address of ours; its port is of no meaning here.</param>
    /// <param name="to">The beginning of the frame.</param>
    /// <returns>
    /// Bytes of the header; 0 while its next hop is being asked for, and the caller comes again after a
    /// <see cref="Tick"/>; or -errno when nobody answers (EHOSTUNREACH).
    /// </returns>
    int WriteHeader(in SockAddr local, in SockAddr remote, Span<byte> to);

    /// <summary>
    /// Looks at a frame that came. Those of the link itself, such as an ARP request, are answered here.
    /// </summary>
    /// <returns>Where IP begins, or 0 when there is none of ours in it.</returns>
    int Strip(ReadOnlySpan<byte> frame);

    /// <summary>Asks again for who did not answer, and gives up on who never did.</summary>
    void Tick(long nowNs);

    /// <summary>Bytes of the largest IP packet, which both ways have room for.</summary>
    int MtuBytes { get; }
}
