using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The loop of one worker. A turn is:
/// <list type="number">
/// <item>mailbox: commands from outside;</item>
/// <item>arrivals that are due by the workload's schedule;</item>
/// <item>submit and wait: everything the handlers asked for goes to the kernel, and what happened comes back;</item>
/// <item>completions, copied out beforehand, dispatched to the workload;</item>
/// <item>timers that are due;</item>
/// <item>counters published.</item>
/// </list>
/// Handlers never call the loop, and the loop never looks at a workload's state. <see cref="Turn"/> is one step, so
/// a simulation can interleave many loops from one seed. Owner: the worker's thread.
/// </summary>
public sealed class EventLoop<TWorkload>(Shard shard, TWorkload workload) : ILoop, IProduce
    where TWorkload : struct, IWorkload
{
    /// <summary>Longest sleep: bounds what a lost wake-up could cost.</summary>
    private const long SleepMaxNs = Ns.Second;

    /// <summary>How long accepting rests after the kernel refused an accept.</summary>
    private const long AcceptRestNs = 50 * Ns.Millisecond;

    /// <summary>Arrivals begun in one turn at most, so that a burst of them does not hold up what is open.</summary>
    private const int ArrivalsPerTurn = 512;

    private readonly Shard _shard = shard;
    private readonly IBackend _backend = shard.Backend;
    private readonly Slab _slab = shard.Slab;
    private TWorkload _workload = workload;
    private long _acceptAgainNs = long.MaxValue;

    /// <summary>The workload, for a test to look at between turns.</summary>
    public ref TWorkload Workload => ref _workload;

    /// <summary>True when the workload wants nothing more and no connection is left.</summary>
    public bool IsFinished => _workload.IsFinished && _slab.Used == 0;

    public void Start()
    {
        Act act = new(_shard, _backend.NowNs());
        _workload.OnStart(ref act);
    }

    /// <summary>One step of the loop; sleeps in it when there is nothing to do.</summary>
    public void Turn()
    {
        long nowNs = _backend.NowNs();

        // 1. Mailbox.
        if (!_shard.Mailbox.IsEmpty)
        {
            TakeCommands(nowNs);
        }

        // 2. Arrivals.
        for (int arrival = 0; arrival < ArrivalsPerTurn && _workload.NextArrivalNs <= nowNs; arrival++)
        {
            Act act = new(_shard, nowNs);
            _workload.OnArrival(ref act);
        }

        // 3. Submit and wait.
        long untilNs = Math.Min(_workload.NextArrivalNs, _shard.Timers.NextDueNs());
        untilNs = Math.Min(Math.Min(untilNs, _acceptAgainNs), nowNs + SleepMaxNs);
        long sleptNs = _backend.SleptNs;
        ReadOnlySpan<Completion> completions = _backend.Poll(IsFinished ? 0 : untilNs, this);
        long afterNs = _backend.NowNs();

        // 4. Completions.
        foreach (ref readonly Completion completion in completions)
        {
            Dispatch(completion, afterNs);
        }

        _shard.Latencies.Messages.Flush();

        // 5. Timers.
        bool hadTimer = false;
        while (_shard.Timers.TryTakeDue(afterNs, out int slot, out byte timer))
        {
            hadTimer = true;
            OnTimer(_slab.HandleAt(slot), timer, afterNs);
        }

        if (afterNs >= _acceptAgainNs)
        {
            ResumeAccepting();
        }

        // 6. Counters.
        LoopCounters counters = _shard.Loop;
        counters.Turns++;
        if (_backend.SleptNs != sleptNs)
        {
            counters.WakeUps++;
            bool isIdle = completions.IsEmpty && !hadTimer && afterNs < untilNs;
            counters.IdleWakeUps += isIdle ? 1 : 0;
        }

        Volatile.Write(ref counters.TurnNs, nowNs);
    }

    public void Abandon()
    {
        long nowNs = _backend.NowNs();
        for (int slot = 0; slot < _slab.HighWater; slot++)
        {
            Handle connection = _slab.HandleAt(slot);
            if (connection.IsNone)
            {
                continue;
            }

            ref Connection record = ref _slab[connection];
            if (record.Reason == CloseReason.None)
            {
                record.Reason = record.HasOpened ? CloseReason.Drained : CloseReason.Cancelled;
            }

            OnClosed(connection, 0, nowNs);
        }
    }

    void IProduce.Produce(Handle connection, long streamOffset, Span<byte> destination) =>
        _workload.Produce(connection, streamOffset, destination);

    private void TakeCommands(long nowNs)
    {
        while (_shard.Mailbox.TryTake(out WorkerMessage command))
        {
            if (command.Kind == WorkerMessageKind.Debug)
            {
                _shard.Trace.Turn(command.Value != 0);
                continue;
            }

            Act act = new(_shard, nowNs);
            _workload.OnMessage(ref act, command);
        }
    }

    private void Dispatch(in Completion completion, long nowNs)
    {
        if (completion.Kind >= Operation.AcceptFailed)
        {
            DispatchListener(completion, nowNs);
            return;
        }

        Handle connection = completion.Connection;
        if (!_slab.IsLive(connection))
        {
            _shard.Loop.StaleCompletions++;
            ReleaseUnused(completion.Bytes);
            return;
        }

        ref Connection record = ref _slab[connection];
        if (completion.Kind == Operation.Closed)
        {
            OnClosed(connection, completion.Result, nowNs);
            return;
        }

        if (record.Reason != CloseReason.None && completion.Kind != Operation.Facts)
        {
            ReleaseUnused(completion.Bytes); // came before the close took effect; its Closed is still to come
            return;
        }

        DispatchLive(completion, connection, ref record, nowNs);
    }

    private void DispatchListener(in Completion completion, long nowNs)
    {
        Counters counters = _shard.Counters[(int)Role.Server];
        switch (completion.Kind)
        {
            case Operation.AcceptFailed:
                RestAccepting(completion.Connection.Slot, completion.Result, nowNs);
                break;

            case Operation.Datagram:
                counters[Counter.DatagramsReceived]++;
                counters[Counter.BytesReceived] += completion.Result;
                Act act = new(_shard, nowNs);
                DatagramRoute route = _backend.RouteOf(completion);
                _workload.OnDatagram(ref act, route, _backend.BytesOf(completion.Bytes));
                _backend.Release(completion.Bytes);
                break;

            case Operation.DatagramSent:
                counters[Counter.DatagramsSent]++;
                counters[Counter.BytesSent] += completion.Result;
                break;

            case Operation.DatagramDropped:
                counters[Counter.DatagramsDropped]++;
                break;
        }
    }

    private void DispatchLive(in Completion completion, Handle connection, ref Connection record, long nowNs)
    {
        Act act = new(_shard, nowNs);
        Counters counters = _shard.Counters[(int)record.Role];
        switch (completion.Kind)
        {
            case Operation.Accepted:
                record.Path = (ushort)completion.Result;
                record.Phase = Phase.Open;
                counters.CountOpened();
                _shard.Trace.Write(TraceKind.Accepted, connection, completion.Result, nowNs);
                _workload.OnOpened(ref act, connection, ref record.State);
                break;

            case Operation.Opened:
                record.Phase = Phase.Open;
                counters.CountOpened();
                _slab.NoteOpened(connection, nowNs);
                _shard.Timers.Cancel(connection.Slot);
                _shard.Plan.Succeeded(record.Path);
                _shard.Trace.Write(TraceKind.Opened, connection, 0, nowNs);
                _workload.OnOpened(ref act, connection, ref record.State);
                break;

            case Operation.Received:
                Lease lease = completion.Bytes;
                counters[Counter.BytesReceived] += lease.Length;
                _shard.Trace.Write(TraceKind.Received, connection, lease.Length, nowNs);
                _workload.OnReceived(ref act, connection, ref record.State, _backend.BytesOf(lease), ref lease);
                ReleaseUnused(lease);
                break;

            case Operation.Sent:
                counters[Counter.BytesSent] += completion.Result;
                _shard.Trace.Write(TraceKind.Sent, connection, completion.Result, nowNs);
                _workload.OnSent(ref act, connection, ref record.State, completion.Result, completion.AtNs);
                break;

            case Operation.PeerFinished:
                _shard.Trace.Write(TraceKind.PeerFinished, connection, 0, nowNs);
                _workload.OnPeerFinished(ref act, connection, ref record.State);
                break;

            case Operation.Refused:
                _shard.Trace.Write(TraceKind.Refused, connection, -completion.Result, nowNs);
                _workload.OnRefused(ref act, connection, ref record.State, -completion.Result);
                break;

            case Operation.Facts:
                ConnectionFacts facts = _backend.FactsOf(completion);
                _workload.OnFacts(ref act, connection, ref record.State, completion.Result, facts);
                break;
        }
    }

    private void OnTimer(Handle connection, byte timer, long nowNs)
    {
        if (timer == Shard.ConnectTimer)
        {
            bool isShaking = _backend.IsShaking(connection);
            CloseReason reason = isShaking ? CloseReason.TlsTimeout : CloseReason.ConnectTimeout;
            _shard.Close(connection, reason, CloseKind.Fin);
            return;
        }

        Act act = new(_shard, nowNs);
        _workload.OnTimer(ref act, connection, ref _slab[connection].State, timer);
    }

    /// <summary>
    /// The end of a connection: counted once, told to the workload once, and only then is its slot free.
    /// </summary>
    private void OnClosed(Handle connection, int result, long nowNs)
    {
        ref Connection record = ref _slab[connection];
        bool wasOpen = record.HasOpened;
        bool isCollision = result is -Errno.EADDRINUSE or -Errno.EADDRNOTAVAIL;
        if (!wasOpen && isCollision && record.Reason == CloseReason.None && _shard.TryOtherPort(connection))
        {
            return;
        }

        Phase phase = wasOpen ? Phase.Open : Phase.Connecting;
        CloseReason reason = record.Reason != CloseReason.None ? record.Reason : ErrnoReason.Of(-result, phase);
        if (reason == CloseReason.Other)
        {
            _shard.Loop.OtherErrnos.Add(-result);
        }

        Counters counters = _shard.Counters[(int)record.Role];
        if (wasOpen)
        {
            counters.CountClosed(reason);
        }
        else
        {
            Counters.CountEnd(ref counters.ConnectFailed(reason));
        }

        _shard.Timers.Cancel(connection.Slot);
        _shard.Trace.Write(TraceKind.Closed, connection, (int)reason, nowNs);
        Act act = new(_shard, nowNs);
        int errno = result < 0 ? -result : 0;
        if (record.IsOurs && CloseReasons.IsLoss(reason) && _shard.Failures is { } failures)
        {
            failures.Add(FailureOf(ref act, connection, ref record, reason, errno));
        }

        _workload.OnClosed(ref act, connection, ref record.State, reason, phase, errno);
        if (record.IsOurs)
        {
            _shard.Plan.Return(record.Path, record.LocalPort);
        }

        _slab.Free(connection);
    }

    /// <summary>All there is to say of a connection that ended badly, before its workload forgets it.</summary>
    private FailedConnection FailureOf(
        ref Act act, Handle connection, ref Connection record, CloseReason reason, int errno)
    {
        bool isTls = reason is CloseReason.TlsFailed or CloseReason.TlsTimeout || _backend.IsShaking(connection);
        return new FailedConnection
        {
            Times = _slab.TimesOf(connection),
            EndedNs = act.NowNs,
            Local = act.LocalOf(connection),
            Remote = _shard.Plan.Remote(record.Path),
            Last = record.HasOpened ? _workload.LastStateOf(ref act, connection, ref record.State, reason)
                : new LastState(isTls ? LifePhase.Tls : LifePhase.Connect),
            Errno = errno,
            Reason = reason,
            Role = record.Role,
        };
    }

    private void ReleaseUnused(in Lease lease)
    {
        if (!lease.IsNone)
        {
            _backend.Release(lease);
        }
    }

    /// <summary>
    /// The kernel refused an accept: rest a moment instead of asking in a circle. The sampler tells of it.
    /// </summary>
    private void RestAccepting(int listener, int result, long nowNs)
    {
        LoopCounters counters = _shard.Loop;
        counters.AcceptErrno = -result;
        Volatile.Write(ref counters.AcceptFailures, counters.AcceptFailures + 1); // whoever sees it sees the errno too
        _backend.Accepting(listener, false);
        _acceptAgainNs = nowNs + AcceptRestNs;
    }

    private void ResumeAccepting()
    {
        _acceptAgainNs = _slab.IsFull ? _backend.NowNs() + AcceptRestNs : long.MaxValue;
        if (!_slab.IsFull)
        {
            _shard.Accept(true);
        }
    }
}
