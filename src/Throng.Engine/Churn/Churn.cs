using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Connections by a schedule that nothing slows down: each is begun when it is due, does what its life is
/// (<see cref="ChurnLife"/>) and ends; its life counts from when it was due. An attempt that was begun has one
/// outcome (<see cref="ChurnOutcome"/>); what fell due and was not begun, because too many were under way or the
/// schedule had ended or paused, is not sent. <c>Churn.Lives.cs</c> is what happens on a connection. Invariants:
/// due = attempted + not sent; attempted = Σ outcomes + in flight.
/// </summary>
/// <param name="targets">How many its plan has.</param>
/// <param name="ownsTargets">They are this worker's own listeners.</param>
/// <param name="role">What its connections are to the run.</param>
internal partial struct Churn(
    ChurnSpec spec, Schedule schedule, ChurnTally tally, int targets, bool ownsTargets, Role role = Role.Client)
    : IWorkload
{
    private const byte LifeTimer = 1;
    private const byte LifetimeTimer = 2;

    /// <summary>Begun in one turn: the first of them waits for the last before its handshake is looked at.</summary>
    private const int BegunPerTurn = 8;

    /// <summary>Arrivals that came too late and are passed over in one call; the rest in the calls after it.</summary>
    private const int PassedPerCall = 1024;

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
    private long _turnNs;
    private int _begunInTurn;
    private long _nextTarget;
    private bool _isOver;

    public readonly long NextArrivalNs
    {
        get
        {
            long dueNs = _begunInTurn >= BegunPerTurn ? Math.Max(_arrivals.NextNs, _turnNs + 1) : _arrivals.NextNs;
            return _sweep.IsRunning ? 0 : Math.Min(dueNs, EndNs);
        }
    }

    public readonly bool IsFinished => _isOver && !_sweep.IsRunning;

    private readonly long EndNs =>
        _isOver || _arrivals.EndNs == long.MaxValue ? long.MaxValue : _arrivals.EndNs + Schedule.EndGraceNs;

    public void OnStart(ref Act act)
    {
        _arrivals = new OwnArrivals(_schedule, act.Worker, act.Workers, _tally);
        _inFlightMax = Shares.OfPart(_spec.InFlightMax, act.Worker, act.Workers);
        _nextTarget = _ownsTargets ? 0 : act.Worker;
    }

    public void OnArrival(ref Act act)
    {
        if (_sweep.IsRunning)
        {
            CancelNext(ref act);
        }
        else if (EndNs <= act.NowNs)
        {
            End(_arrivals.EndNs);
        }
        else
        {
            _begunInTurn = _turnNs == act.NowNs ? _begunInTurn + 1 : 1;
            _turnNs = act.NowNs;
            BeginNext(ref act);
        }
    }

    public readonly void OnFacts(
        ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
    {
        ref LifeState life = ref ConnectionState.As<LifeState>(ref state);
        _connections.OnFacts(result, facts, act.NowNs - life.StartedNs, act.NowNs - life.StampNs);
    }

    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        switch (command.Kind)
        {
            case WorkerMessageKind.Begin:
                _arrivals.Begin(command.Value);
                break;

            case WorkerMessageKind.Schedule:
                _arrivals.Follow(command.Schedule!);
                break;

            case WorkerMessageKind.Drain:
                End(act.NowNs);
                break;

            case WorkerMessageKind.Abort:
                End(act.NowNs);
                _closeKind = CloseKind.Rst;
                _sweep.Start();
                break;

            default:
                _connections.OnQuestion(ref act, command);
                break;
        }
    }

    /// <summary>Nothing more is begun; what is under way goes on to its end.</summary>
    private void End(long atNs)
    {
        if (!_isOver)
        {
            _isOver = true;
            _arrivals.End(atNs);
        }
    }

    private void BeginNext(ref Act act)
    {
        for (int passed = 0; _arrivals.IsTooLate(act.NowNs); passed++)
        {
            if (passed == PassedPerCall)
            {
                return;
            }

            _tally.Step(_arrivals.Step).TooLate++;
            _arrivals.MoveNext();
        }

        if (_arrivals.NextNs > act.NowNs)
        {
            return;
        }

        long intendedNs = _arrivals.NextNs;
        int step = _arrivals.Step;
        _arrivals.MoveNext();
        ChurnStepTally tally = _tally.Step(step);
        if (_inFlight >= _inFlightMax)
        {
            tally.InFlightFull++;
            return;
        }

        tally.Attempted++;
        tally.Lag.Record(act.NowNs - intendedNs);
        Counters counters = act.Counters(_role);
        counters[Counter.MessagesSent]++;
        act.LatenciesOf(_role).Lag.Record(act.NowNs - intendedNs);
        int target = (int)(_nextTarget % _targets);
        _nextTarget += _ownsTargets ? 1 : act.Workers;
        OpenResult result = act.Open(target, _spec.TimeoutNs, out Handle connection, _role);
        if (result == OpenResult.Started)
        {
            _inFlight++;
            _connections.OnStarted(ref act, target);
            ConnectionState.As<LifeState>(ref act.Connections[connection].State).Begin(intendedNs, act.NowNs, step);
            return;
        }

        CloseReason reason = _connections.OnNotStarted(ref act, target, result);
        Counters.CountEnd(ref counters[Counter.MessagesLost]);
        ChurnOutcome outcome = LifeEnd.OutcomeOf(reason, hasReply: false);
        Counters.CountEnd(ref tally.Outcomes[(int)outcome]);
        _tally.NoteFailed(intendedNs, act.NowNs);
    }

    private void CancelNext(ref Act act)
    {
        if (_sweep.TryNext(act.Connections, _role, out Handle connection))
        {
            act.Close(connection, CloseReason.Cancelled, _closeKind);
        }
    }
}
