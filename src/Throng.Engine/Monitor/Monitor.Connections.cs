using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Connections coming and going.</summary>
internal partial struct Monitor
{
    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref MonitorState own = ref ConnectionState.As<MonitorState>(ref state);
        ref MonitorSeat seat = ref _seats[own.Seat];
        Counters counters = act.Counters(Role.Client);
        _seats.OnOutcome();
        act.Latencies.Connect.Record(act.NowNs - own.BeginNs);
        _connections.OnOpened(ref act, connection);
        counters[Counter.Reconnected] += seat.Record.OpenedNs > 0 ? 1 : 0;
        seat.Begin(connection, own.BeginNs, act.NowNs);
        act.Receive(connection, ReceiveMode.Stream);
        if (_isDraining)
        {
            Leave(ref act, ref seat);
        }
        else
        {
            counters.NoteRampUp(counters.Open == _seats.Count, act.NowNs);
        }
    }

    /// <summary>Nothing more will come from there.</summary>
    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
        End(ref act, connection, CloseReason.PeerClosed);

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        int number = ConnectionState.As<MonitorState>(ref state).Seat;
        ref MonitorSeat seat = ref _seats[number];
        _connections.OnClosed(ref act, connection, reason, phase);
        if (phase == Phase.Connecting)
        {
            _seats.OnOutcome();
            if (!CloseReasons.IsOwn(reason))
            {
                OnConnectFailed(ref seat, number, act.NowNs);
            }

            return;
        }

        NoteRecord(ref act, connection, ref seat, reason, errno);
        bool isLost = !CloseReasons.IsOwn(reason);
        if (isLost)
        {
            Disturb(ref seat, CauseOf(reason), seat.Awaits ? seat.IntendedNs : act.NowNs);
            seat.WasLost = true;
            seat.Losses += _isDraining ? 0 : 1;
        }

        CountAwaited(ref act, seat, Counter.MessagesLost);
        seat.Awaits = false;
        seat.Connection = Handle.None;
        bool isOver = _isDraining || (isLost && !_seats.TryReconnect(number, act.NowNs));
        if (isOver && seat.IsDisturbed)
        {
            _ = NoteDisturbance(ref seat, act.NowNs, isGoodAgain: false);
        }
    }

    public readonly LastState LastStateOf(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason)
    {
        ref MonitorSeat seat = ref _seats[ConnectionState.As<MonitorState>(ref state).Seat];
        string name = _tally.Names[seat.Record.Name];
        bool awaits = seat.Awaits || reason is CloseReason.ReplyTimeout or CloseReason.InvalidReply;
        return LastState.Of(awaits, seat.RepliedBytes > 0) with
        {
            Host = name.Length > 0 ? name : null,
            Retransmits = _isDatagram ? null : seat.Record.Retransmits,
        };
    }

    private readonly void Connect(ref Act act, int number)
    {
        ref MonitorSeat seat = ref _seats[number];
        OpenResult result = act.Open(seat.Target, _spec.ConnectTimeoutNs, out Handle connection);
        if (result != OpenResult.Started)
        {
            _seats.OnOutcome();
            _ = _connections.OnNotStarted(ref act, seat.Target, result);
            OnConnectFailed(ref seat, number, act.NowNs);
            return;
        }

        _connections.OnStarted(ref act, seat.Target);
        ref MonitorState own = ref ConnectionState.As<MonitorState>(ref act.Connections[connection].State);
        own.Seat = number;
        own.BeginNs = act.NowNs;
    }

    private readonly void OnConnectFailed(ref MonitorSeat seat, int number, long nowNs)
    {
        if (!_seats.TryRetry(number, nowNs) && seat.IsDisturbed)
        {
            _ = NoteDisturbance(ref seat, nowNs, isGoodAgain: false);
        }
    }

    /// <summary>One step of the sweep: the next connection, unless it is still to be answered.</summary>
    private void LeaveNext(ref Act act)
    {
        if (!_sweep.TryNext(act.Connections, Role.Client, out Handle connection))
        {
            NoteUnconnected(act.NowNs);
            return;
        }

        ref Connection record = ref act.Connections[connection];
        ref MonitorSeat seat = ref _seats[ConnectionState.As<MonitorState>(ref record.State).Seat];
        if (record.Phase == Phase.Connecting)
        {
            act.Close(connection, CloseReason.Cancelled, _closeKind);
        }
        else if (record.Phase == Phase.Open && (_isAborting || !seat.Awaits))
        {
            JudgeUnanswered(ref seat, act.NowNs);
            Leave(ref act, ref seat);
        }
    }

    private readonly void LeaveIfOver(ref Act act, ref MonitorSeat seat)
    {
        if (_isDraining)
        {
            Leave(ref act, ref seat);
        }
    }

    private readonly void Leave(ref Act act, ref MonitorSeat seat) =>
        End(ref act, seat.Connection, CloseReason.Drained);

    /// <summary>Closes a connection, after what TCP knows of it has been asked for.</summary>
    private readonly void End(ref Act act, Handle connection, CloseReason reason)
    {
        if (!_isDatagram && !IsEnding(act.Connections[connection]))
        {
            act.AskFacts(connection);
        }

        act.Close(connection, reason, _closeKind);
    }

    /// <summary>It is open only until its last operation has ended.</summary>
    private static bool IsEnding(in Connection record) =>
        record.Phase == Phase.Closing || record.Reason != CloseReason.None;

    /// <summary>The run ends while some are lost and not yet back.</summary>
    private readonly void NoteUnconnected(long nowNs)
    {
        for (int number = 0; number < _seats.Count; number++)
        {
            ref MonitorSeat seat = ref _seats[number];
            if (seat.Connection.IsNone && seat.IsDisturbed)
            {
                _ = NoteDisturbance(ref seat, nowNs, isGoodAgain: false);
            }
        }
    }

    private readonly void NoteRecord(
        ref Act act, Handle connection, ref MonitorSeat seat, CloseReason reason, int errno)
    {
        seat.Record.Seat = seat.Number;
        seat.Record.EndedNs = act.NowNs;
        seat.Record.Reason = reason;
        seat.Record.Errno = errno;
        seat.Record.Local = act.LocalOf(connection);
        seat.Record.Remote = act.Target(seat.Target);
        _tally.Names.Leave(seat.Record.Name, !CloseReasons.IsOwn(reason));
        _ = _tally.Records.Add(seat.Record);
    }
}
