using Throng.Measurement;

namespace Throng.Engine;

/// <summary>A connection from its handshake to its end.</summary>
internal partial struct CapacityLoad
{
    private const byte OverdueTimer = 1;
    private const byte GiveUpTimer = 2;

    /// <summary>An answer that takes longer makes the search look closer; it may still come.</summary>
    private const long OverdueNs = Ns.Second;

    /// <summary>Slots looked at for an old one that can be checked.</summary>
    private const int PicksMax = 16;

    private static ReadOnlySpan<byte> CheckBytes => "PING"u8;

    public void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref HeldState held = ref ConnectionState.As<HeldState>(ref state);
        _connections.OnOpened(ref act, connection);
        act.Latencies.Connect.Record(act.NowNs - held.StampNs);
        _connecting--;
        held.OpenedNs = act.NowNs;
        act.Receive(connection, ReceiveMode.Idle);
        if (_isOver)
        {
            act.Close(connection, CloseReason.Drained, _closeKind);
        }
        else if (_spec.Plan.Checks)
        {
            SendCheck(ref act, connection, ref held);
        }
        else
        {
            Hold(ref act, ref held);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref HeldState held = ref ConnectionState.As<HeldState>(ref state);
        if (!_spec.Plan.Checks)
        {
            return; // a server that talks unasked
        }

        bool isEcho = held.IsChecking && held.RepliedBytes + bytes.Length <= CheckBytes.Length
            && bytes.SequenceEqual(CheckBytes.Slice(held.RepliedBytes, bytes.Length));
        if (!isEcho)
        {
            CountCheckOver(ref act, ref held, Counter.MessagesInvalid);
            act.Close(connection, CloseReason.InvalidReply, _closeKind);
            return;
        }

        held.RepliedBytes += (byte)bytes.Length;
        if (held.RepliedBytes == CheckBytes.Length)
        {
            OnAnswered(ref act, connection, ref held);
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
        act.Close(connection, CloseReason.PeerClosed, _closeKind);

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        ref HeldState held = ref ConnectionState.As<HeldState>(ref state);
        if (timer == OverdueTimer && _spec.CheckTimeoutNs > OverdueNs)
        {
            held.IsOverdue = held.IsHeld;
            _tally.Overdue += held.IsHeld ? 1 : 0;
            act.SetTimer(connection, held.StampNs + _spec.CheckTimeoutNs, GiveUpTimer);
            return;
        }

        act.Latencies.Response.Record(act.NowNs - held.StampNs);
        CountCheckOver(ref act, ref held, Counter.MessagesTimedOut);
        act.Close(connection, CloseReason.PingTimeout, _closeKind);
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref HeldState held = ref ConnectionState.As<HeldState>(ref state);
        _connections.OnFacts(connection, result, facts, act.NowNs - held.OpenedNs, act.NowNs - held.StampNs);
    }

    public void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref HeldState held = ref ConnectionState.As<HeldState>(ref state);
        _connections.OnClosed(ref act, connection, reason, phase);
        if (phase == Phase.Connecting)
        {
            _connecting--;
            return;
        }

        CountCheckOver(ref act, ref held, Counter.MessagesLost);
        if (!held.IsHeld)
        {
            Counters.CountEnd(ref EndOfNew(reason));
            return;
        }

        _leaving -= held.IsLeaving ? 1 : 0;
        act.Counters(Role.Client)[Counter.ServedEnded]++;
        ref long end = ref EndOfHeld(reason, out bool isGone);
        if (isGone)
        {
            _ = _tally.Fates.Add(new ConnectionFate(held.OpenedNs, held.UsedNs, IsGone: true));
        }

        Counters.CountEnd(ref end);
        if (_order.Kind == CapacityOrderKind.Lower && !_sweep.IsRunning && _leaving == 0)
        {
            Done();
        }
    }

    public readonly LastState LastStateOf(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason)
    {
        ref HeldState held = ref ConnectionState.As<HeldState>(ref state);
        return LastState.Of(held.IsChecking, held.RepliedBytes > 0);
    }

    public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = CheckBytes[(int)(streamOffset + i) & 3];
        }
    }

    private readonly void SendCheck(ref Act act, Handle connection, ref HeldState held)
    {
        held.IsChecking = true;
        held.RepliedBytes = 0;
        held.StampNs = act.NowNs;
        act.Counters(Role.Client)[Counter.MessagesSent]++;
        if (held.IsHeld)
        {
            _tally.Checks++;
            _tally.Checking++;
        }

        act.Send(connection, CheckBytes.Length, 0);
        act.SetTimer(connection, act.NowNs + Math.Min(OverdueNs, _spec.CheckTimeoutNs), OverdueTimer);
    }

    private readonly void OnAnswered(ref Act act, Handle connection, ref HeldState held)
    {
        act.ClearTimer(connection);
        act.Latencies.Response.Record(act.NowNs - held.StampNs);
        CountCheckOver(ref act, ref held, Counter.MessagesAnswered);
        if (!held.IsHeld)
        {
            Hold(ref act, ref held);
            return;
        }

        _tally.ChecksAnswered++;
        if (held.IsSurveyed)
        {
            held.IsSurveyed = false;
            _tally.SurveyAnswered++;
            _ = _tally.Fates.Add(new ConnectionFate(held.OpenedNs, held.UsedNs, IsGone: false));
        }

        held.UsedNs = act.NowNs;
    }

    /// <summary>The connection works: from now on it is one of those that are held.</summary>
    private readonly void Hold(ref Act act, ref HeldState held)
    {
        held.IsHeld = true;
        held.UsedNs = held.OpenedNs;
        act.Counters(Role.Client)[Counter.Served]++;
        Counters.CountEnd(ref _tally.Served);
    }

    /// <summary>The one end of a check that is under way; none, if there is none.</summary>
    private readonly void CountCheckOver(ref Act act, ref HeldState held, Counter end)
    {
        if (!held.IsChecking)
        {
            return;
        }

        held.IsChecking = false;
        Counters.CountEnd(ref act.Counters(Role.Client)[end]);
        _tally.Checking -= held.IsHeld ? 1 : 0;
        _tally.Overdue -= held.IsOverdue ? 1 : 0;
        held.IsOverdue = false;
    }

    /// <summary>A random one of the old ones, if a few draws come upon one that is not being checked.</summary>
    private readonly void CheckOne(ref Act act)
    {
        Slab slab = act.Connections;
        for (int pick = 0; pick < PicksMax && slab.HighWater > 0; pick++)
        {
            Handle connection = slab.HandleAt((int)act.Random.NextInRange(0, slab.HighWater - 1));
            if (TryCheck(ref act, connection))
            {
                return;
            }
        }
    }

    private void SurveySome(ref Act act)
    {
        Slab slab = act.Connections;
        for (int looked = 0; looked < StepsPerCall; looked++)
        {
            if (_surveySlot >= slab.HighWater)
            {
                _nextSurveyNs = long.MaxValue;
                Done();
                return;
            }

            Handle connection = slab.HandleAt(_surveySlot++);
            if ((_order.Ratio >= 1 || act.Random.NextDouble() < _order.Ratio) && TryCheck(ref act, connection))
            {
                ConnectionState.As<HeldState>(ref slab[connection].State).IsSurveyed = true;
                _tally.Surveyed++;
                _nextSurveyNs = Math.Max(_nextSurveyNs + _openGapNs, act.NowNs - LateMaxNs);
                return;
            }
        }
    }

    private readonly bool TryCheck(ref Act act, Handle connection)
    {
        if (connection.IsNone
            || act.Connections[connection] is not { Role: Role.Client, Phase: Phase.Open, Reason: CloseReason.None })
        {
            return false;
        }

        ref HeldState held = ref ConnectionState.As<HeldState>(ref act.Connections[connection].State);
        if (!held.IsHeld || held.IsChecking)
        {
            return false;
        }

        SendCheck(ref act, connection, ref held);
        return true;
    }

    private readonly ref long EndOfNew(CloseReason reason)
    {
        switch (reason)
        {
            case CloseReason.PeerClosed:
                return ref _tally.AwayFin;
            case CloseReason.Reset:
                return ref _tally.AwayRst;
            case CloseReason.PingTimeout or CloseReason.TimedOut:
                return ref _tally.Unserved;
            case CloseReason.InvalidReply:
                return ref _tally.Wrong;
            case CloseReason.Drained or CloseReason.Lowered or CloseReason.Cancelled:
                return ref _tally.Withdrawn;
            default:
                return ref _tally.Other;
        }
    }

    private readonly ref long EndOfHeld(CloseReason reason, out bool isGone)
    {
        isGone = true;
        switch (reason)
        {
            case CloseReason.PeerClosed:
                return ref _tally.EvictedFin;
            case CloseReason.Reset:
                return ref _tally.EvictedRst;
            case CloseReason.PingTimeout or CloseReason.TimedOut:
                return ref _tally.EvictedSilent;
            case CloseReason.InvalidReply:
                isGone = false;
                return ref _tally.Spoilt;
            case CloseReason.Drained or CloseReason.Lowered or CloseReason.Cancelled:
                isGone = false;
                return ref _tally.Closed;
            default:
                return ref _tally.EvictedOther;
        }
    }

    /// <summary>State that the capacity workload keeps of each connection.</summary>
    private struct HeldState
    {
        public long OpenedNs;

        /// <summary>When the connect began, then when the last check was sent.</summary>
        public long StampNs;

        /// <summary>When it answered last; when it was opened, before the second time.</summary>
        public long UsedNs;

        /// <summary>It has had its first answer.</summary>
        public bool IsHeld;

        /// <summary>An answer is awaited, and for longer than one takes.</summary>
        public bool IsChecking;
        public bool IsOverdue;

        /// <summary>The check under way is the survey's.</summary>
        public bool IsSurveyed;

        /// <summary>This end is closing it.</summary>
        public bool IsLeaving;
        public byte RepliedBytes;
    }
}
