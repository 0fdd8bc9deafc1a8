using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The server's side: sends back every byte in order, with its name over the first ones (stamp), or drops it (sink).
/// In mode later it sends what asked for it once more, a told time after the peer's FIN. Else it
/// says nothing by itself; it never drops an idle connection, holds back a peer that writes without reading (the engine
/// stops receiving once two buffers wait), and after a peer's half-close echoes the rest and closes.
/// </summary>
/// <param name="listeners">The addresses this worker listens on, in the order of their numbers.</param>
/// <param name="name">What to stamp with.</param>
/// <param name="hasDatagrams">Some of them are for datagrams.</param>
/// <param name="replyBytes">What replies of an echo are filled up to; 0: they are as they came.</param>
public struct Echo(
    ServeMode mode, SockAddr[] listeners, string name = "", bool hasDatagrams = false, int replyBytes = 0) : IWorkload
{
    private const byte QuietTimer = 1;
    private const byte LaterTimer = 2;

    /// <summary>
    /// Two small messages within this are a conversation, which gets the receive that costs least per message. A bulk
    /// writer does not: such a receive takes in half a megabyte before it can be stopped.
    /// </summary>
    private const long ConversationNs = Ns.Second;
    private const int ConversationBytesMax = 4096;

    /// <summary>After this long without a byte a connection goes back to the watch that costs least memory.</summary>
    private const long QuietNs = 5 * Ns.Second;

    private readonly ServeMode _mode = mode;
    private readonly ServerConnections _connections = new(listeners, hasDatagrams);
    private readonly NameStamp? _stamp = mode == ServeMode.Stamp ? new NameStamp(name) : null;
    private readonly ReplyPadding? _padding =
        mode == ServeMode.Echo && replyBytes > 0 ? new ReplyPadding(replyBytes) : null;

    /// <summary>Connections whose first bytes have come in part.</summary>
    internal readonly int HeadsUsed => _stamp?.Used ?? 0;

    public readonly long NextArrivalNs => _connections.IsClosing ? 0 : _connections.QueueLookDueNs;

    public readonly bool IsFinished => _connections.IsFinished;

    public readonly void OnStart(ref Act act)
    {
    }

    /// <summary>An arrival here is the next connection to close; before that, a look at the accept queues.</summary>
    public readonly void OnArrival(ref Act act)
    {
        if (!_connections.IsClosing)
        {
            _connections.LookAtQueues(ref act);
        }
        else if (_connections.TryNext(ref act, out Handle connection))
        {
            act.Close(connection, CloseReason.Drained, _connections.CloseKind);
        }
    }

    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref ServerState server = ref ConnectionState.As<ServerState>(ref state);
        if (_connections.OnOpened(ref act, connection, ref server.Accepted))
        {
            act.Receive(connection, ReceiveMode.Idle);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref ServerState server = ref ConnectionState.As<ServerState>(ref state);
        if (_mode == ServeMode.Later && !server.HasBegun
            && AwaitsRequest(ref act, connection, ref server, bytes, lease))
        {
            return;
        }

        server.HasBegun = true;
        bool isSmall = bytes.Length <= ConversationBytesMax && server.UnsentBytes == 0;
        bool isSoon = server.HasTalked && Milliseconds.SinceNs(server.Accepted.LastMs, act.NowNs) < ConversationNs;
        server.Accepted.LastMs = Milliseconds.Of(act.NowNs);
        server.HasTalked = isSmall;
        if (isSmall && isSoon && !server.IsStreaming)
        {
            server.IsStreaming = true;
            act.Receive(connection, ReceiveMode.Stream);
            act.SetTimer(connection, act.NowNs + QuietNs, QuietTimer);
        }

        if (_stamp is not null && !server.Stamp.IsDone)
        {
            server.UnsentBytes += _stamp.Take(ref act, connection, ref server.Stamp, bytes, ref lease);
        }
        else if (_padding is not null)
        {
            server.UnsentBytes += _padding.Take(ref act, connection, bytes, ref lease);
        }
        else if (_mode != ServeMode.Sink)
        {
            server.UnsentBytes += bytes.Length;
            act.Forward(connection, ref lease);
        }
    }

    /// <summary>
    /// Looks whether the first bytes are a request, which is answered with a promise. While they may become one they
    /// are kept; once they cannot, they are sent back as they came.
    /// </summary>
    private static bool AwaitsRequest(
        ref Act act, Handle connection, ref ServerState server, scoped ReadOnlySpan<byte> bytes, in Lease lease)
    {
        int had = server.RequestBytes;
        uint hadMs = server.LaterMs;
        bool may = LaterMessage.MayBe(bytes, ref server.RequestBytes, ref server.LaterMs);
        if (may && had == 0 && bytes.Length == LaterMessage.Bytes)
        {
            act.Overwrite(lease, LaterMessage.Promise);
            return false; // it goes back where it lies
        }

        if (may && server.RequestBytes == LaterMessage.Bytes)
        {
            Span<byte> promise = stackalloc byte[LaterMessage.Bytes];
            LaterMessage.Write(promise, LaterMessage.Promise, server.LaterMs);
            SendCopy(ref act, connection, ref server, promise);
            server.HasBegun = true;
        }
        else if (!may)
        {
            SendBeginning(ref act, connection, ref server, had, hadMs);
        }

        return may;
    }

    /// <summary>Sends back what was kept and is no request.</summary>
    private static void SendBeginning(
        ref Act act, Handle connection, ref ServerState server, int bytes, uint laterMs)
    {
        if (bytes > 0)
        {
            Span<byte> beginning = stackalloc byte[LaterMessage.Bytes];
            LaterMessage.WriteBeginning(beginning[..bytes], laterMs);
            SendCopy(ref act, connection, ref server, beginning[..bytes]);
        }
    }

    private static void SendCopy(
        ref Act act, Handle connection, ref ServerState server, scoped ReadOnlySpan<byte> bytes)
    {
        server.UnsentBytes += bytes.Length;
        if (!act.TryForwardCopy(connection, bytes))
        {
            act.Close(connection, CloseReason.NoMemory);
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        ref ServerState server = ref ConnectionState.As<ServerState>(ref state);
        server.UnsentBytes -= bytes;
        CloseWhereDone(ref act, connection, server);
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref ServerState server = ref ConnectionState.As<ServerState>(ref state);
        server.PeerFinished = true;
        if (_stamp is not null && !server.Stamp.IsDone)
        {
            server.UnsentBytes += _stamp.Finish(ref act, connection, ref server.Stamp);
        }

        if (!server.HasBegun)
        {
            SendBeginning(ref act, connection, ref server, server.RequestBytes, server.LaterMs);
            server.LaterMs = 0;
        }

        if (server.LaterMs > 0)
        {
            act.SetTimer(connection, act.NowNs + (server.LaterMs * Ns.Millisecond), LaterTimer);
        }

        CloseWhereDone(ref act, connection, server);
    }

    private static void CloseWhereDone(ref Act act, Handle connection, in ServerState server)
    {
        if (server is { PeerFinished: true, UnsentBytes: 0, LaterMs: 0 })
        {
            act.Close(connection, CloseReason.PeerClosed);
        }
    }

    private static void SendLater(ref Act act, Handle connection, ref ServerState server)
    {
        Span<byte> message = stackalloc byte[LaterMessage.Bytes];
        LaterMessage.Write(message, LaterMessage.Promise, server.LaterMs);
        server.LaterMs = 0;
        SendCopy(ref act, connection, ref server, message);
    }

    public readonly void OnDatagram(ref Act act, in DatagramRoute route, scoped ReadOnlySpan<byte> bytes)
    {
        _connections.OnDatagram(route.Listener);
        if (_mode != ServeMode.Sink)
        {
            act.SendTo(route, _stamp is null ? bytes : _stamp.Over(bytes));
        }
    }

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        ref ServerState server = ref ConnectionState.As<ServerState>(ref state);
        if (timer == LaterTimer)
        {
            SendLater(ref act, connection, ref server);
            return;
        }

        if (server.PeerFinished)
        {
            return;
        }

        long idleNs = Milliseconds.SinceNs(server.Accepted.LastMs, act.NowNs);
        if (idleNs < QuietNs)
        {
            act.SetTimer(connection, act.NowNs + QuietNs - idleNs, QuietTimer);
            return;
        }

        server.IsStreaming = false;
        act.Receive(connection, ReceiveMode.Idle);
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref ServerState server = ref ConnectionState.As<ServerState>(ref state);
        _connections.OnFacts(ref act, connection, result, facts, server.Accepted);
    }

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        _stamp?.Release(ref ConnectionState.As<ServerState>(ref state).Stamp);
        if (phase == Phase.Open)
        {
            _connections.OnClosed(ref act, connection);
        }
    }

    public readonly void OnMessage(ref Act act, in WorkerMessage command) => _connections.OnMessage(ref act, command);

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination) =>
        Check.That(false, "an echo only forwards");

    private struct ServerState
    {
        public Accepted Accepted;
        public int UnsentBytes;
        public NameStampState Stamp;

        /// <summary>Milliseconds after the peer's FIN at which something is sent; 0: nothing.</summary>
        public uint LaterMs;

        /// <summary>Bytes that may be the beginning of a request, and were kept.</summary>
        public byte RequestBytes;

        /// <summary>Its first bytes have come, and it is known what they are.</summary>
        public bool HasBegun;

        /// <summary>The last message was a small one.</summary>
        public bool HasTalked;
        public bool IsStreaming;
        public bool PeerFinished;
    }
}
