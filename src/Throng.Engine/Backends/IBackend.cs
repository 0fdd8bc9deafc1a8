using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Features that a backend offers; an option that needs a missing one is refused by name when a run is set up.
/// </summary>
public sealed record BackendTraits
{
    /// <summary>The name a person types: uring, epoll, simulated.</summary>
    public required string Name { get; init; }

    /// <summary>Most sockets one worker can hold, listeners apart.</summary>
    public required int ConnectionsMax { get; init; }

    public required bool Listens { get; init; }

    /// <summary>Connections and listeners of <see cref="Transport.Datagram"/>.</summary>
    public bool Datagrams { get; init; }
}

/// <summary>Kind of traffic that a connection or listener carries.</summary>
public enum Transport : byte
{
    /// <summary>A stream of bytes: TCP.</summary>
    Stream = 0,

    /// <summary>
    /// Messages with boundaries, which may be lost, doubled or overtaken: UDP. A connection is a socket connected to
    /// its target: it opens without a word to the peer, never tells PeerFinished, and ends by a close. An ICMP error is
    /// told as Refused and ends nothing.
    /// </summary>
    Datagram = 1,
}

/// <summary>How a connection's bytes are waited for.</summary>
public enum ReceiveMode : byte
{
    /// <summary>Nothing is read; the kernel's buffer fills and the peer is held back.</summary>
    Paused = 0,

    /// <summary>Little is expected: the cheapest watch there is (257 bytes of kernel memory on io_uring).</summary>
    Idle = 1,

    /// <summary>Much is expected: the fewest operations per message.</summary>
    Stream = 2,

    /// <summary>One answer is expected, and then the end: what has to be taken back before a close is least.</summary>
    Single = 3,
}

public enum CloseKind : byte
{
    /// <summary>An orderly close; what the kernel still has to send it sends.</summary>
    Fin = 0,

    /// <summary>A reset: nothing lingers, no TIME_WAIT.</summary>
    Rst = 1,
}

public enum SendMode : byte
{
    Normal = 0,

    /// <summary>These are the last bytes: a FIN follows them (half-close). May be asked with 0 bytes.</summary>
    Last = 1,
}

/// <summary>Where a worker listens.</summary>
/// <param name="Address">Address and port; port 0 lets the kernel choose, the result tells.</param>
/// <param name="Backlog">Length of the accept queue asked for.</param>
/// <param name="SharesPort">Several workers listen on this port and the kernel spreads connections over them.</param>
/// <param name="DualStack">For an IPv6 wildcard: IPv4 too.</param>
/// <param name="Transport">A datagram listener accepts nothing: each datagram comes by itself.</param>
/// <param name="IsPaced">Only what <see cref="IBackend.AcceptOne"/> asks for is accepted.</param>
public readonly record struct ListenSpec(
    SockAddr Address, int Backlog, bool SharesPort, bool DualStack, Transport Transport = Transport.Stream,
    bool IsPaced = false);

/// <summary>Options every connection of a run gets.</summary>
/// <param name="KeepAliveSeconds">Idle time before keepalive probes; 0 for none.</param>
/// <param name="UserTimeoutMs">TCP_USER_TIMEOUT; 0 for the kernel's own.</param>
/// <param name="Transport">What the connections are; the other options are not for datagrams.</param>
/// <param name="TellsEnd">When the kernel ends a connection of this side, its facts come before its Closed.</param>
/// <param name="AcksAtOnce">
/// What comes on a connection of this side is acknowledged at once. The kernel forgets that after a few packets, so it
/// is told again each time: one more request for each that comes.
/// </param>
public readonly record struct SocketOptions(
    int KeepAliveSeconds, int UserTimeoutMs, Transport Transport = Transport.Stream, bool TellsEnd = false,
    bool AcksAtOnce = false);

/// <summary>
/// How a connection gets the source the address plan chose. A bind to address and port walks every socket bound to
/// the same ones, of which there is one per target; a port range of one port (IP_LOCAL_PORT_RANGE, since 6.3) is
/// looked up by the whole path, and costs the same with many targets.
/// </summary>
public enum SourceBinding : byte
{
    /// <summary>Bind to both; works for any port on any kernel.</summary>
    AddressAndPort = 0,

    /// <summary>Bind to the address; the port is a range of one, within the host's ephemeral ports.</summary>
    Address = 1,

    /// <summary>The address is the route's; the port is a range of one, within the host's ephemeral ports.</summary>
    Nothing = 2,

    /// <summary>
    /// Bind to both, and to what nobody else is bound to: a port then serves one target. For datagrams, where nothing
    /// but this tells of another socket on the same two addresses. Other datagram sockets are bound as with
    /// <see cref="AddressAndPort"/>: the kernel looks a port range up without the target's address.
    /// </summary>
    Exclusive = 3,
}

/// <summary>A connection to make.</summary>
/// <param name="Local">Source address and port as the address plan chose them; family unspecified: the
/// kernel's address.</param>
public readonly record struct OpenSpec(
    SockAddr Local, SockAddr Remote, SocketOptions Options, SourceBinding Binding = SourceBinding.AddressAndPort)
{
    public bool IsDatagram => Options.Transport == Transport.Datagram;
}

/// <summary>Facts that the kernel tells of one connection when asked.</summary>
public struct ConnectionFacts
{
    public SockAddr Local;
    public SockAddr Peer;
    public long RoundTripNs;
    public uint Retransmits;

    /// <summary>The congestion window in segments.</summary>
    public uint WindowSegments;

    /// <summary>Segments that were sent and are not acknowledged.</summary>
    public uint UnacknowledgedSegments;

    /// <summary>The four above are known: also of a connection that was reset, which has no addresses any more.
    /// </summary>
    public bool HasTcp;
}

/// <summary>Gives the bytes of a send when the backend has room for them.</summary>
public interface IProduce
{
    /// <summary>
    /// Fills <paramref name="destination"/> with the bytes that start at <paramref name="streamOffset"/> of what this
    /// connection sends. May be asked again for the same offset and must then give the same bytes.
    /// </summary>
    void Produce(Handle connection, long streamOffset, Span<byte> destination);
}

/// <summary>
/// The kernel's sockets (or a simulation of them) as operations and completions. One per worker, called on its thread
/// only, apart from <see cref="Wake"/>. Calls return >= 0 or -errno, and that only for what is wrong at once with the
/// call; everything that happens to a connection comes from <see cref="Poll"/>, an immediate failure too: nothing
/// calls back. Exactly one <see cref="Operation.Closed"/> comes for each connection opened or accepted, after every
/// operation on it has ended.
/// </summary>
public interface IBackend : IDisposable
{
    BackendTraits Traits { get; }

    /// <summary>Monotonic time in ns, or the simulation's.</summary>
    long NowNs();

    /// <summary>ns that <see cref="Poll"/> has waited for something to happen, since the start.</summary>
    long SleptNs { get; }

    /// <summary>
    /// Binds and listens; accepting starts at once, unless it is paced. Returns 0 or -errno;
    /// <paramref name="bound"/> is the address with the port the kernel chose.
    /// </summary>
    int Listen(in ListenSpec spec, int listener, out SockAddr bound);

    /// <summary>Stops or resumes accepting on a listener; resuming an accepting one does nothing.</summary>
    void Accepting(int listener, bool on);

    /// <summary>
    /// Accepts one more connection on a paced listener: one that waits, else the next that comes. What was asked for
    /// and has not come yet adds up to <paramref name="mostAsked"/>.
    /// </summary>
    void AcceptOne(int listener, int mostAsked);

    /// <summary>
    /// Lets no handshake begin any more on a listener of connections; those that have come to their end, or still do,
    /// are accepted as before. This and the two below leave a listener of datagrams as it is.
    /// </summary>
    void Retire(int listener);

    /// <summary>Connections that have not been accepted yet.</summary>
    int Waiting(int listener);

    /// <summary>Closes a listener of connections, for good. Who still waits there is reset.</summary>
    void Unlisten(int listener);

    /// <summary>Starts a connect; the handle is a slot of phase Connecting. Outcome: Opened, or Closed.</summary>
    void Open(Handle connection, in OpenSpec spec);

    /// <summary>
    /// Announces <paramref name="bytes"/> that begin at <paramref name="streamOffset"/>; they are asked for by
    /// <see cref="IProduce"/> when there is room. Several calls may be answered by one Sent with their sum.
    /// On a datagram connection each call is one datagram of 1 to <see cref="DatagramSize.BytesMax"/> bytes, asked
    /// for in one piece; at most <see cref="DatagramLengths.Max"/> wait, and a workload waits for Sent before it
    /// announces more. They are sent one after another, on io_uring one a turn.
    /// </summary>
    void Send(Handle connection, int bytes, long streamOffset, SendMode mode);

    /// <summary>
    /// Sends received bytes on, without a copy, after everything forwarded before; takes the lease over. While two
    /// buffers wait on a connection nothing more is received on it.
    /// </summary>
    void Forward(Handle connection, in Lease received);

    /// <summary>The bytes of a lease, which may be changed; valid until it is forwarded or released.</summary>
    Span<byte> BytesOf(Lease received);

    /// <summary>
    /// A lease of bytes of our own, at most <see cref="BufferPool.BufferBytes"/>, to be forwarded; false when every
    /// buffer is in use.
    /// </summary>
    bool TryCopy(ReadOnlySpan<byte> bytes, out Lease copy);

    /// <summary>Returns a lease that was not forwarded.</summary>
    void Release(in Lease received);

    /// <summary>
    /// On a datagram connection each Received is one datagram, whole or cut to <see cref="BufferPool.BytesEach"/>;
    /// an empty one has no lease. Stream costs least where many come.
    /// </summary>
    void Receive(Handle connection, ReceiveMode mode);

    /// <summary>
    /// Ends a connection in any phase; bytes not yet handed to the kernel are dropped. Closed follows.
    /// </summary>
    void Close(Handle connection, CloseKind kind);

    /// <summary>
    /// Returns the route of a Datagram completion: who sent the datagram and to which address. Valid until the datagram
    /// is released.
    /// </summary>
    DatagramRoute RouteOf(in Completion completion)
    {
        Check.That(false, "only a backend with datagrams has some");
        return default;
    }

    /// <summary>
    /// Sends one datagram back the way another came. The bytes are taken before this returns; DatagramSent follows,
    /// or DatagramDropped when there is no room for it now: nothing waits.
    /// </summary>
    void SendTo(in DatagramRoute route, ReadOnlySpan<byte> bytes) =>
        Check.That(false, "only a backend with datagrams sends some");

    /// <summary>
    /// Whether TCP is established on a connection that is not open yet: a TLS handshake is under way.
    /// </summary>
    bool IsShaking(Handle connection) => false;

    /// <summary>Asks for facts; a Facts completion follows, and <see cref="FactsOf"/> tells what it brought.</summary>
    void AskFacts(Handle connection);

    /// <summary>The facts a Facts completion brought; until the next <see cref="Poll"/>.</summary>
    ConnectionFacts FactsOf(in Completion completion);

    /// <summary>
    /// Hands everything asked for to the kernel, waits until something happens or <paramref name="untilNs"/> (a time
    /// in the past: does not wait), and returns what happened. The span is valid until the next call.
    /// </summary>
    ReadOnlySpan<Completion> Poll(long untilNs, IProduce produce);

    /// <summary>Ends the current or next wait. Any thread.</summary>
    void Wake();
}
