using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Connections by a schedule that nothing slows down: each is begun when it is due, does what its life is
/// (<see cref="ChurnLife"/>) and ends; its life counts from when it was due. An attempt that was begun has one
/// outcome (<see cref="ChurnOutcome"/>); what fell due and was not begun, because too many were under way or the
/// schedule ended, is not sent. <c>Churn.Lives.cs</c> is what happens on a connection. Invariants: due = attempted +
/// not sent; attempted = Σ outcomes + in flight.
/// </summary>
internal partial struct Churn : IWorkload
{
    private const byte LifeTimer = 1;
    private const byte LifetimeTimer = 2;

    /// <summary>Begun in one turn: the first of them waits for the last before its handshake is looked at.</summary>
    private const int BegunPerTurn = 8;

    private readonly ChurnSpec _spec;
    private readonly Offer _offer;
    private readonly ChurnTally _tally;
    private readonly FailureLog _failures = new();
    private readonly Role _role;
    private readonly Listing _listing;
    private readonly EndpointCount[] _targets;
    private readonly bool _ownsTargets;
    private ChurnArrivals _arrivals;
    private Sweep _sweep;
    private CloseKind _closeKind;
    private long _inFlight;
    private long _inFlightMax;
    private long _turnNs;
    private int _begunInTurn;
    private long _nextTarget;
    private bool _isOver;

    /// <param name="targets">How many its plan has.</param>
    /// <param name="ownsTargets">They are this worker's own listeners.</param>
    /// <param name="role">What its connections are to the run.</param>
    public Churn(
        ChurnSpec spec, Offer offer, ChurnTally tally, int targets, bool ownsTargets, Role role = Role.Client)
    {
        _role = role;
        _listing = new Listing(role);
        _spec = spec;
        _offer = offer;
        _tally = tally;
        _targets = new EndpointCount[targets];
        _ownsTargets = ownsTargets;
        _closeKind = spec.Close;
    }

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
        _isOver || _arrivals.EndNs == long.MaxValue ? long.MaxValue : _arrivals.EndNs + Offer.EndGraceNs;

    public void OnStart(ref Act act)
    {
        _arrivals = new ChurnArrivals(_offer, act.Worker, act.Workers);
        _inFlightMax = Shares.OfTarget(_spec.InFlightMax, act.Worker, act.Workers);
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
        _listing.OnFacts(result, facts, act.NowNs - life.StartedNs, act.NowNs - life.StampNs);
    }

    public void OnCommand(ref Act act, in Command command)
    {
        switch (command.Kind)
        {
            case CommandKind.Begin:
                _arrivals.Begin(command.Value);
                break;

            case CommandKind.Offer:
                _arrivals.Follow(command.Offer!);
                break;

            case CommandKind.Drain:
                End(act.NowNs);
                break;

            case CommandKind.Abort:
                End(act.NowNs);
                _closeKind = CloseKind.Rst;
                _sweep.Start();
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

    /// <summary>Nothing more is begun; what is under way goes on to its end.</summary>
    private void End(long atNs)
    {
        if (!_isOver)
        {
            _isOver = true;
            _arrivals.End();
            Volatile.Write(ref _tally.StoppedNs, atNs);
        }
    }

    private void BeginNext(ref Act act)
    {
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
        counters.MessagesSent++;
        act.LatenciesOf(_role).Lag.Record(act.NowNs - intendedNs);
        int target = (int)(_nextTarget % _targets.Length);
        _nextTarget += _ownsTargets ? 1 : act.Workers;
        OpenResult result = act.Open(target, out Handle connection, _role);
        if (result == OpenResult.Started)
        {
            counters.FirstAttemptNs = counters.FirstAttemptNs == 0 ? act.NowNs : counters.FirstAttemptNs;
            _inFlight++;
            _targets[target].Connecting++;
            ConnectionState.As<LifeState>(ref act.Connections[connection].State).Begin(intendedNs, act.NowNs, step);
            act.SetTimer(connection, act.NowNs + _spec.TimeoutNs, LifeTimer);
            return;
        }

        // For want of room on this side; it counts as an attempt that failed, so that it shows.
        CloseReason reason = result == OpenResult.NoPort ? CloseReason.NoPort : CloseReason.NoDescriptor;
        counters.Attempts++;
        counters.ConnectFailed(reason)++;
        counters.MessagesLost++;
        _targets[target].Failed++;
        _failures.Add(act.NowNs, default, act.Target(target), Phase.Connecting, reason, 0);
        tally.Outcomes[(int)ChurnOutcomes.Of(reason, Phase.Connecting, hasReply: false)]++;
    }

    private void CancelNext(ref Act act)
    {
        if (_sweep.TryNext(act.Connections, _role, out Handle connection))
        {
            act.Close(connection, CloseReason.Cancelled, _closeKind);
        }
    }

    private readonly void TellTargets(ref Act act, Question question)
    {
        for (int i = 0; i < _targets.Length; i++)
        {
            EndpointCount one = _targets[i];
            question.Rows.Enqueue(new EndpointRow(
                act.Target(i), 0, one.Open, one.Connecting, one.Opened, one.Failed, one.Lost));
        }

        question.Done();
    }

    /// <summary>What one target has had.</summary>
    private struct EndpointCount
    {
        public int Open;
        public int Connecting;
        public long Opened;
        public long Failed;
        public long Lost;
    }
}
