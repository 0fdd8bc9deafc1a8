using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Connections by a schedule that nothing slows down: each is begun when it is due, does what its life is
/// (<see cref="ChurnLife"/>) and ends; its life counts from when it was due. An attempt that was begun has one
/// outcome (<see cref="ChurnOutcome"/>); what fell due and was not begun, because too many were under way or the
/// schedule had ended or paused, is not sent. <c>Churn.Standing.cs</c> is what happens while nothing can be begun,
/// <c>Churn.Lives.cs</c> what happens on a connection, <c>Churn.Held.cs</c> is those that are kept beside them.
/// Invariants:
/// due = attempted + not sent; attempted = Σ outcomes + in flight.
/// </summary>
/// <param name="targets">How many its plan has.</param>
/// <param name="ownsTargets">They are this worker's own listeners.</param>
/// <param name="role">What its connections are to the run.</param>
internal partial struct Churn(
    ChurnSpec spec, Schedule schedule, ChurnTally tally, int targets, bool ownsTargets, Role role = Role.Client)
    : IWorkload
{
    /// <summary>In the place of a step: fell due within the warm-up.</summary>
    private const ushort NotCounted = ushort.MaxValue;

    private const byte LifeTimer = 1;
    private const byte LifetimeTimer = 2;

    /// <summary>Begun in one turn: the first of them waits for the last before its handshake is looked at.</summary>
    private const int BegunPerTurn = 8;

    /// <summary>Begun in one turn by a worker that is late: it soon comes to the limit of those under way, and then
    /// does not begin what it cannot begin in time.</summary>
    private const int BegunPerLateTurn = 32;
    private const long LateNs = Ns.Millisecond;

    private readonly ChurnSpec _spec = spec;
    private readonly Schedule _schedule = schedule;
    private readonly ChurnTally _tally = tally;
    private readonly Role _role = role;
    private readonly ClientConnections _connections = new(role, targets);
    private readonly int _targets = targets;
    private readonly bool _ownsTargets = ownsTargets;
    private OwnArrivals _arrivals;
    private Sweep _sweep;
    private CloseKind _closeKind = spec.Close;
    private long _inFlight;
    private long _inFlightMax;
    private Coalescing _pace;
    private long _nextTarget;
    private Standing _standing;

    /// <summary>Until when it stood: nothing that fell due by then is begun.</summary>
    private long _stoodUntilNs;
    private long _begunNs;

    /// <summary>End of the warm-up: an arrival due before is begun and not counted.</summary>
    private long _countFromNs;

    /// <summary>Targets in a row for which there was no port or no room.</summary>
    private int _refused;
    private bool _isOver;
    private bool _isAborting;

    /// <summary>Connections to be held that are not begun yet, and those that are being connected.</summary>
    private long _heldMissing;
    private int _heldConnecting;
    private int _heldConnectingMax;

    public readonly long NextArrivalNs => _sweep.IsRunning
        || HasHeldToOpen
        ? 0
        : Math.Min(Math.Max(_arrivals.NextNs, _pace.NotBeforeNs), EndNs);

    public readonly bool IsFinished => _isOver && !_sweep.IsRunning;

    private readonly long EndNs =>
        _isOver || _arrivals.EndNs == long.MaxValue ? long.MaxValue : _arrivals.EndNs + Schedule.EndGraceNs;

    public void OnStart(ref Act act)
    {
        _arrivals = new OwnArrivals(_schedule, act.Part, act.Parts, _tally);
        _inFlightMax = Shares.OfPart(_spec.InFlightMax, act.Part, act.Parts);
        _heldMissing = Shares.OfPart(_spec.Held, act.Part, act.Parts);
        _heldConnectingMax = Math.Max(1, HeldConnectingMax / act.Parts);
        _nextTarget = _ownsTargets ? 0 : act.Part;
        _standing = _inFlightMax == 0 ? Standing.Full : Standing.No; // of fewer than there are workers some have none
    }

    public void OnArrival(ref Act act)
    {
        if (_sweep.IsRunning)
        {
            CloseNext(ref act);
        }
        else if (HasHeldToOpen)
        {
            OpenHeld(ref act);
        }
        else if (EndNs <= act.NowNs)
        {
            if (_standing == Standing.No && _arrivals.NextNs <= act.NowNs)
            {
                BeginThoseDue(ref act); // who had no CPU when the end came was not asked for too much
            }

            End(ref act, _arrivals.EndNs);
        }
        else if (PassThoseThatStood(ref act))
        {
            BeginThoseDue(ref act);
        }
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref LifeState life = ref ConnectionState.As<LifeState>(ref state);
        _connections.OnFacts(connection, result, facts, act.NowNs - life.StartedNs, act.NowNs - life.StampNs);
    }

    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        switch (command.Kind)
        {
            case WorkerMessageKind.Begin:
                _heldMissing = 0; // what could not be opened by now is missing
                _countFromNs = command.Value + _spec.WarmUpNs;
                _arrivals.Begin(command.Value, command.FromNs);
                break;

            case WorkerMessageKind.Schedule:
                _arrivals.Follow(command.Schedule!);
                break;

            case WorkerMessageKind.Drain:
                End(ref act, act.NowNs);
                _sweep.Start();
                break;

            case WorkerMessageKind.Abort:
                End(ref act, act.NowNs);
                _closeKind = CloseKind.Rst;
                _isAborting = true;
                _sweep.Start();
                break;

            default:
                _connections.OnQuestion(ref act, command);
                break;
        }
    }

    /// <summary>Nothing more is begun; what is under way goes on to its end.</summary>
    private void End(ref Act act, long atNs)
    {
        if (_isOver)
        {
            return;
        }

        while (_standing != Standing.No && _arrivals.NextNs <= atNs)
        {
            _ = Pass(ref act, _arrivals.IsTooLate(act.NowNs), atNs);
        }

        _isOver = true;
        _arrivals.End(atNs);
    }

    private void BeginThoseDue(ref Act act)
    {
        int begun = 0;
        int most = act.NowNs - _arrivals.NextNs > LateNs ? BegunPerLateTurn : BegunPerTurn;
        while (begun < most && _arrivals.NextNs <= act.NowNs && _standing == Standing.No)
        {
            BeginNext(ref act);
            begun++;
        }

        if (begun == 0)
        {
            return;
        }

        _begunNs = act.NowNs;
        if (_standing != Standing.No)
        {
            Stand(act.NowNs);
        }
        else if (begun == most)
        {
            _pace.Stand(act.NowNs + 1);
        }
        else
        {
            _pace.OnBegun(act.NowNs, act.ArrivalGapNs, begun);
        }
    }

    private void BeginNext(ref Act act)
    {
        long intendedNs = _arrivals.NextNs;
        int step = intendedNs < _countFromNs ? NotCounted : _arrivals.Step;
        _arrivals.MoveNext();
        int target = NextTarget(ref act);
        OpenResult result = act.Open(target, _spec.TimeoutNs, out Handle connection, _role);
        if (result != OpenResult.Started)
        {
            Refuse(ref act, target, result, intendedNs, step);
            _refused++;
            _standing = result == OpenResult.NoRoom ? Standing.NoRoom
                : _refused >= _targets ? Standing.NoPort
                : Standing.No;
            return;
        }

        CountAttempt(ref act, intendedNs, step);
        _inFlight++;
        _refused = 0;
        _standing = _inFlight >= _inFlightMax ? Standing.Full : Standing.No;
        _connections.OnStarted(ref act, target);
        ConnectionState.As<LifeState>(ref act.Connections[connection].State).Begin(intendedNs, act.NowNs, step);
    }

    /// <summary>Targets take turns; those of other processes among all workers.</summary>
    private int NextTarget(ref Act act)
    {
        int target = (int)(_nextTarget % _targets);
        _nextTarget += _ownsTargets ? 1 : act.Parts;
        return target;
    }

    private readonly void CountAttempt(ref Act act, long intendedNs, int step)
    {
        if (step == NotCounted)
        {
            return;
        }

        ChurnStepTally tally = _tally.Step(step);
        tally.Attempted++;
        tally.Lag.Record(act.NowNs - intendedNs);
        act.Counters(_role)[Counter.MessagesSent]++;
        act.LatenciesOf(_role).Lag.Record(act.NowNs - intendedNs);
    }

    /// <summary>An attempt that ended before it began: there was no port or no room.</summary>
    private readonly void Refuse(ref Act act, int target, OpenResult result, long intendedNs, int step)
    {
        CountAttempt(ref act, intendedNs, step);
        CloseReason reason = _connections.OnNotStarted(ref act, target, result);
        if (step == NotCounted)
        {
            return;
        }

        Counters.CountEnd(ref act.Counters(_role)[Counter.MessagesLost]);
        ChurnOutcome outcome = LifeEnd.OutcomeOf(reason, hasReply: false);
        Counters.CountEnd(ref _tally.Step(step).Outcomes[(int)outcome]);
        _tally.NoteFailed(intendedNs, act.NowNs);
    }

    /// <summary>The next step of a sweep: at the end those that were held are closed, of a run that is aborted all.
    /// </summary>
    private void CloseNext(ref Act act)
    {
        if (!_sweep.TryNext(act.Connections, _role, out Handle connection))
        {
            return;
        }

        ref Connection record = ref act.Connections[connection];
        bool isHeld = ConnectionState.As<LifeState>(ref record.State).IsHeld;
        if (isHeld || _isAborting)
        {
            bool isDone = isHeld && record.Phase == Phase.Open;
            act.Close(connection, isDone ? CloseReason.Drained : CloseReason.Cancelled, _closeKind);
        }
    }
}
