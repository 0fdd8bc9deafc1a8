using Throng.Measurement;

namespace Throng.Engine;

/// <summary>From the handshake to the outcome of a lane.</summary>
internal partial struct Idle<TProtocol>
{
    public void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref IdleSeat lane = ref _seats[ConnectionState.As<LaneState>(ref state).Seat];
        _connecting--;
        _open++;
        _connections.OnOpened(ref act, connection);
        act.Latencies.Connect.Record(act.NowNs - lane.BegunNs);
        act.Receive(connection, ReceiveMode.Idle);
        lane.Stage = IdleStage.Greeting;
        if (lane.HalfCloses)
        {
            int seat = ConnectionState.As<LaneState>(ref state).Seat;
            Send(ref act, connection, ref lane, RequestsFrom + ((long)seat * LaterMessage.Bytes));
        }
        else
        {
            Send(ref act, connection, ref lane, 0);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref LaneState own = ref ConnectionState.As<LaneState>(ref state);
        ref IdleSeat lane = ref _seats[own.Seat];
        if (lane.HalfCloses)
        {
            OnPromised(ref act, connection, ref lane, bytes);
        }
        else if (lane.Stage == IdleStage.Silent)
        {
            OnUnasked(ref act, connection, ref lane);
        }
        else if (lane.Stage is IdleStage.Greeting or IdleStage.Asked)
        {
            TProtocol protocol = _protocol;
            AnswerOutcome outcome = protocol.Read(ref own.Reading, ref bytes, out Answer answer);
            int expected = lane.Stage == IdleStage.Greeting ? 0 : 1;
            bool isRight = outcome == AnswerOutcome.Answer && bytes.Length == 0
                && (!answer.HasId || _spec.Message == IdleMessage.Content || answer.Id == expected);
            if (isRight)
            {
                OnAnswered(ref act, connection, ref lane);
            }
            else if (outcome != AnswerOutcome.None)
            {
                act.Counters(Role.Client)[Counter.MessagesInvalid]++;
                NoteEnd(ref lane, act.NowNs);
                Settle(ref lane, IdleOutcome.Wrong);
                act.Close(connection, CloseReason.InvalidReply, _closeKind);
            }
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
        ref IdleSeat lane = ref _seats[ConnectionState.As<LaneState>(ref state).Seat];
        if (lane.Stage == IdleStage.Asked)
        {
            lane.AskedNs = Math.Max(lane.AskedNs, sentNs);
        }
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state)
    {
        if (LaneOf(ref act, connection).Stage != IdleStage.Examined)
        {
            act.Close(connection, CloseReason.PeerClosed, _closeKind);
        }
    }

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        ref IdleSeat lane = ref LaneOf(ref act, connection);
        if (timer == SilenceTimer)
        {
            if (lane.HalfCloses)
            {
                lane.EndedSilenceNs = lane.SilenceNs;
                Settle(ref lane, IdleOutcome.NotArrived);
                act.Close(connection, CloseReason.ReplyTimeout, CloseKind.Rst);
                return;
            }

            lane.Stage = IdleStage.Asked;
            Send(ref act, connection, ref lane, _messageBytes);
            return;
        }

        act.Counters(Role.Client)[Counter.MessagesTimedOut]++;
        if (lane.Stage == IdleStage.Greeting)
        {
            lane.Reason = CloseReason.ReplyTimeout;
            Settle(ref lane, IdleOutcome.NotOpened);
            act.Close(connection, CloseReason.ReplyTimeout, CloseKind.Rst);
            return;
        }

        NoteEnd(ref lane, act.NowNs);
        lane.Stage = IdleStage.Examined;
        lane.AsksFacts = true;
        act.AskFacts(connection);
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref IdleSeat lane = ref LaneOf(ref act, connection);
        _connections.OnFacts(connection, result, facts, act.NowNs - lane.BegunNs, act.NowNs - lane.LastNs);
        if (!lane.AsksFacts)
        {
            return;
        }

        lane.AsksFacts = false;
        if (lane.Stage == IdleStage.Silent)
        {
            lane.RetransmitsBefore = facts.HasTcp ? facts.Retransmits : null;
        }
        else if (lane.Stage == IdleStage.Examined)
        {
            lane.Retransmits = facts.HasTcp ? facts.Retransmits - (lane.RetransmitsBefore ?? 0) : null;
            bool isAcknowledged = facts is { HasTcp: true, UnacknowledgedSegments: 0 };
            Settle(ref lane, isAcknowledged ? IdleOutcome.NotAnswered : IdleOutcome.NotAcknowledged);

            // A FIN would be sent again for a quarter of an hour to nobody.
            act.Close(connection, CloseReason.ReplyTimeout, CloseKind.Rst);
        }
    }

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref IdleSeat lane = ref LaneOf(ref act, connection);
        _connections.OnClosed(ref act, connection, reason, phase);
        if (phase == Phase.Connecting)
        {
            _connecting--;
        }
        else
        {
            _open--;
        }

        if (lane.Outcome == IdleOutcome.None)
        {
            bool awaits = lane.Stage is IdleStage.Greeting or IdleStage.Asked;
            act.Counters(Role.Client)[Counter.MessagesLost] += awaits ? 1 : 0;
            if (lane.Stage != IdleStage.Examined)
            {
                NoteEnd(ref lane, act.NowNs);
            }

            lane.Reason = reason;
            Settle(ref lane, OutcomeOf(lane.Stage, reason));
        }

        lane.Connection = Handle.None;
        NoteClosed();
    }

    public readonly LastState LastStateOf(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason)
    {
        IdleStage stage = LaneOf(ref act, connection).Stage;
        bool awaits = stage is IdleStage.Greeting or IdleStage.Asked or IdleStage.Examined || reason
            is CloseReason.ReplyTimeout;
        return LastState.Of(awaits, hasPart: false);
    }

    /// <summary>The outcome that the end of a connection is for its lane.</summary>
    internal static IdleOutcome OutcomeOf(IdleStage stage, CloseReason reason) => (stage, reason) switch
    {
        (IdleStage.Examined, _) => IdleOutcome.NotAcknowledged,
        (_, CloseReason.Finished or CloseReason.Cancelled or CloseReason.Drained) => IdleOutcome.NotNeeded,
        (IdleStage.Connecting or IdleStage.Greeting, _) => IdleOutcome.NotOpened,
        (IdleStage.Silent, CloseReason.Reset) => IdleOutcome.ResetWhileSilent,
        (IdleStage.Silent, CloseReason.PeerClosed) => IdleOutcome.ClosedWhileSilent,
        (IdleStage.Silent, CloseReason.TimedOut) => IdleOutcome.ProbesNotAnswered,
        (IdleStage.Asked, CloseReason.Reset) => IdleOutcome.ResetInAnswer,
        (IdleStage.Asked, CloseReason.PeerClosed) => IdleOutcome.ClosedInAnswer,
        (IdleStage.Asked, CloseReason.TimedOut or CloseReason.Unreachable) => IdleOutcome.NotAcknowledged,
        _ => IdleOutcome.Failed,
    };

    private readonly void Send(ref Act act, Handle connection, ref IdleSeat lane, long streamOffset)
    {
        lane.AskedNs = act.NowNs;
        act.Counters(Role.Client)[Counter.MessagesSent]++;
        if (lane.HalfCloses)
        {
            act.Send(connection, LaterMessage.Bytes, streamOffset, SendMode.Last);
        }
        else
        {
            act.Send(connection, _messageBytes, streamOffset);
        }

        act.SetTimer(connection, act.NowNs + _spec.ReplyTimeoutNs, ReplyTimer);
    }

    private readonly void OnAnswered(ref Act act, Handle connection, ref IdleSeat lane)
    {
        act.Counters(Role.Client)[Counter.MessagesAnswered]++;
        act.Latencies.Response.Record(Math.Max(0, act.NowNs - lane.AskedNs));
        if (lane.Stage == IdleStage.Asked)
        {
            NoteEnd(ref lane, act.NowNs);
            Settle(ref lane, IdleOutcome.Remembered);
            act.Close(connection, CloseReason.Finished, _closeKind);
            return;
        }

        lane.Stage = IdleStage.Silent;
        lane.BegunNs = act.NowNs;
        BeginSilence(ref act, connection, ref lane);
        lane.AsksFacts = true;
        act.AskFacts(connection);
    }

    /// <summary>The rest of an answer that has no end, or something that nobody asked for.</summary>
    private readonly void OnUnasked(ref Act act, Handle connection, ref IdleSeat lane)
    {
        if (_spec.Message == IdleMessage.Content && act.NowNs - lane.BegunNs <= _spec.ReplyTimeoutNs)
        {
            BeginSilence(ref act, connection, ref lane);
            return;
        }

        NoteEnd(ref lane, act.NowNs);
        Settle(ref lane, IdleOutcome.Talked);
        act.Close(connection, CloseReason.InvalidReply, _closeKind);
    }

    /// <summary>Takes what a server in mode later sends: its promise at once, and the same again after the silence. Who
    /// was held up finds both together.</summary>
    private readonly void OnPromised(
        ref Act act, Handle connection, ref IdleSeat lane, scoped ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && lane.Stage is (IdleStage.Greeting or IdleStage.Silent))
        {
            int from = lane.PromisedBytes % LaterMessage.Bytes;
            int taken = Math.Min(bytes.Length, LaterMessage.Bytes - from);
            lane.PromisedBytes += taken;
            if (!LaterMessage.IsPromised(bytes[..taken], from, LaterMessage.MsOf(lane.SilenceNs)))
            {
                OnNotPromised(ref act, connection, ref lane);
            }
            else if (from + taken == LaterMessage.Bytes)
            {
                OnPromise(ref act, connection, ref lane);
            }

            bytes = bytes[taken..];
        }
    }

    private readonly void OnNotPromised(ref Act act, Handle connection, ref IdleSeat lane)
    {
        act.Counters(Role.Client)[Counter.MessagesInvalid] += lane.Stage == IdleStage.Greeting ? 1 : 0;
        NoteEnd(ref lane, act.NowNs);
        Settle(ref lane, IdleOutcome.Wrong);
        act.Close(connection, CloseReason.InvalidReply, _closeKind);
    }

    private readonly void OnPromise(ref Act act, Handle connection, ref IdleSeat lane)
    {
        if (lane.Stage == IdleStage.Greeting)
        {
            OnAnswered(ref act, connection, ref lane);
            return;
        }

        // The server counts from the FIN, which came before its promise did: nothing it sends is early.
        lane.EndedSilenceNs = Math.Max(lane.SilenceNs, act.NowNs - lane.LastNs);
        Settle(ref lane, IdleOutcome.Remembered);
        act.Close(connection, CloseReason.Finished, _closeKind);
    }

    private readonly void BeginSilence(ref Act act, Handle connection, ref IdleSeat lane)
    {
        lane.LastNs = act.NowNs;
        long waitsNs = lane.HalfCloses ? lane.SilenceNs + _spec.ReplyTimeoutNs : lane.SilenceNs;
        act.SetTimer(connection, act.NowNs + waitsNs, SilenceTimer);
    }

    /// <summary>Notes how long it was silent until it was asked or ended, and how long it took from there.</summary>
    private static void NoteEnd(ref IdleSeat lane, long nowNs)
    {
        if (lane.Stage == IdleStage.Asked)
        {
            lane.EndedSilenceNs = lane.AskedNs - lane.LastNs;
            lane.AnswerNs = Math.Max(0, nowNs - lane.AskedNs);
        }
        else if (lane.Stage == IdleStage.Silent)
        {
            lane.EndedSilenceNs = nowNs - lane.LastNs;
        }
    }

    private static void Settle(ref IdleSeat lane, IdleOutcome outcome)
    {
        lane.Stage = IdleStage.Over;
        lane.Outcome = outcome;
    }

    private readonly ref IdleSeat LaneOf(ref Act act, Handle connection) =>
        ref _seats[ConnectionState.As<LaneState>(ref act.Connections[connection].State).Seat];
}
