using Throng.Linux;

namespace Throng.Engine;

/// <summary>The way a datagram came to a listener, which is the way its answer goes.</summary>
/// <param name="Listener">The listener's number.</param>
/// <param name="Peer">Who sent it.</param>
/// <param name="Local">
/// The address it was sent to, port 0, where the listener has all addresses of the host; else unspecified.
/// </param>
public readonly record struct DatagramRoute(int Listener, SockAddr Peer, SockAddr Local);
