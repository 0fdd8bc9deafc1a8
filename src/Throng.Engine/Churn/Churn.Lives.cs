using Throng.Measurement;

namespace Throng.Engine;

/// <summary>From the handshake to the outcome.</summary>
internal partial struct Churn
{
    public void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref LifeState life = ref ConnectionState.As<LifeState>(ref state);
        _connections.OnOpened(ref act, connection);
        act.LatenciesOf(_role).Connect.Record(act.NowNs - life.StartedNs);
        if (life.IsHeld)
        {
            OnHeldOpened(ref act, connection);
            return;
        }

        life.StampNs = act.NowNs;
        if (_spec.Life == ChurnLife.Exchange || _spec.Requests > 0)
        {
            act.Receive(connection, _spec.LifetimeNs == 0 ? ReceiveMode.Single : ReceiveMode.Stream);
        }

        bool isTimed = _spec.LifetimeNs > 0;
        long dueNs = isTimed ? act.NowNs + _spec.LifetimeNs : life.StartedNs + _spec.TimeoutNs;
        act.SetTimer(connection, dueNs, isTimed ? LifetimeTimer : LifeTimer);

        if (_spec.Life == ChurnLife.Requests && _spec.Requests > 0)
        {
            act.Send(connection, _spec.RequestBytes, 0);
        }
        else if (_spec.LifetimeNs == 0)
        {
            Conclude(ref act, connection, ref life);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref LifeState life = ref ConnectionState.As<LifeState>(ref state);
        if (life.IsHeld)
        {
            return; // a server that talks unasked
        }

        if (life.ReplyBytes == 0 && life.IsCounted)
        {
            _tally.FirstByte.Record(act.NowNs - life.StampNs);
        }

        life.StampNs = act.NowNs;
        bool isExpected = _spec.Life == ChurnLife.Exchange
            ? _spec.Expects.Allows(life.ReplyBytes, bytes)
            : life.ReplyBytes + bytes.Length <= (life.RequestsDone + 1L) * _spec.RequestBytes
                && Pattern.Is(Pattern.PlaceOf(connection.Slot, life.ReplyBytes), bytes);
        life.ReplyBytes = (int)Math.Min(int.MaxValue, (long)life.ReplyBytes + bytes.Length);
        if (!isExpected)
        {
            act.Close(connection, CloseReason.InvalidReply, _closeKind);
        }
        else if (_spec.Life == ChurnLife.Requests
            && life.ReplyBytes == (life.RequestsDone + 1L) * _spec.RequestBytes)
        {
            OnRequestDone(ref act, connection, ref life);
        }
        else if (_spec is { Life: ChurnLife.Exchange, HalfCloses: false } && life.ReplyBytes >= _spec.Content.Length)
        {
            act.Close(connection, CloseReason.Finished, _closeKind);
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
    }

    /// <summary>The end of an exchange; of anything else the peer's own idea.</summary>
    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref LifeState life = ref ConnectionState.As<LifeState>(ref state);
        if (_spec.Life == ChurnLife.Requests || !_spec.HalfCloses || !life.IsConcluded || life.IsHeld)
        {
            act.Close(connection, CloseReason.PeerClosed, _closeKind);
            return;
        }

        RecordClose(ref act, life);
        ChurnOutcome outcome = life.ReplyBytes >= _spec.Expects.BytesMin ? ChurnOutcome.Ok
            : life.ReplyBytes == 0 ? ChurnOutcome.Empty
            : ChurnOutcome.Invalid;
        Settle(ref act, ref life, outcome);
        act.Close(connection, CloseReason.Finished, _closeKind);
    }

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        ref LifeState life = ref ConnectionState.As<LifeState>(ref state);
        if (timer != LifetimeTimer)
        {
            act.Close(connection, CloseReason.ReplyTimeout, _closeKind);
            return;
        }

        act.SetTimer(connection, life.StartedNs + _spec.TimeoutNs, LifeTimer);
        if (_spec.Life == ChurnLife.Exchange || life.RequestsDone == _spec.Requests)
        {
            Conclude(ref act, connection, ref life);
        }
    }

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref LifeState life = ref ConnectionState.As<LifeState>(ref state);
        _connections.OnClosed(ref act, connection, reason, phase);
        if (life.IsHeld)
        {
            OnHeldClosed(reason, phase);
            return;
        }

        _inFlight--;
        GoOn(ref act);
        if (life.Outcome == ChurnOutcome.None)
        {
            if (reason == CloseReason.Finished)
            {
                RecordClose(ref act, life);
            }

            Settle(ref act, ref life, LifeEnd.OutcomeOf(reason, life.ReplyBytes > 0));
        }
    }

    public readonly LastState LastStateOf(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason)
    {
        ref LifeState life = ref ConnectionState.As<LifeState>(ref state);
        bool isExchange = _spec.Life == ChurnLife.Exchange;
        bool awaits = isExchange ? life.IsConcluded : life.RequestsDone < _spec.Requests;
        long whole = isExchange ? 0 : (long)life.RequestsDone * _spec.RequestBytes;
        return LastState.Of(awaits, life.ReplyBytes > whole);
    }

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        if (_spec.Life == ChurnLife.Exchange)
        {
            _spec.Content.AsSpan((int)streamOffset, destination.Length).CopyTo(destination);
        }
        else
        {
            Pattern.Fill(Pattern.PlaceOf(connection.Slot, streamOffset), destination);
        }
    }

    private readonly void OnRequestDone(ref Act act, Handle connection, ref LifeState life)
    {
        life.RequestsDone++;
        if (life.RequestsDone < _spec.Requests)
        {
            act.Send(connection, _spec.RequestBytes, life.ReplyBytes);
        }
        else if (act.NowNs >= life.StartedNs + _spec.LifetimeNs)
        {
            Conclude(ref act, connection, ref life);
        }
    }

    /// <summary>
    /// Ends this side's part once it has said all it has to say: an exchange sends its content and mostly half-closes,
    /// other lives close.
    /// </summary>
    private readonly void Conclude(ref Act act, Handle connection, ref LifeState life)
    {
        life.IsConcluded = true;
        if (_spec.Life == ChurnLife.Exchange)
        {
            SendMode mode = _spec.HalfCloses ? SendMode.Last : SendMode.Normal;
            act.Send(connection, _spec.Content.Length, 0, mode);
            return;
        }

        life.StampNs = act.NowNs;
        act.Close(connection, CloseReason.Finished, _closeKind);
    }

    private readonly void RecordClose(ref Act act, in LifeState life)
    {
        if (life.IsCounted)
        {
            _tally.Close.Record(act.NowNs - life.StampNs);
        }
    }

    /// <summary>The one outcome of an attempt.</summary>
    private readonly void Settle(ref Act act, ref LifeState life, ChurnOutcome outcome)
    {
        life.Outcome = outcome;
        if (!life.IsCounted)
        {
            return;
        }

        ChurnStepTally step = _tally.Step(life.Step);
        if (outcome is not (ChurnOutcome.Ok or ChurnOutcome.Cancelled))
        {
            _tally.NoteFailed(life.IntendedNs, act.NowNs);
        }

        Counters counters = act.Counters(_role);
        bool isTimeout = ChurnOutcomes.IsTimeout(outcome);
        counters[Counter.MessagesAnswered] += outcome == ChurnOutcome.Ok ? 1 : 0;
        counters[Counter.MessagesTimedOut] += isTimeout ? 1 : 0;
        counters[Counter.MessagesInvalid] += outcome == ChurnOutcome.Invalid ? 1 : 0;
        counters[Counter.MessagesLost] += outcome is ChurnOutcome.Ok or ChurnOutcome.Invalid || isTimeout ? 0 : 1;
        if (outcome == ChurnOutcome.Ok || isTimeout)
        {
            step.Life.Record(act.NowNs - life.IntendedNs);
            act.LatenciesOf(_role).Response.Record(act.NowNs - life.IntendedNs);
            act.LatenciesOf(_role).Service.Record(act.NowNs - life.StartedNs);
        }

        // Last: whoever finds no life of a step in flight any more finds all of its times.
        Counters.CountEnd(ref step.Outcomes[(int)outcome]);
    }

    /// <summary>State that the churn workload keeps of each connection.</summary>
    private struct LifeState
    {
        public long IntendedNs;

        /// <summary>When the last thing happened on it that a latency counts from.</summary>
        public long StampNs;

        /// <summary>Bytes of the reply that have come, up to 2 GiB.</summary>
        public int ReplyBytes;
        public int RequestsDone;
        private uint _lateUs;
        public ushort Step;
        public ChurnOutcome Outcome;

        /// <summary>Nothing more is sent on it.</summary>
        public bool IsConcluded;

        /// <summary>Whether it is no life, but one of those that are kept beside them.</summary>
        public readonly bool IsHeld => Step == HeldBeside;

        /// <summary>Whether it fell due behind the warm-up.</summary>
        public readonly bool IsCounted => Step is not (NotCounted or HeldBeside);

        /// <summary>When it was begun, to the microsecond.</summary>
        public readonly long StartedNs => IntendedNs + (_lateUs * Ns.Microsecond);

        public void Begin(long intendedNs, long nowNs, int step)
        {
            IntendedNs = intendedNs;
            StampNs = nowNs;
            _lateUs = (uint)Math.Min(uint.MaxValue, (nowNs - intendedNs) / Ns.Microsecond);
            Step = (ushort)step;
        }
    }
}
