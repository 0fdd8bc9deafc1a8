using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Keeps connections open (<see cref="ConnectionKeeper"/>) and finds out whether they still work: sends PING on each
/// from time to time, when asked to, and checks that the same bytes come back. Each connection draws its own period
/// once, and its first ping falls anywhere in it, so that pings are spread evenly.
/// </summary>
/// <param name="targets">How many targets this worker's address plan has.</param>
/// <param name="ownsTargets">They are this worker's alone: an embedded server's.</param>
/// <param name="awaitsBegin">It opens nothing before <see cref="WorkerMessageKind.Begin"/>.</param>
public struct Hold(HoldSpec spec, int targets, bool ownsTargets, bool awaitsBegin = false) : IWorkload
{
    private const byte PingTimer = 1;
    private const byte ReplyTimer = 2;

    private readonly HoldSpec _spec = spec;
    private readonly ConnectionKeeper _keeper =
        new(spec, targets, ownsTargets) { FromNs = awaitsBegin ? long.MaxValue : 0 };

    private bool _isPinging = spec.Ping;

    private static ReadOnlySpan<byte> PingBytes => "PING"u8;

    public readonly long NextArrivalNs => _keeper.NextNs;

    public readonly bool IsFinished => _keeper.IsFinished;

    public readonly void OnStart(ref Act act) => _keeper.Start(ref act, _spec.Connections);

    public readonly void OnArrival(ref Act act) => _keeper.OnArrival(ref act);

    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref state);
        if (_keeper.OnOpened(ref act, connection, ref hold.Member))
        {
            hold.LastMs = hold.Member.OpenedMs;
            act.Receive(connection, ReceiveMode.Idle);
            ArmFirstPing(ref act, connection, ref hold);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref state);
        hold.LastMs = Milliseconds.Of(act.NowNs);
        if (!hold.Member.Awaits)
        {
            return; // a server that talks unasked: nothing here is owed an answer
        }

        foreach (byte received in bytes)
        {
            if (hold.RepliedBytes == PingBytes.Length || received != PingBytes[hold.RepliedBytes])
            {
                hold.Member.Awaits = false;
                act.Counters(Role.Client)[Counter.MessagesInvalid]++;
                act.Close(connection, CloseReason.InvalidReply, _keeper.CloseKind);
                return;
            }

            hold.RepliedBytes++;
        }

        if (hold.RepliedBytes == PingBytes.Length)
        {
            act.Counters(Role.Client)[Counter.MessagesAnswered]++;
            act.Latencies.Response.Record(act.NowNs - hold.Member.StampNs);
            hold.Answers++;
            hold.Member.OnAnswered(ref act);
            if (!_keeper.OnReplied(ref act, connection, ref hold.Member))
            {
                ArmNextPing(ref act, connection, ref hold);
            }
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
        act.Close(connection, CloseReason.PeerClosed, _keeper.CloseKind);

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref state);
        switch (timer)
        {
            case PingTimer when _isPinging && !_keeper.IsDraining:
                SendPing(ref act, connection, ref hold);
                break;

            case ReplyTimer:
                hold.Member.Awaits = false;
                act.Counters(Role.Client)[Counter.MessagesTimedOut]++;
                act.Latencies.Response.Record(act.NowNs - hold.Member.StampNs);
                hold.Member.OnUnanswered(ref act);
                act.Close(connection, CloseReason.PingTimeout, _keeper.CloseKind);
                break;
        }
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref state);
        long idleNs = Milliseconds.SinceNs(hold.LastMs, act.NowNs);
        _keeper.OnFacts(connection, result, facts, hold.Member.AgeNs(act.NowNs), idleNs);
    }

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref state);
        act.Counters(Role.Client)[Counter.MessagesLost] += hold.Member.Awaits ? 1 : 0;
        long idleNs = Milliseconds.SinceNs(hold.LastMs, act.NowNs);
        _keeper.OnClosed(ref act, connection, hold.Member, reason, phase, hold.Answers, idleNs);
    }

    public readonly LastState LastStateOf(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason)
    {
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref state);
        bool awaits = hold.Member.Awaits || reason is CloseReason.PingTimeout or CloseReason.InvalidReply;
        return LastState.Of(awaits, hold.RepliedBytes > 0 || reason == CloseReason.InvalidReply);
    }

    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        switch (command.Kind)
        {
            case WorkerMessageKind.Ping:
                TurnPing(ref act, command.Value != 0);
                break;

            case WorkerMessageKind.Begin:
                _keeper.FromNs = Math.Max(command.Value, command.FromNs);
                break;

            default:
                _keeper.OnMessage(ref act, command);
                break;
        }
    }

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = PingBytes[(int)(streamOffset + i) & 3];
        }
    }

    private readonly void SendPing(ref Act act, Handle connection, ref HoldState hold)
    {
        hold.Member.Awaits = true;
        hold.Member.StampNs = act.NowNs;
        hold.RepliedBytes = 0;
        act.Counters(Role.Client)[Counter.MessagesSent]++;
        act.Send(connection, PingBytes.Length, 0);
        act.SetTimer(connection, act.NowNs + _spec.PingTimeoutNs, ReplyTimer);
    }

    private readonly void ArmFirstPing(ref Act act, Handle connection, ref HoldState hold)
    {
        if (_isPinging)
        {
            long periodNs = act.Random.NextInRange(_spec.PingIntervalMinNs, _spec.PingIntervalMaxNs);
            hold.PeriodMs = (uint)(periodNs / 1_000_000);
            act.SetTimer(connection, act.NowNs + act.Random.NextInRange(0, periodNs), PingTimer);
        }
    }

    /// <summary>The next ping keeps the phase of the one that was answered.</summary>
    private readonly void ArmNextPing(ref Act act, Handle connection, ref HoldState hold)
    {
        if (_isPinging)
        {
            long dueNs = hold.Member.StampNs + (hold.PeriodMs * 1_000_000L);
            act.SetTimer(connection, Math.Max(act.NowNs, dueNs), PingTimer);
        }
        else
        {
            act.ClearTimer(connection);
        }
    }

    /// <summary>
    /// Turned on, every open connection gets a phase; turned off, the timers that are armed do nothing.
    /// </summary>
    private void TurnPing(ref Act act, bool on)
    {
        bool wasPinging = _isPinging;
        _isPinging = on;
        Slab slab = act.Connections;
        for (int slot = 0; on && !wasPinging && slot < slab.HighWater; slot++)
        {
            Handle connection = slab.HandleAt(slot);
            if (connection.IsNone || slab[connection] is not { Role: Role.Client, Phase: Phase.Open })
            {
                continue;
            }

            ref HoldState hold = ref ConnectionState.As<HoldState>(ref slab[connection].State);
            if (!hold.Member.Awaits && !hold.Member.IsLeaving)
            {
                ArmFirstPing(ref act, connection, ref hold);
            }
        }
    }

    /// <summary>State that the hold workload keeps of each connection.</summary>
    private struct HoldState
    {
        /// <summary>Its stamp is when the ping that is awaited, or was answered last, was sent.</summary>
        public KeptConnection Member;
        public uint LastMs;
        public uint PeriodMs;

        /// <summary>Pings of it that were answered.</summary>
        public uint Answers;

        /// <summary>Bytes of the reply that have come.</summary>
        public byte RepliedBytes;
    }
}
