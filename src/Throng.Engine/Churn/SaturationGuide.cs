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

    private readonly ISaturationSearch _search = spec.Once
        ? new OnceSearch(
            (uint)spec.Plan.StartPerSecond, spec.Plan.Increment, spec.Rule.Slowdown, spec.Churn.TimeoutNs,
            spec.OnlyMedian ? null : spec.Rule, spec.OnlyMedian ? uint.MaxValue : spec.Plan.RateMaxPerSecond)
        : new SaturationSearch(spec.Rule, spec.Plan);

    private NetCounters _before = new();
    private long[] _busyBeforeNs = [];
    private long[] _waitedBeforeNs = [];
    private long _throttledBeforeNs;
    private int _step;
    private double _ratePerSecond;
    private long _endNs;
    private long _nextNs;
    private bool _isUnderWay;

    public bool IsOver { get; private set; }

    public string OverBy => RunStates.Search;

    public SaturationResult Result => _search.Result;

    IOwnResult IGuide.Result => Result;

    public string Doing => _isUnderWay ? $"step {_search.Result.Steps.Count + 1} at {Units.Rate(_ratePerSecond)}" : "";

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

        IsOver = _search.NextPerSecond is null or > RateProfile.PerSecondMax;
        return IsOver ? null : Begin(group, _search.NextPerSecond!.Value);
    }

    private WorkerMessage Begin(WorkerGroup group, double ratePerSecond)
    {
        _isUnderWay = true;
        _ratePerSecond = ratePerSecond;
        _before = NetCounters.Read();
        _throttledBeforeNs = Cgroup.ReadThrottledNs();
        _busyBeforeNs = BusyNs(group);
        _waitedBeforeNs = WaitedNs(group);
        return active.OfferStep(ratePerSecond, spec.StepNs, out _step, out _endNs);
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
        _search.Add(step is null
            ? new StepFigures { RatePerSecond = _ratePerSecond, Seconds = spec.StepNs / 1e9, Due = 0 }
            : Figures(group, step));
    }

    private StepFigures Figures(WorkerGroup group, ChurnStep step)
    {
        NetCounters since = NetCounters.Read().Since(_before);
        long[] busyNs = BusyNs(group);
        double MaxShare(long[] nowNs, long[] beforeNs) =>
            Math.Clamp(nowNs.Zip(beforeNs, (now, before) => now - before).Max() / (double)spec.StepNs, 0, 1);

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
            Other = step[ChurnOutcome.Other] + step[ChurnOutcome.NoMemory] + step[ChurnOutcome.NotPermitted]
                + step[ChurnOutcome.TlsFailed] + step[ChurnOutcome.Closed] + step[ChurnOutcome.Invalid]
                + step[ChurnOutcome.Cancelled] + step.InFlight,
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
