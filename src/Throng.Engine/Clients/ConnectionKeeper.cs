using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The connections a client workload keeps: opens what is missing, closes what is too many, replaces what is lost, and
/// ends with all of them closed in order. The workload says what the connections are for and keeps a
/// <see cref="KeptConnection"/> at the beginning of each one's state. An arrival is the moment one more may be opened,
/// or the next step of a sweep that closes. Owner: the worker's thread. Invariant: for each target, missing +
/// connecting + open + resting = wanted.
/// </summary>
internal sealed class ConnectionKeeper(LoadSpec spec, int targets, bool ownsTargets)
{
    private readonly Listing _listing = new(Role.Client);
    private TargetQueue _targets = new(0, 1, 0, 0); // from Start on, the real one
    private Sweep _sweep;
    private bool _isDraining;
    private bool _isAborting;

    /// <summary>When the next arrival is due; long.MaxValue: after an outcome.</summary>
    public long NextNs => _sweep.IsRunning ? 0
        : _isDraining ? long.MaxValue
        : Math.Max(FromNs, _targets.NextNs);

    /// <summary>Before this nothing is opened; long.MaxValue: until it is set.</summary>
    public long FromNs { get; set; }

    /// <summary>The run is over: nothing new is begun on a connection that is not closed yet.</summary>
    public bool IsDraining => _isDraining;

    public bool IsFinished => _isDraining && !_sweep.IsRunning;

    public CloseKind CloseKind { get; private set; } = spec.Close;

    /// <summary>Begins to open <paramref name="total"/> connections in the whole run.</summary>
    public void Start(ref Act act, long total)
    {
        double ratePerWorker = spec.ConnectRatePerSecond / act.Parts;
        long periodNs = ratePerWorker > 0 ? (long)(1e9 / ratePerWorker) : 0;
        _targets = new TargetQueue(targets, ownsTargets ? 1 : act.Workers, periodNs, act.NowNs);
        Want(ref act, total);
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

    /// <summary>The connection is open; false when it is not wanted any more and already being closed.</summary>
    public bool OnOpened(ref Act act, Handle connection, ref KeptConnection member)
    {
        int target = act.EndpointOf(connection);
        Counters counters = act.Counters(Role.Client);
        _targets.OnOpened(target, act.NowNs);
        act.Latencies.Connect.Record(act.NowNs - member.StampNs);
        member.OpenedMs = Milliseconds.Of(act.NowNs);
        counters[Counter.Reconnected] += _targets.TakeReplaced(target) ? 1 : 0;
        counters.NoteRampUp(_targets.Open == _targets.Wanted, act.NowNs);
        if (!_isDraining && _targets[target].Missing >= 0)
        {
            return true;
        }

        Leave(ref act, connection, ref member, OwnReason);
        return false;
    }

    /// <summary>
    /// Nothing is owed to this connection any more; true when it had waited for that to be closed, and now is.
    /// </summary>
    public bool OnReplied(ref Act act, Handle connection, ref KeptConnection member)
    {
        member.Awaits = false;
        if (member.IsLeaving)
        {
            act.Close(connection, member.LeaveReason, CloseKind);
        }

        return member.IsLeaving;
    }

    /// <param name="answers">How many answers it had had.</param>
    /// <param name="idleNs">Since something last came on it, or since it was opened.</param>
    public void OnClosed(
        ref Act act, Handle connection, in KeptConnection member, CloseReason reason, Phase phase, long answers,
        long idleNs)
    {
        int target = act.EndpointOf(connection);
        bool isOwn = CloseReasons.IsOwn(reason);
        act.Counters(Role.Client)[Counter.ServedEnded] += member.Service == ServiceState.Served ? 1 : 0;
        if (phase == Phase.Connecting)
        {
            _targets.OnConnectFailed(target, isOwn, act.NowNs, ref act);
        }
        else if (!member.IsLeaving)
        {
            long ageNs = member.AgeNs(act.NowNs);
            bool wasLetGo = reason == CloseReason.PeerClosed && !member.Awaits && ageNs >= PeerEnds.TurnedAwayNs;
            bool wasOfUse = member.Service == ServiceState.Served || wasLetGo;
            _targets.OnLost(target, wasOfUse, ageNs, act.NowNs, ref act);
            if (!_isDraining && reason is CloseReason.PeerClosed or CloseReason.Reset)
            {
                act.Latencies.RecordEndByPeer(act.NowNs, ageNs, idleNs, answers);
            }
        }
    }

    /// <summary>
    /// The server closed it in order while it was idle: it is not replaced before <see cref="Need"/> is called.
    /// </summary>
    public void OnIdleClosed(
        ref Act act, Handle connection, in KeptConnection member, long answers, long idleNs)
    {
        if (_isDraining || member.IsLeaving)
        {
            OnClosed(ref act, connection, member, CloseReason.IdleClosed, Phase.Open, answers, idleNs);
            return;
        }

        act.Counters(Role.Client)[Counter.ServedEnded] += member.Service == ServiceState.Served ? 1 : 0;
        _targets.OnRested(act.EndpointOf(connection));
    }

    /// <summary>One of the connections that rest to this target is needed again.</summary>
    public void Need(ref Act act, int target)
    {
        if (_targets[target].Resting > 0)
        {
            _targets.OnNeeded(target, act.NowNs);
        }
    }

    /// <summary>Its work is done: closes it and opens another one in its place.</summary>
    public void Renew(ref Act act, Handle connection, ref KeptConnection member) =>
        Leave(ref act, connection, ref member, CloseReason.Finished);

    /// <summary>Closes one because fewer are wanted, this one among them.</summary>
    public void Lower(ref Act act, Handle connection)
    {
        ref Connection record = ref act.Connections[connection];
        if (record.Phase == Phase.Open && record.Reason == CloseReason.None)
        {
            Leave(ref act, connection, ref ConnectionState.As<KeptConnection>(ref record.State), OwnReason);
        }
    }

    public void OnFacts(Handle connection, int result, in ConnectionFacts facts, long ageNs, long idleNs) =>
        _listing.OnFacts(connection, result, facts, ageNs, idleNs);

    /// <summary>Does what is asked of every client alike; what it does not know it answers with nothing.</summary>
    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        switch (command.Kind)
        {
            case WorkerMessageKind.Set:
                Want(ref act, command.Value);
                break;

            case WorkerMessageKind.Drain or WorkerMessageKind.Abort:
                Stop(ref act, command.Kind == WorkerMessageKind.Abort);
                break;

            case WorkerMessageKind.Details:
                _targets.Tell(ref act, command.Question!);
                break;

            default:
                _listing.Answer(ref act, command);
                break;
        }
    }

    /// <summary>Why a connection that works is closed.</summary>
    private CloseReason OwnReason => _isDraining ? CloseReason.Drained : CloseReason.Lowered;

    private void Connect(ref Act act, int target)
    {
        OpenResult result = act.Open(target, spec.ConnectTimeoutNs, out Handle connection);
        if (result != OpenResult.Started)
        {
            _ = act.CountNotStarted(target, Role.Client, result);
            _targets.OnNoRoom(target, act.NowNs);
            return;
        }

        _targets.OnStarted(target, act.NowNs);
        act.Counters(Role.Client).NoteAttempt(act.NowNs);
        ConnectionState.As<KeptConnection>(ref act.Connections[connection].State).StampNs = act.NowNs;
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

    private int Share(ref Act act, long total, int target) => ownsTargets
        ? (int)Shares.OfTarget(Shares.OfPart(total, act.Part, act.Parts), target, _targets.Count)
        : Shares.OfWorker(total, target, _targets.Count, act.Part, act.Parts);

    private void Stop(ref Act act, bool atOnce)
    {
        _isDraining = true;
        _isAborting = atOnce;
        CloseKind = atOnce ? CloseKind.Rst : CloseKind;
        Want(ref act, 0);
        _sweep.Start();
    }

    /// <summary>
    /// One step of a sweep: the next connection, closed if its target has too many or the run is over.
    /// </summary>
    private void CloseNext(ref Act act)
    {
        if (!_sweep.TryNext(act.Connections, Role.Client, out Handle connection))
        {
            return;
        }

        ref Connection record = ref act.Connections[connection];
        if (record.Phase == Phase.Open && _targets[act.EndpointOf(connection)].Missing < 0)
        {
            Leave(ref act, connection, ref ConnectionState.As<KeptConnection>(ref record.State), OwnReason);
        }
        else if (_isAborting || (_isDraining && record.Phase == Phase.Connecting))
        {
            act.Close(connection, record.Phase == Phase.Open ? CloseReason.Drained : CloseReason.Cancelled, CloseKind);
        }
    }

    /// <summary>Ends a connection by our own choice; one that waits for a reply is closed once it has come.</summary>
    private void Leave(ref Act act, Handle connection, ref KeptConnection member, CloseReason reason)
    {
        if (!member.IsLeaving)
        {
            member.IsLeaving = true;
            _targets.OnLeft(act.EndpointOf(connection), act.NowNs);
        }

        member.LeaveReason = reason;
        if (!member.Awaits || _isAborting)
        {
            act.Close(connection, member.LeaveReason, CloseKind);
        }
    }
}
