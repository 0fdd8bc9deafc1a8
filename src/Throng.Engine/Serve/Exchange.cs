using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The server's side of exchanges: reads and drops what comes until the peer's FIN, waits for as long as it was told,
/// sends its answer and closes. An exchange in which no byte moves for too long is closed too. A close in the middle
/// of an answer is a reset: a FIN there would make it look whole.
/// </summary>
/// <param name="listeners">The addresses this worker listens on, in the order of their numbers.</param>
public struct Exchange(ExchangeSpec spec, SockAddr[] listeners) : IWorkload
{
    private const byte IdleTimer = 1;
    private const byte AnswerTimer = 2;

    private readonly ExchangeSpec _spec = spec;
    private readonly ServerConnections _connections = new(listeners);
    private AcceptPace _pace = new(spec.AcceptRatePerSecond, listeners.Length);

    public readonly long NextArrivalNs =>
        _connections.IsClosing ? 0
            : _connections.IsAccepting ? Math.Min(_pace.NextNs, _connections.QueueLookDueNs)
            : long.MaxValue;

    public readonly bool IsFinished => _connections.IsFinished;

    public void OnStart(ref Act act) => _pace.Start(act.NowNs, act.Worker, act.Workers);

    /// <summary>
    /// An arrival here is the next connection to accept, or a look at the accept queues; at the end, the next one to
    /// close. Answers under way come to their end, unless everything is to end at once.
    /// </summary>
    public void OnArrival(ref Act act)
    {
        if (!_connections.IsClosing)
        {
            AcceptOrLook(ref act);
        }
        else if (_connections.TryNext(ref act, out Handle connection))
        {
            ref ExchangeState exchange = ref ConnectionState.As<ExchangeState>(ref act.Connections[connection].State);
            if (!exchange.PeerFinished || _connections.CloseKind == CloseKind.Rst)
            {
                act.Close(connection, CloseReason.Drained, _connections.CloseKind);
            }
        }
    }

    private void AcceptOrLook(ref Act act)
    {
        if (_connections.QueueLookDueNs <= act.NowNs)
        {
            _connections.LookAtQueues(ref act);
        }
        else
        {
            act.AcceptOne(_pace.Next(), _pace.Most);
        }
    }

    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref ExchangeState exchange = ref ConnectionState.As<ExchangeState>(ref state);
        if (_connections.OnOpened(ref act, connection, ref exchange.Accepted))
        {
            act.Receive(connection, ReceiveMode.Stream);
            WatchIdle(ref act, connection, 0);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease) =>
        ConnectionState.As<ExchangeState>(ref state).Accepted.LastMs = Milliseconds.Of(act.NowNs);

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        ConnectionState.As<ExchangeState>(ref state).PeerFinished = true;
        if (_spec.DelayNs > 0)
        {
            act.SetTimer(connection, act.NowNs + _spec.DelayNs, AnswerTimer);
            return;
        }

        Answer(ref act, connection);
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        ref ExchangeState exchange = ref ConnectionState.As<ExchangeState>(ref state);
        exchange.Accepted.LastMs = Milliseconds.Of(act.NowNs);
        exchange.SentBytes += bytes;
        if (exchange.SentBytes == _spec.Content.Length)
        {
            Finish(ref act, connection);
        }
    }

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        ref ExchangeState exchange = ref ConnectionState.As<ExchangeState>(ref state);
        if (timer == AnswerTimer)
        {
            exchange.Accepted.LastMs = Milliseconds.Of(act.NowNs);
            WatchIdle(ref act, connection, 0);
            Answer(ref act, connection);
            return;
        }

        long idleNs = Milliseconds.SinceNs(exchange.Accepted.LastMs, act.NowNs);
        if (idleNs < _spec.IdleTimeoutNs)
        {
            WatchIdle(ref act, connection, idleNs);
            return;
        }

        act.Close(connection, CloseReason.IdleClosed, exchange.PeerFinished ? CloseKind.Rst : CloseKind.Fin);
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref ExchangeState exchange = ref ConnectionState.As<ExchangeState>(ref state);
        _connections.OnFacts(ref act, connection, result, facts, exchange.Accepted);
    }

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        if (phase != Phase.Open)
        {
            return;
        }

        _connections.OnClosed(ref act, connection);
        if (reason is CloseReason.Finished or CloseReason.Drained or CloseReason.IdleClosed)
        {
            return;
        }

        Counters counters = act.Counters(Role.Server);
        if (ConnectionState.As<ExchangeState>(ref state).PeerFinished)
        {
            counters[Counter.ExchangesCut]++;
        }
        else
        {
            counters[Counter.ExchangesAborted]++;
        }
    }

    public readonly void OnMessage(ref Act act, in WorkerMessage command) => _connections.OnMessage(ref act, command);

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination) =>
        _spec.Content.AsSpan((int)streamOffset, destination.Length).CopyTo(destination);

    /// <summary>
    /// The close behind the last byte is the FIN: a half-close before it would cost a system call and say no more.
    /// </summary>
    private readonly void Answer(ref Act act, Handle connection)
    {
        if (_spec.Content.Length == 0)
        {
            Finish(ref act, connection);
            return;
        }

        act.Send(connection, _spec.Content.Length, 0);
    }

    private static void Finish(ref Act act, Handle connection)
    {
        act.Counters(Role.Server)[Counter.ExchangesAnswered]++;
        act.Close(connection, CloseReason.Finished);
    }

    private readonly void WatchIdle(ref Act act, Handle connection, long idleNs)
    {
        if (_spec.IdleTimeoutNs > 0)
        {
            act.SetTimer(connection, act.NowNs + _spec.IdleTimeoutNs - idleNs, IdleTimer);
        }
    }

    private struct ExchangeState
    {
        public Accepted Accepted;
        public int SentBytes;
        public bool PeerFinished;
    }
}
