namespace Throng.Engine;

/// <summary>
/// Keeps connections open: opens what is missing, closes what is too many, notices what was lost and replaces it, and
/// pings when asked to. An arrival of this workload is the moment one more may be opened (<see cref="HoldTargets"/>
/// knows when and to whom), or the next step of a sweep that closes. Invariant: for each target, missing + connecting
/// + open = wanted.
/// </summary>
public struct Hold : IWorkload
{
    private const byte ConnectTimer = 1;
    private const byte PingTimer = 2;
    private const byte ReplyTimer = 3;

    private readonly HoldSpec _spec;
    private readonly int _targetCount;
    private readonly bool _ownsTargets;
    private readonly FailureLog _failures = new();
    private readonly Listing _listing = new(Role.Client);
    private bool _isPinging;
    private bool _isDraining;
    private bool _isAborting;
    private CloseKind _closeKind;
    private HoldTargets _targets = null!; // from OnStart on
    private Sweep _sweep;

    /// <param name="targets">How many targets this worker's address plan has.</param>
    /// <param name="ownsTargets">They are this worker's alone: an embedded server's.</param>
    public Hold(HoldSpec spec, int targets, bool ownsTargets)
    {
        _spec = spec;
        _targetCount = targets;
        _ownsTargets = ownsTargets;
        _isPinging = spec.Ping;
        _closeKind = spec.Close;
    }

    private static ReadOnlySpan<byte> PingBytes => "PING"u8;

    public readonly long NextArrivalNs =>
        _sweep.IsRunning ? 0 : _isDraining ? long.MaxValue : _targets.NextNs;

    public readonly bool IsFinished => _isDraining && !_sweep.IsRunning;

    public void OnStart(ref Act act)
    {
        double ratePerWorker = _spec.ConnectRatePerSecond / act.Workers;
        long periodNs = ratePerWorker > 0 ? (long)(1e9 / ratePerWorker) : 0;
        _targets = new HoldTargets(_targetCount, _ownsTargets ? 1 : act.Workers, periodNs, act.NowNs);
        Want(ref act, _spec.Connections ?? _targetCount);
    }

    public void OnArrival(ref Act act)
    {
        if (_sweep.IsRunning)
        {
            CloseNext(ref act);
        }
        else if (_targets.TryNext(act.NowNs, out int target))
        {
            Connect(ref act, target);
        }
    }

    public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state)
    {
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref state);
        int target = act.EndpointOf(connection);
        _targets.OnOpened(target, act.NowNs);
        act.Latencies.Connect.Record(act.NowNs - hold.StampNs);
        hold.OpenedMs = Milliseconds.Of(act.NowNs);
        hold.LastMs = hold.OpenedMs;
        act.ClearTimer(connection);
        if (_targets[target].ToReplace > 0)
        {
            _targets[target].ToReplace--;
            act.Counters(Role.Client).Reconnected++;
        }

        NoteRampUp(act.Counters(Role.Client), act.NowNs);
        if (_isDraining || _targets[target].Missing < 0)
        {
            Leave(ref act, connection, ref hold, _isDraining ? CloseReason.Drained : CloseReason.Lowered);
        }
        else
        {
            act.Receive(connection, ReceiveMode.Idle);
            ArmFirstPing(ref act, connection, ref hold);
        }
    }

    public readonly void OnReceived(
        ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
    {
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref state);
        hold.LastMs = Milliseconds.Of(act.NowNs);
        if (!hold.Awaits)
        {
            return; // a server that talks unasked: nothing here is owed an answer
        }

        foreach (byte received in bytes)
        {
            if (hold.Replied == PingBytes.Length || received != PingBytes[hold.Replied])
            {
                hold.Awaits = false;
                act.Counters(Role.Client).MessagesInvalid++;
                act.Close(connection, CloseReason.InvalidReply, _closeKind);
                return;
            }

            hold.Replied++;
        }

        if (hold.Replied == PingBytes.Length)
        {
            hold.Awaits = false;
            act.Counters(Role.Client).MessagesAnswered++;
            act.Latencies.Response.Record(act.NowNs - hold.StampNs);
            AfterPing(ref act, connection, ref hold);
        }
    }

    public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
    {
    }

    public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
        act.Close(connection, CloseReason.PeerClosed, _closeKind);

    public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
    {
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref state);
        switch (timer)
        {
            case ConnectTimer:
                act.Close(connection, CloseReason.ConnectTimeout);
                break;

            case PingTimer when _isPinging:
                hold.Awaits = true;
                hold.Replied = 0;
                hold.StampNs = act.NowNs;
                act.Counters(Role.Client).MessagesSent++;
                act.Send(connection, PingBytes.Length, 0);
                act.SetTimer(connection, act.NowNs + _spec.PingTimeoutNs, ReplyTimer);
                break;

            case ReplyTimer:
                hold.Awaits = false;
                act.Counters(Role.Client).MessagesTimedOut++;
                act.Latencies.Response.Record(act.NowNs - hold.StampNs);
                act.Close(connection, CloseReason.PingTimeout, _closeKind);
                break;
        }
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref state);
        long ageNs = Milliseconds.SinceNs(hold.OpenedMs, act.NowNs);
        _listing.OnFacts(result, facts, ageNs, Milliseconds.SinceNs(hold.LastMs, act.NowNs));
    }

    public readonly void OnClosed(
        ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
    {
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref state);
        int target = act.EndpointOf(connection);
        bool isOwn = CloseReasons.IsOwn(reason);
        if (hold.Awaits)
        {
            act.Counters(Role.Client).MessagesLost++;
        }

        if (phase == Phase.Connecting)
        {
            _targets.OnConnectFailed(target, isOwn, act.NowNs, ref act.Random);
        }
        else if (!hold.IsLeaving)
        {
            _targets.OnLost(target, Milliseconds.SinceNs(hold.OpenedMs, act.NowNs), act.NowNs, ref act.Random);
        }

        if (!isOwn)
        {
            _failures.Add(act.NowNs, act.LocalOf(connection), act.Target(target), phase, reason, errno);
        }
    }

    public void OnCommand(ref Act act, in Command command)
    {
        switch (command.Kind)
        {
            case CommandKind.Set:
                Want(ref act, command.Value);
                break;

            case CommandKind.Ping:
                TurnPing(ref act, command.Value != 0);
                break;

            case CommandKind.Drain or CommandKind.Abort:
                Stop(ref act, command.Kind == CommandKind.Abort);
                break;

            case CommandKind.List:
                _listing.Begin(ref act, command.Question!, command.Value);
                break;

            case CommandKind.Failed:
                _failures.Tell(command.Question!);
                break;

            case CommandKind.Details:
                TellTargets(ref act, command.Question!);
                break;

            default:
                command.Question?.Done();
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

    private readonly void Connect(ref Act act, int target)
    {
        OpenResult result = act.Open(target, out Handle connection);
        if (result != OpenResult.Started)
        {
            // It counts as an attempt that failed for want of room on this side, so that it shows.
            CloseReason reason = result == OpenResult.NoPort ? CloseReason.NoPort : CloseReason.NoDescriptor;
            Counters counters = act.Counters(Role.Client);
            counters.Attempts++;
            counters.ConnectFailed(reason)++;
            _failures.Add(act.NowNs, default, act.Target(target), Phase.Connecting, reason, 0);
            _targets.OnNoRoom(target, act.NowNs);
            return;
        }

        _targets.OnStarted(target, act.NowNs);
        Counters own = act.Counters(Role.Client);
        own.FirstAttemptNs = own.FirstAttemptNs == 0 ? act.NowNs : own.FirstAttemptNs;
        ref HoldState hold = ref ConnectionState.As<HoldState>(ref act.Connections[connection].State);
        hold.StampNs = act.NowNs;
        act.SetTimer(connection, act.NowNs + _spec.ConnectTimeoutNs, ConnectTimer);
    }

    /// <summary>The first time nothing is missing is the end of the ramp-up.</summary>
    private readonly void NoteRampUp(Counters counters, long nowNs)
    {
        if (counters.RampUpEndNs == 0 && _targets.Open == _targets.Wanted)
        {
            counters.RampUpEndNs = nowNs;
            counters.RampUpOpened = counters.Opened;
        }
    }

    /// <summary>Takes over a new total; too many are closed by a sweep, too few opened as arrivals.</summary>
    private void Want(ref Act act, long total)
    {
        bool hasTooMany = false;
        for (int target = 0; target < _targets.Count; target++)
        {
            _targets.Want(target, _isDraining ? 0 : Share(ref act, total, target), act.NowNs);
            hasTooMany |= _targets[target].Missing < 0;
        }

        if (hasTooMany)
        {
            _sweep.Start();
        }
    }

    private readonly int Share(ref Act act, long total, int target) => _ownsTargets
        ? (int)HoldPlan.OfTarget(HoldPlan.OfTarget(total, act.Worker, act.Workers), target, _targets.Count)
        : HoldPlan.OfWorker(total, target, _targets.Count, act.Worker, act.Workers);

    private void Stop(ref Act act, bool atOnce)
    {
        _isDraining = true;
        _isAborting = atOnce;
        _closeKind = atOnce ? CloseKind.Rst : _closeKind;
        Want(ref act, 0);
        _sweep.Start();
    }

    /// <summary>One step of a sweep: the next connection, closed if its target has too many or the run is over.</summary>
    private void CloseNext(ref Act act)
    {
        if (!_sweep.TryNext(act.Connections, Role.Client, out Handle connection))
        {
            return;
        }

        ref Connection record = ref act.Connections[connection];
        if (record.Phase == Phase.Open && _targets[act.EndpointOf(connection)].Missing < 0)
        {
            ref HoldState hold = ref ConnectionState.As<HoldState>(ref record.State);
            Leave(ref act, connection, ref hold, _isDraining ? CloseReason.Drained : CloseReason.Lowered);
        }
        else if (_isAborting || (_isDraining && record.Phase == Phase.Connecting))
        {
            act.Close(connection, record.Phase == Phase.Open ? CloseReason.Drained : CloseReason.Cancelled, _closeKind);
        }
    }

    /// <summary>Ends a connection by our own choice; one that waits for a reply is closed once it has come.</summary>
    private readonly void Leave(ref Act act, Handle connection, ref HoldState hold, CloseReason reason)
    {
        if (!hold.IsLeaving)
        {
            hold.IsLeaving = true;
            _targets.OnLeft(act.EndpointOf(connection), act.NowNs);
        }

        hold.LeaveReason = reason;
        if (!hold.Awaits || _isAborting)
        {
            act.Close(connection, reason, _closeKind);
        }
    }

    private readonly void ArmFirstPing(ref Act act, Handle connection, ref HoldState hold)
    {
        if (!_isPinging)
        {
            return;
        }

        long periodNs = act.Random.NextInRange(_spec.PingIntervalMinNs, _spec.PingIntervalMaxNs);
        hold.PeriodMs = (uint)(periodNs / 1_000_000);
        act.SetTimer(connection, act.NowNs + act.Random.NextInRange(0, periodNs), PingTimer);
    }

    /// <summary>The reply has come: the next ping keeps this one's phase.</summary>
    private readonly void AfterPing(ref Act act, Handle connection, ref HoldState hold)
    {
        if (hold.IsLeaving)
        {
            act.Close(connection, hold.LeaveReason, _closeKind);
        }
        else if (_isPinging)
        {
            act.SetTimer(connection, Math.Max(act.NowNs, hold.StampNs + (hold.PeriodMs * 1_000_000L)), PingTimer);
        }
        else
        {
            act.ClearTimer(connection);
        }
    }

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
            if (!hold.Awaits && !hold.IsLeaving)
            {
                ArmFirstPing(ref act, connection, ref hold);
            }
        }
    }

    private readonly void TellTargets(ref Act act, Question question)
    {
        for (int i = 0; i < _targets.Count; i++)
        {
            ref HoldTarget one = ref _targets[i];
            question.Rows.Enqueue(new EndpointRow(
                act.Target(i), one.Wanted, one.Open, one.Connecting, one.Opened, one.Failed, one.Lost));
        }

        question.Done();
    }

    /// <summary>What this workload keeps of each connection.</summary>
    private struct HoldState
    {
        /// <summary>When the connect began; once open, when the ping that is awaited or was last answered was due.</summary>
        public long StampNs;
        public uint OpenedMs;
        public uint LastMs;
        public uint PeriodMs;

        /// <summary>Bytes of the reply that have come.</summary>
        public byte Replied;

        /// <summary>A ping is out and its reply is not complete.</summary>
        public bool Awaits;

        /// <summary>We have decided to close it; it no longer counts as open.</summary>
        public bool IsLeaving;
        public CloseReason LeaveReason;
    }
}
