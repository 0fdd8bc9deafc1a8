namespace Throng.Measurement;

/// <summary>
/// The search for a capacity as a state machine: it is shown a run some twenty times a second, and gives orders. It has
/// no clock and starts nothing.
/// <list type="number">
/// <item>Fill at the rate, until a limit is suspected (<see cref="FillWatch"/>) or all are there.</item>
/// <item>Stop, and wait until whatever was under way has its outcome and a quiet time is over: whoever vanishes now
/// does so by time.</item>
/// <item>Try a few more, slowly. Where they work and no old ones went, it was the rate: go on at half of it.</item>
/// <item>Check the old ones (survey): those that answer are the result of this trial.</item>
/// <item>Close a tenth, and approach again at a quarter of the rate, twice.</item>
/// </list>
/// </summary>
public sealed class CapacitySearch(CapacityPlan plan)
{
    /// <summary>No connection is opened for so long before the few are tried; ends count from when what was on its way
    /// has come.</summary>
    public const long QuietNs = 2 * Ns.Second;
    private const long OnItsWayNs = Ns.Second / 2;

    /// <summary>Connections that are tried in quiet, and the share of them that is as good as none.</summary>
    public const long TriedCount = 20;
    private const double FewRatio = 0.1;

    /// <summary>Connections that a survey checks at most: a random part of them says all to a third of a percent.
    /// </summary>
    public const long SurveyedMax = 20_000;
    public const double ChecksMinPerSecond = 1000;

    /// <summary>Old ones that have to have gone to be spoken of.</summary>
    public const long GoneMin = 3;

    private const double KeptRatio = 0.9;
    private const double PlacesBackRatio = 0.97;
    private const double AgainRatio = 0.25;
    private const double RateMinPerSecond = 10;
    private const int SlowedMax = 6;
    private const double RecoveredRatio = 0.99;

    private readonly FillWatch _watch = new();
    private readonly List<CapacityTrial> _trials = [];
    private readonly List<CapacityRecovery> _recoveries = [];
    private Phase _phase = Phase.New;
    private int _orders;
    private CapacityLook _trialBegan = new(0, new CapacityCounts(), 0);
    private CapacityLook _phaseBegan = new(0, new CapacityCounts(), 0);
    private CapacityLook? _quietFrom;
    private CapacityCounts _tried = new();
    private long _evictedInPause;
    private double _ratePerSecond = plan.RatePerSecond;
    private int _slowed;
    private bool _isFull;
    private bool _lacksPlaces;
    private long _heldAtSurvey;

    private enum Phase : byte
    {
        New,
        Filling,
        Settling,
        Trying,
        Surveying,
        Lowering,
        Emptying,
        Refilling,
        Over,
    }

    public bool IsOver => _phase == Phase.Over;

    /// <summary>Activity under way, in a few words.</summary>
    public string Doing => _phase switch
    {
        Phase.Filling => $"trial {_trials.Count + 1}, opening at {Units.Rate(_ratePerSecond)}",
        Phase.Settling => $"trial {_trials.Count + 1}, waiting for what is under way",
        Phase.Trying => $"trial {_trials.Count + 1}, trying {TriedCount} more",
        Phase.Surveying => $"trial {_trials.Count + 1}, checking the old ones",
        Phase.Lowering => "closing a tenth",
        Phase.Emptying or Phase.Refilling => $"recovery after {(_recoveries.Count == 0 ? "FIN" : "RST")}",
        _ => "",
    };

    public IReadOnlyList<CapacityTrial> Trials => _trials;

    public IReadOnlyList<CapacityRecovery> Recoveries => _recoveries;

    public CapacityResult Result => CapacityResult.Of(plan, IsOver, [.. _trials], [.. _recoveries]);

    /// <summary>Gives the next order, if there is one now.</summary>
    /// <param name="fates">Tells what became of held connections since an earlier call of it.</param>
    public CapacityOrder? Next(CapacityLook look, Func<IReadOnlyCollection<ConnectionFate>> fates) => _phase switch
    {
        Phase.New => BeginTrial(look),
        Phase.Filling => WhileFilling(look),
        Phase.Settling => WhileSettling(look),
        Phase.Trying => WhileTrying(look),
        Phase.Surveying => WhileSurveying(look, fates),
        Phase.Lowering => WhileLowering(look),
        Phase.Emptying => WhileEmptying(look),
        Phase.Refilling => WhileRefilling(look),
        _ => null,
    };

    private CapacityOrder BeginTrial(CapacityLook look)
    {
        _trialBegan = look;
        _tried = new CapacityCounts();
        _evictedInPause = 0;
        _slowed = 0;
        _isFull = false;
        _lacksPlaces = false;
        _ratePerSecond = _trials.Count == 0 ? plan.RatePerSecond : AgainPerSecond;
        return Fill(look);
    }

    private double AgainPerSecond =>
        Math.Max(Math.Min(plan.RatePerSecond, RateMinPerSecond), plan.RatePerSecond * AgainRatio);

    private CapacityOrder Fill(CapacityLook look)
    {
        _watch.Begin(look.NowNs, look.Counts);
        return Enter(Phase.Filling, look, new CapacityOrder(
            ++_orders, CapacityOrderKind.Fill, plan.Limit, _ratePerSecond));
    }

    private CapacityOrder? WhileFilling(CapacityLook look)
    {
        if (_watch.Suspects(look.NowNs, look.Counts))
        {
            _quietFrom = null;
            return Enter(Phase.Settling, look, new CapacityOrder(++_orders, CapacityOrderKind.Stop));
        }

        // All that may be are there; so they have to stay while old ones are checked, which only the survey does.
        return look.Done == _orders && look.Counts is { Connecting: <= 0, Awaiting: <= 0 } ? Survey(look) : null;
    }

    private CapacityOrder? WhileSettling(CapacityLook look)
    {
        if (_quietFrom is null && look.NowNs - _phaseBegan.NowNs >= OnItsWayNs)
        {
            _quietFrom = look;
        }

        if (!look.Counts.IsQuiet || _quietFrom is null || look.NowNs - _phaseBegan.NowNs < QuietNs)
        {
            return null;
        }

        // Silent ones were found by checks that were begun before, so they do not count here.
        CapacityCounts inPause = look.Counts.Since(_quietFrom.Counts);
        _evictedInPause += inPause.Evicted - inPause.EvictedSilent;
        if (CapacityCauses.OwnOf(look.Counts.Since(_trialBegan.Counts)) is not null)
        {
            _isFull = true;
            return Survey(look);
        }

        return Enter(Phase.Trying, look, new CapacityOrder(
            ++_orders, CapacityOrderKind.Fill, plan.Limit, Math.Max(RateMinPerSecond, _ratePerSecond * AgainRatio))
        {
            AttemptsMax = TriedCount,
        });
    }

    private CapacityOrder? WhileTrying(CapacityLook look)
    {
        if (look.Done != _orders || look.Counts is { Connecting: > 0 } or { Awaiting: > 0 })
        {
            return null;
        }

        _tried = look.Counts.Since(_phaseBegan.Counts);
        CapacityCounts trial = look.Counts.Since(_trialBegan.Counts);
        if (_tried.Attempts == 0)
        {
            return Survey(look); // they were all there already
        }

        bool fails = _tried.Served <= _tried.Attempts * FewRatio;
        bool isShort = _trials.Count > 0 && trial.Evicted < GoneMin
            && look.Counts.Held < _trials[^1].Sessions * PlacesBackRatio;
        if (fails && isShort && look.NowNs - _trialBegan.NowNs < plan.PatienceNs)
        {
            return Stop(look);
        }

        if (fails || trial.Evicted >= GoneMin || _slowed == SlowedMax)
        {
            _lacksPlaces = isShort;
            return SurveyFull(look);
        }

        _slowed++;
        if (_trials.Count == 0)
        {
            _ratePerSecond = Math.Max(Math.Min(_ratePerSecond, RateMinPerSecond), _ratePerSecond / 2);
        }

        return Fill(look);
    }

    private CapacityOrder Stop(CapacityLook look)
    {
        _quietFrom = null;
        return Enter(Phase.Settling, look, new CapacityOrder(++_orders, CapacityOrderKind.Stop));
    }

    private CapacityOrder SurveyFull(CapacityLook look)
    {
        _isFull = true;
        return Survey(look);
    }

    private CapacityOrder Survey(CapacityLook look)
    {
        _heldAtSurvey = look.Counts.Held;
        return Enter(Phase.Surveying, look, new CapacityOrder(
            ++_orders, CapacityOrderKind.Survey, 0, Math.Max(ChecksMinPerSecond, plan.RatePerSecond))
        {
            Ratio = plan.Checks ? Math.Min(1, (double)SurveyedMax / Math.Max(1, _heldAtSurvey)) : 0,
        });
    }

    private CapacityOrder? WhileSurveying(CapacityLook look, Func<IReadOnlyCollection<ConnectionFate>> fates)
    {
        if (look.Done != _orders || !look.Counts.IsQuiet)
        {
            return null;
        }

        CapacityCounts trial = look.Counts.Since(_trialBegan.Counts);
        bool isWhole = !plan.Checks || _heldAtSurvey <= SurveyedMax;
        _trials.Add(new CapacityTrial
        {
            RatePerSecond = _trials.Count == 0 ? plan.RatePerSecond : AgainPerSecond,
            Counts = trial,
            HeldBefore = _trialBegan.Counts.Held,
            Sessions = isWhole || trial.Surveyed == 0
                ? look.Counts.Held
                : (long)Math.Round(_heldAtSurvey * (double)trial.SurveyAnswered / trial.Surveyed),
            Surveyed = trial.Surveyed,
            Alive = trial.SurveyAnswered,
            Tried = _tried.Attempts,
            TriedServed = _tried.Served,
            AtLimit = _tried,
            EvictedInPause = _evictedInPause,
            Slowed = _slowed,
            IsFull = _isFull || trial.Evicted >= GoneMin,
            LacksPlaces = _lacksPlaces,
            Order = EvictionOrders.Of(fates()),
            ListenOverflows = look.ListenOverflows - _trialBegan.ListenOverflows,
            SynRetransmits = look.SynRetransmits - _trialBegan.SynRetransmits,
            ConntrackDrops = look.ConntrackDrops - _trialBegan.ConntrackDrops,
        });
        return AfterTrial(look);
    }

    private CapacityOrder? AfterTrial(CapacityLook look)
    {
        CapacityTrial last = _trials[^1];
        bool wantsMore = last.IsFull && last.Sessions > 0 && _trials.Count < plan.Trials
            && CapacityCauses.Of(last, plan.Checks) is not
                { Owner: CapacityOwner.Host } and not { Behaviour: CapacityBehaviour.EndsByTime };
        if (wantsMore)
        {
            return Enter(Phase.Lowering, look, new CapacityOrder(
                ++_orders, CapacityOrderKind.Lower, (long)(last.Sessions * KeptRatio)) { Resets = plan.Resets });
        }

        return plan.Recovers && last.Sessions > 0 && CapacityCauses.OwnOf(last.Counts) is null
            ? Empty(look)
            : End();
    }

    private CapacityOrder? WhileLowering(CapacityLook look) =>
        look.Done == _orders && look.NowNs - _phaseBegan.NowNs >= OnItsWayNs ? BeginTrial(look) : null;

    private CapacityOrder Empty(CapacityLook look) => Enter(
        Phase.Emptying, look,
        new CapacityOrder(++_orders, CapacityOrderKind.Lower) { Resets = _recoveries.Count > 0 });

    private CapacityOrder? WhileEmptying(CapacityLook look) => look.Done != _orders || !look.Counts.IsQuiet
        ? null
        : Enter(Phase.Refilling, look, new CapacityOrder(
            ++_orders, CapacityOrderKind.Fill, RecoveredSessions, plan.RatePerSecond));

    private CapacityOrder? WhileRefilling(CapacityLook look)
    {
        long wanted = (long)(RecoveredSessions * RecoveredRatio);
        long passedNs = look.NowNs - _phaseBegan.NowNs;
        bool isBack = look.Counts.Held >= wanted;
        if (!isBack && passedNs < plan.RecoverMaxNs)
        {
            return null;
        }

        _recoveries.Add(new CapacityRecovery(
            _recoveries.Count == 0 ? "fin" : "rst", RecoveredSessions, look.Counts.Held, isBack ? passedNs : null,
            (long)(wanted / plan.RatePerSecond * Ns.Second)));
        return _recoveries.Count < 2 ? Empty(look) : End();
    }

    /// <summary>Sessions that are closed, and awaited to be possible again.</summary>
    private long RecoveredSessions => _trials.Min(trial => trial.Sessions);

    private CapacityOrder End()
    {
        _phase = Phase.Over;
        return new CapacityOrder(++_orders, CapacityOrderKind.Stop);
    }

    private CapacityOrder Enter(Phase phase, CapacityLook look, CapacityOrder order)
    {
        _phase = phase;
        _phaseBegan = look;
        return order;
    }
}
