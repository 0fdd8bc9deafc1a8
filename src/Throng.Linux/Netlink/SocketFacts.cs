namespace Throng.Linux;

/// <summary>Facts that the kernel tells of one TCP socket, without a descriptor of it.</summary>
public struct SocketFacts
{
    /// <summary>This end; an IPv6 address comes without a scope.</summary>
    public SockAddr Local;

    /// <summary>The other end; zeros for a listener.</summary>
    public SockAddr Remote;

    /// <summary>TCP_ESTABLISHED is 1, TCP_LISTEN 10, ...</summary>
    public byte State;

    /// <summary>Smoothed round trip in microseconds; 0 when none was measured.</summary>
    public uint RttUs;

    /// <summary>Segments sent again over the socket's life, SYNs included.</summary>
    public uint Retransmits;

    /// <summary>Segments sent and not acknowledged yet; for a listener, connections that wait to be accepted.</summary>
    public uint Unacked;

    /// <summary>Probes sent in a row without an answer: of keepalive, of a closed window, or for want of a route.
    /// </summary>
    public byte Probes;
}
