using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Opens connections as the orders of a search say, checks each new one with an echo, and old ones at random. One that
/// has answered counts as held until it ends. <c>CapacityLoad.Checks.cs</c> is what happens on a connection.
/// </summary>
/// <param name="targets">How many its plan has.</param>
/// <param name="ownsTargets">They are this worker's own listeners.</param>
internal partial struct CapacityLoad(CapacitySpec spec, CapacityTally tally, int targets, bool ownsTargets) : IWorkload
{
    /// <summary>Connections begun, closed or looked at in one call.</summary>
    private const int StepsPerCall = 16;

    /// <summary>Without a port or a descriptor nothing is tried for so long.</summary>
    private const long ShortageRestNs = 10 * Ns.Millisecond;

    /// <summary>A rate that was not kept for longer than this is not made up for.</summary>
    private const long LateMaxNs = 100 * Ns.Millisecond;

    /// <summary>Connects under way, beside those of a second.</summary>
    private const long PendingSpare = 16;

    private readonly CapacitySpec _spec = spec;
    private readonly CapacityTally _tally = tally;
    private readonly ClientConnections _connections = new(Role.Client, targets);
    private readonly int _targets = targets;
    private readonly bool _ownsTargets = ownsTargets;
    private CapacityOrder _order = new(0, CapacityOrderKind.None);
    private CloseKind _closeKind = spec.Close;
    private Sweep _sweep;
    private long _nextTarget;

    /// <summary>Orders for a fill: connections there are to be here, attempts left, when the next is due.</summary>
    private long _share;
    private long _attemptsLeft;
    private long _pendingMax;
    private long _openGapNs;
    private long _nextOpenNs = long.MaxValue;

    /// <summary>When the next old one is checked at random.</summary>
    private long _checkGapNs;
    private long _nextCheckNs = long.MaxValue;

    /// <summary>Place of a survey: when it looks on, and the slot it comes to next.</summary>
    private long _nextSurveyNs = long.MaxValue;
    private int _surveySlot;

    private long _connecting;

    /// <summary>Held connections that this end is closing.</summary>
    private long _leaving;
    private bool _isOver;

    public readonly long NextArrivalNs => _sweep.IsRunning
        ? 0
        : Math.Min(Math.Min(_nextOpenNs, _nextCheckNs), _nextSurveyNs);

    public readonly bool IsFinished => _isOver && !_sweep.IsRunning;

    public void OnStart(ref Act act) => _nextTarget = _ownsTargets ? 0 : act.Part;

    public void OnArrival(ref Act act)
    {
        if (_sweep.IsRunning)
        {
            CloseSome(ref act);
            return;
        }

        if (_nextOpenNs <= act.NowNs)
        {
            OpenThoseDue(ref act);
        }

        if (_nextCheckNs <= act.NowNs)
        {
            CheckOne(ref act);
            _nextCheckNs = Math.Max(_nextCheckNs + _checkGapNs, act.NowNs - LateMaxNs);
        }

        if (_nextSurveyNs <= act.NowNs)
        {
            SurveySome(ref act);
        }
    }

    public void OnMessage(ref Act act, in WorkerMessage command)
    {
        switch (command.Kind)
        {
            case WorkerMessageKind.Capacity:
                Follow(ref act, command.Capacity!);
                break;

            case WorkerMessageKind.Drain:
                End(_spec.Close);
                break;

            case WorkerMessageKind.Abort:
                End(CloseKind.Rst);
                break;

            default:
                _connections.OnQuestion(ref act, command);
                break;
        }
    }

    /// <summary>The next order takes the place of the one before, whether or not that was carried out.</summary>
    private void Follow(ref Act act, CapacityOrder order)
    {
        if (_isOver)
        {
            return;
        }

        _order = order;
        _nextOpenNs = _nextCheckNs = _nextSurveyNs = long.MaxValue;
        _share = Shares.OfPart(order.Connections, act.Part, act.Parts);
        double ratePerSecond = order.RatePerSecond / act.Parts;
        switch (order.Kind)
        {
            case CapacityOrderKind.Fill:
                _openGapNs = Gap(ratePerSecond);
                _pendingMax = (long)ratePerSecond + PendingSpare;
                _attemptsLeft = order.AttemptsMax == long.MaxValue
                    ? long.MaxValue
                    : Shares.OfPart(order.AttemptsMax, act.Part, act.Parts);
                _nextOpenNs = act.NowNs + (_openGapNs * act.Part / act.Parts);
                if (_spec.Plan.Checks && _spec.ChecksPerSecond > 0)
                {
                    _checkGapNs = Gap(_spec.ChecksPerSecond / act.Parts);
                    _nextCheckNs = act.NowNs + _checkGapNs;
                }

                break;

            case CapacityOrderKind.Survey when order.Ratio > 0:
                _openGapNs = Gap(ratePerSecond);
                _surveySlot = 0;
                _nextSurveyNs = act.NowNs;
                break;

            case CapacityOrderKind.Lower:
                _closeKind = order.Resets ? CloseKind.Rst : CloseKind.Fin;
                _sweep.Start();
                break;

            default:
                Done();
                break;
        }
    }

    private static long Gap(double perSecond) => (long)Math.Max(1, Ns.Second / Math.Max(perSecond, 1e-6));

    private readonly void Done() => Volatile.Write(ref _tally.Done, _order.Number);

    private void End(CloseKind kind)
    {
        _isOver = true;
        _closeKind = kind;
        _nextOpenNs = _nextCheckNs = _nextSurveyNs = long.MaxValue;
        _sweep.Start();
    }

    private void OpenThoseDue(ref Act act)
    {
        for (int begun = 0; begun < StepsPerCall && _nextOpenNs <= act.NowNs; begun++)
        {
            if (_attemptsLeft == 0 || InUse(ref act) >= _share)
            {
                Done();
                _nextOpenNs = _attemptsLeft == 0 ? long.MaxValue : act.NowNs + ShortageRestNs;
                return;
            }

            if (_connecting + Awaiting(ref act) >= _pendingMax)
            {
                _nextOpenNs = act.NowNs + Math.Max(_openGapNs, Ns.Millisecond);
                return;
            }

            if (!TryOpen(ref act))
            {
                _nextOpenNs = act.NowNs + ShortageRestNs;
                return;
            }

            _nextOpenNs = Math.Max(_nextOpenNs + _openGapNs, act.NowNs - LateMaxNs);
        }
    }

    private bool TryOpen(ref Act act)
    {
        _attemptsLeft -= _attemptsLeft == long.MaxValue ? 0 : 1;
        int target = (int)(_nextTarget % _targets);
        _nextTarget += _ownsTargets ? 1 : act.Parts;
        OpenResult result = act.Open(target, _spec.ConnectTimeoutNs, out Handle connection);
        if (result != OpenResult.Started)
        {
            _ = _connections.OnNotStarted(ref act, target, result);
            return false;
        }

        _connections.OnStarted(ref act, target);
        _connecting++;
        ConnectionState.As<HeldState>(ref act.Connections[connection].State).StampNs = act.NowNs;
        return true;
    }

    /// <summary>Connections there are or may soon be; without those being closed.</summary>
    private readonly long InUse(ref Act act) => _connecting + Awaiting(ref act) + _tally.Held;

    /// <summary>Opened ones without their first answer.</summary>
    private readonly long Awaiting(ref Act act) =>
        act.Counters(Role.Client)[Counter.Opened] - _tally.Served - _tally.EndedUnserved;

    /// <summary>Closes until no more are left than are to be, or at the end none.</summary>
    private void CloseSome(ref Act act)
    {
        for (int i = 0; i < StepsPerCall; i++)
        {
            if (!_isOver && _share > 0 && _tally.Held - _leaving <= _share)
            {
                _sweep = default;
                break;
            }

            if (!_sweep.TryNext(act.Connections, Role.Client, out Handle connection))
            {
                break;
            }

            CloseOwn(ref act, connection);
        }

        if (!_sweep.IsRunning && !_isOver && _leaving == 0)
        {
            Done();
        }
    }

    private void CloseOwn(ref Act act, Handle connection)
    {
        ref Connection record = ref act.Connections[connection];
        if (record.Reason != CloseReason.None)
        {
            return;
        }

        if (record.Phase == Phase.Connecting)
        {
            act.Close(connection, CloseReason.Cancelled, _closeKind);
            return;
        }

        ref HeldState state = ref ConnectionState.As<HeldState>(ref record.State);
        _leaving += state.IsHeld ? 1 : 0;
        state.IsLeaving = state.IsHeld;
        act.Close(connection, _isOver ? CloseReason.Drained : CloseReason.Lowered, _closeKind);
    }
}
