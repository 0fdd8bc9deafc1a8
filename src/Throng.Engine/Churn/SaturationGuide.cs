using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Carries a search out: offers the rate it asks for as a step of the schedule, waits until every connection of the
/// step has its outcome, pauses, and tells the search what came of it.
/// </summary>
internal sealed class SaturationGuide(SaturateSpec spec, ActiveSchedule active, bool hasServer) : IGuide
{
    /// <summary>Time that a timer may be late by before a connection is taken for lost.</summary>
    private const long SettleNs = Ns.Second;

    /// <summary>
    /// A led search that is told no step for so long has lost whoever led it; where a part of a step is lost, the
    /// others wait for as long as a connection can last as well.
    /// </summary>
    private const long UntoldMaxNs = 60 * Ns.Second;

    private readonly LedSearch? _led = spec.IsLed ? new() : null;
    private NetCounters _before = new();
    private long[] _busyBeforeNs = [];
    private long[] _waitedBeforeNs = [];
    private long _throttledBeforeNs;
    private int _step;
    private double _ratePerSecond;
    private long _endNs;
    private long _nextNs;
    private bool _isUnderWay;
    private long _toldNumber;
    private ISaturationSearch? _search;

    private ISaturationSearch Search => _search ??= _led ?? spec.NewSearch();

    public bool IsOver { get; private set; }

    public string OverBy => RunStates.Search;

    public SaturationResult Result => Search.Result;

    public bool IsLed => _led is not null;

    IOwnResult IGuide.Result => Result;

    public string Doing => _isUnderWay ? $"step {Search.Result.Steps.Count + 1} at {Units.Rate(_ratePerSecond)}" : "";

    public WorkerMessage? Next(WorkerGroup group)
    {
        if (active.BeginNs == 0 || IsOver)
        {
            return null;
        }

        if (_isUnderWay)
        {
            Conclude(group);
        }

        if (_isUnderWay || active.PassedNs() < _nextNs)
        {
            return null;
        }

        if (_led is not null)
        {
            IsOver = active.PassedNs() - _endNs > UntoldMaxNs + spec.Churn.TimeoutNs;
            return null;
        }

        IsOver = Search.NextPerSecond is null or > RateProfile.PerSecondMax;
        return IsOver ? null : Begin(group, Search.NextPerSecond!.Value, 0);
    }

    public WorkerMessage? TakeStep(ToldStep step, WorkerGroup group, out string error)
    {
        long leadNs = step.AtNs - Clock.NowNs();
        error = _led is null ? "this search decides its steps itself; --led makes one that is told them"
            : active.BeginNs == 0 ? "it has not begun: its first step is told after that"
            : IsOver ? "it is over"
            : step.Number == _toldNumber ? ""
            : step.Number < _toldNumber ? $"step {_toldNumber} was told already, and steps come in order"
            : _isUnderWay ? $"step {_toldNumber} is not over"
            : leadNs < ActiveSchedule.ChangeLeadNs
                ? $"it was told too late: {Units.Duration(ActiveSchedule.ChangeLeadNs)} ahead is the least"
            : "";
        if (error.Length > 0 || step.Number == _toldNumber)
        {
            return null;
        }

        _toldNumber = step.Number;
        _led!.Tell(step.Number, step.RatePerSecond);
        return Begin(group, step.RatePerSecond, step.AtNs - active.BeginNs);
    }

    /// <param name="fromNs">When, since the schedule's start; 0: as soon as it can.</param>
    private WorkerMessage Begin(WorkerGroup group, double ratePerSecond, long fromNs)
    {
        _isUnderWay = true;
        _ratePerSecond = ratePerSecond;
        _before = NetCounters.Read();
        _throttledBeforeNs = Cgroup.ReadThrottledNs();
        _busyBeforeNs = BusyNs(group);
        _waitedBeforeNs = WaitedNs(group);
        return active.OfferStep(ratePerSecond, fromNs, spec.StepNs, out _step, out _endNs);
    }

    /// <summary>The step is over once all its connections are, or none of them can be under way any more.</summary>
    private void Conclude(WorkerGroup group)
    {
        long passedNs = active.PassedNs();
        if (passedNs < _endNs + Schedule.EndGraceNs)
        {
            return;
        }

        IReadOnlyList<ChurnTally> tallies = active.Tallies<ChurnTally>();
        bool isSettled = tallies.Sum(tally => tally.InFlightOf(_step)) == 0;
        if (!isSettled && passedNs < _endNs + spec.Churn.TimeoutNs + SettleNs)
        {
            return;
        }

        _isUnderWay = false;
        _nextNs = passedNs + spec.CooldownNs;
        ChurnStep? step = ChurnStep.All(active, tallies).FirstOrDefault(one => one.Number == _step);
        Search.Add(step is null
            ? new StepFigures { RatePerSecond = _ratePerSecond, Seconds = spec.StepNs / 1e9, Due = 0 }
            : Figures(group, step));
    }

    /// <summary>Outcomes that a step has no count of its own for.</summary>
    private static ReasonCounts OthersOf(ChurnStep step)
    {
        ReasonCounts others = [];
        foreach (ChurnOutcome outcome in (ChurnOutcome[])[
            ChurnOutcome.TlsFailed, ChurnOutcome.Closed, ChurnOutcome.Invalid, ChurnOutcome.NoMemory,
            ChurnOutcome.NotPermitted, ChurnOutcome.Cancelled, ChurnOutcome.Other])
        {
            Add(others, ChurnOutcomes.Name(outcome), step[outcome]);
        }

        Add(others, StepFigures.InFlight, step.InFlight);
        return others;
    }

    private static void Add(ReasonCounts counts, string name, long count)
    {
        if (count > 0)
        {
            counts.Add(name, count);
        }
    }

    private StepFigures Figures(WorkerGroup group, ChurnStep step)
    {
        NetCounters since = NetCounters.Read().Since(_before);
        long[] busyNs = BusyNs(group);
        double MaxShare(long[] nowNs, long[] beforeNs) =>
            Math.Clamp(nowNs.Zip(beforeNs, (now, before) => now - before).Max() / (double)spec.StepNs, 0, 1);

        ReasonCounts others = OthersOf(step);
        return new StepFigures
        {
            RatePerSecond = _ratePerSecond,
            Seconds = spec.StepNs / 1e9,
            Due = step.Due,
            NotSent = step.NotSent,
            Ok = step[ChurnOutcome.Ok],
            Refused = step[ChurnOutcome.Refused] + step[ChurnOutcome.Unreachable],
            Reset = step[ChurnOutcome.ResetBeforeReply] + step[ChurnOutcome.ResetInReply],
            TimedOut = step[ChurnOutcome.TimeoutConnect] + step[ChurnOutcome.TimeoutTls]
                + step[ChurnOutcome.TimeoutReply] + step[ChurnOutcome.TimeoutClose],
            Empty = step[ChurnOutcome.Empty],
            NoPort = step[ChurnOutcome.NoPort],
            NoDescriptor = step[ChurnOutcome.NoDescriptor],
            Other = others.Total,
            Others = others,
            SynRetransmits = since.SynRetransmits ?? 0,
            HasServer = hasServer,
            ListenOverflows = since.ListenOverflows ?? 0,
            LifeP50Ns = step.Life.Count == 0 ? 0 : step.Life.Percentile(50),
            LifeP99Ns = step.Life.Count == 0 ? 0 : step.Life.Percentile(99),
            Life = LatencySummary.From(step.Life),
            LagP99Ns = step.Lag.Count == 0 ? 0 : step.Lag.Percentile(99),
            BusyMax = MaxShare(busyNs, _busyBeforeNs),
            WaitedMax = MaxShare(WaitedNs(group), _waitedBeforeNs),
            ThrottledNs = Math.Max(0, Cgroup.ReadThrottledNs() - _throttledBeforeNs),
            InFlightMaxReached = step.InFlightFull > 0,
        };
    }

    /// <summary>As of the last reading of the workers' times.</summary>
    private static long[] WaitedNs(WorkerGroup group) => [.. group.Workers.Select(worker => worker.WaitedNs ?? 0)];

    private static long[] BusyNs(WorkerGroup group)
    {
        long[] busyNs = new long[group.Count];
        for (int i = 0; i < busyNs.Length; i++)
        {
            group.Workers[i].ReadTimes();
            busyNs[i] = group.Workers[i].Times.UserNs + group.Workers[i].Times.SystemNs;
        }

        return busyNs;
    }
}
