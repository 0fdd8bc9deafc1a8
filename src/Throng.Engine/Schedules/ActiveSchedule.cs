using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The schedule of one run as all its workers follow it: when it begins, how it is changed on the way, and how much of
/// it has fallen due. The run's lock guards it.
/// </summary>
/// <param name="warmUpNs">What falls due within this time of the start does not count.</param>
/// <param name="connectTimeoutNs">After this time no first connection is waited for.</param>
internal sealed class ActiveSchedule(Schedule schedule, long warmUpNs, long connectTimeoutNs)
{
    /// <summary>A change takes effect this much later: no worker has gone past that when it hears of it.</summary>
    public const long ChangeLeadNs = 50 * Ns.Millisecond;

    /// <summary>The schedule begins this much after it is announced.</summary>
    private const long BeginLeadNs = 20 * Ns.Millisecond;

    /// <summary>A told beginning is announced this much before it: more than two looks at the run.</summary>
    private const long StartLeadNs = Ns.Second;

    /// <summary>
    /// Without progress for this long the schedule begins with those there are, and also with none where every attempt
    /// so far has failed. Progress is more connections open than at any time before, and, until as many have opened as
    /// were asked for, any that opens: where the other end closes what it has accepted, opening again is none.
    /// </summary>
    private const long PatienceNs = Ns.Second;

    /// <summary>Workers that have not come to the schedule's end so long after it are waited for no longer.</summary>
    private const long WorkersMaxNs = Ns.Second;

    /// <summary>Arrivals by which an estimate of constant ones may be off at most.</summary>
    private const double ConstantErrorMax = 2;

    /// <summary>Standard deviations by which an estimate of Poisson ones stays below the mean.</summary>
    private const double PoissonErrors = 4;

    private readonly List<ScheduleTally> _tallies = [];
    private long _opened;
    private long _openMax;
    private long _progressNs = Clock.NowNs();
    private long _due;
    private long _toldNs;
    private long _toldFromNs;

    public Schedule Current { get; private set; } = schedule;

    /// <summary>
    /// When it is to begin by the workers' clock, at the earliest; 0: as soon as it can; long.MaxValue: when it is
    /// told.
    /// </summary>
    public long StartNs { get; set; }

    /// <summary>Whether it begins with the run, and waits for no connection.</summary>
    public bool BeginsAtOnce { get; init; }

    /// <summary>Connections that it waits for, of a run that aims at no number of them.</summary>
    public long Awaits { get; init; }

    /// <summary>Time 0 of the schedule by the workers' clock; 0 until it has begun.</summary>
    public long BeginNs { get; private set; }

    /// <summary>
    /// From when on its arrivals are this run's, by the workers' clock: those due before are somebody else's. 0: all.
    /// </summary>
    public long FromNs { get; private set; }

    /// <summary>Arrivals that were somebody else's, and count.</summary>
    public long PassedBefore => Tallies<ScheduleTally>().Sum(static tally => tally.PassedBefore);

    /// <summary>How much later it began than it was told to; 0: in time, or not told.</summary>
    public long BeganLateNs => StartNs == 0 || BeginNs == 0 ? 0 : BeginNs - StartNs + FromNs - _toldFromNs;

    /// <summary>It began late only because it was told too short before.</summary>
    public bool WasToldLate => BeginNs > 0 && Math.Max(BeginNs, FromNs) == _toldNs + BeginLeadNs;

    /// <summary>Time at which counting begins, by the workers' clock; 0 until the schedule has begun.</summary>
    private long CountFromNs => BeginNs == 0 ? 0 : Math.Max(BeginNs + warmUpNs, FromNs);

    /// <summary>The same since the schedule's start.</summary>
    private long CountFromSinceBeginNs => Math.Max(warmUpNs, FromNs - BeginNs);

    /// <summary>
    /// The schedule has ended, and whatever was late has had its time too: every worker has come to the end, unless one
    /// gets no CPU for so long that nobody waits for it.
    /// </summary>
    public bool IsOver
    {
        get
        {
            if (BeginNs == 0 || Current.Profile.IsEndless)
            {
                return false;
            }

            long sinceNs = Clock.NowNs() - BeginNs - Current.Profile.DurationNs;
            return sinceNs > WorkersMaxNs
                || (sinceNs > Schedule.EndGraceNs && _tallies.TrueForAll(tally => tally.StoppedNs > 0));
        }
    }

    /// <summary>Takes a worker's tally in; any thread.</summary>
    public T Add<T>(T tally)
        where T : ScheduleTally
    {
        tally.WarmUpNs = warmUpNs;
        lock (_tallies)
        {
            _tallies.Add(tally);
        }

        return tally;
    }

    /// <summary>Lists the tallies of all workers, in no order.</summary>
    public IReadOnlyList<T> Tallies<T>()
        where T : ScheduleTally
    {
        lock (_tallies)
        {
            return [.. _tallies.Cast<T>()];
        }
    }

    /// <summary>Merges a histogram that every worker's tally has.</summary>
    public Histogram Merged<T>(Func<T, Histogram> of)
        where T : ScheduleTally
    {
        Histogram merged = new();
        foreach (T tally in Tallies<T>())
        {
            merged.Add(of(tally));
        }

        return merged;
    }

    /// <summary>Tells one that waits for it when to begin.</summary>
    /// <param name="startNs">By the workers' clock; 0: as soon as it can.</param>
    /// <param name="fromNs">From when on its arrivals are this run's, which has begun elsewhere; 0: all are.</param>
    public void Tell(long startNs, long nowNs, long fromNs = 0)
    {
        StartNs = startNs;
        _toldNs = nowNs;
        _toldFromNs = fromNs;
    }

    /// <summary>
    /// The command that begins the schedule, once all connections are open, or no more come; null else.
    /// </summary>
    /// <param name="nowNs">By the workers' clock.</param>
    public WorkerMessage? BeginIfReady(Sample sample, long nowNs)
    {
        long firstNs = Math.Max(StartNs, _toldFromNs);
        if (!IsReady(sample, nowNs) || BeginNs > 0 || nowNs < firstNs - StartLeadNs)
        {
            return null;
        }

        firstNs = Math.Max(firstNs, nowNs + BeginLeadNs);
        FromNs = _toldFromNs > 0 ? firstNs : 0;
        BeginNs = _toldFromNs > 0 ? StartNs : firstNs;
        return new WorkerMessage(WorkerMessageKind.Begin, BeginNs, FromNs: FromNs);
    }

    /// <summary>Whether it waits for no connection any more: all are open, no more come, or it has begun.</summary>
    /// <param name="nowNs">By the workers' clock.</param>
    public bool IsReady(Sample sample, long nowNs)
    {
        long requested = Math.Max(sample.Requested, Awaits);
        long opened = Math.Min(sample[Counter.Opened], requested);
        if (opened > _opened || sample.Open > _openMax)
        {
            _opened = Math.Max(_opened, opened);
            _openMax = Math.Max(_openMax, sample.Open);
            _progressNs = nowNs;
        }

        bool isUndecided = sample[Counter.Opened] == 0 && (sample.Failed == 0 || sample.Connecting > 0);
        long patienceNs = isUndecided ? Math.Max(PatienceNs, connectTimeoutNs) : PatienceNs;
        return BeginNs > 0 || BeginsAtOnce || sample.Open >= requested || nowNs - _progressNs >= patienceNs;
    }

    /// <summary>Another rate from now on; before the schedule has begun, from its beginning.</summary>
    public WorkerMessage ChangeRate(double ratePerSecond) => Change(Current.WithRate(LeadNs, ratePerSecond));

    /// <summary>One rate for so long, then nothing.</summary>
    /// <param name="fromNs">When it begins, since the schedule's start: at the earliest as soon as it can.</param>
    /// <param name="step">Its place in the profile.</param>
    /// <param name="endNs">When it ends, since the schedule's start.</param>
    public WorkerMessage OfferStep(double ratePerSecond, long fromNs, long durationNs, out int step, out long endNs)
    {
        fromNs = Math.Max(fromNs, LeadNs);
        endNs = fromNs + durationNs;
        Schedule withStep = Current.WithRate(fromNs, ratePerSecond);
        step = withStep.Profile.Segments.Count - 1;
        return Change(withStep.WithRate(endNs, 0));
    }

    public WorkerMessage ChangeConnections(long connections)
    {
        WorkerMessage change = Change(Current.WithConnections(LeadNs, connections));
        return change with { Kind = WorkerMessageKind.Set, Value = connections };
    }

    /// <summary>Queries that have fallen due and count, so far or until the workers stopped.</summary>
    public long Due()
    {
        if (BeginNs == 0)
        {
            return 0;
        }

        bool isExact = true;
        long due = 0;
        foreach (ScheduleTally tally in Tallies<ScheduleTally>())
        {
            isExact &= tally.StoppedNs > 0;
            due += tally.Taken + Late(tally, CountFromSinceBeginNs, SinceBeginNs());
        }

        _due = isExact ? due : Math.Max(_due, due);
        return _due;
    }

    /// <summary>The same of one stretch of the schedule.</summary>
    /// <param name="fromNs">When it begins and, so far, ends; since the schedule's start.</param>
    public long DueIn(int segment, long fromNs, long toNs)
    {
        long due = 0;
        foreach (ScheduleTally tally in Tallies<ScheduleTally>())
        {
            due += tally.TakenIn(segment) + Late(tally, Math.Max(fromNs, CountFromSinceBeginNs), toNs);
        }

        return due;
    }

    /// <summary>How much of the schedule has passed: so far, or until the workers stopped.</summary>
    public long PassedNs()
    {
        long passedNs = BeginNs == 0 ? 0 : StoppedNs > 0 ? StoppedNs - BeginNs + 1 : SinceBeginNs();
        return Math.Min(passedNs, Current.Profile.DurationNs);
    }

    /// <summary>For how long queries have counted.</summary>
    public long CountedNs()
    {
        long untilNs = StoppedNs > 0 ? StoppedNs : Clock.NowNs();
        untilNs = Math.Min(untilNs, Current.Profile.IsEndless ? long.MaxValue : BeginNs + Current.Profile.DurationNs);
        return BeginNs == 0 ? 0 : Math.Max(0, untilNs - CountFromNs);
    }

    private long LeadNs => BeginNs == 0 ? 0 : SinceBeginNs() + ChangeLeadNs;

    private long StoppedNs
    {
        get
        {
            lock (_tallies)
            {
                return _tallies.Count == 0 ? 0 : _tallies.Max(tally => tally.StoppedNs);
            }
        }
    }

    /// <summary>
    /// How many arrivals of a worker fell due within a time and are not counted by it yet, because it is late. That is
    /// estimated from the rate and the worker's share, rather too low: what was once said to be due stays due. Nothing
    /// where the worker is not late, and where it has stopped.
    /// </summary>
    /// <param name="fromNs">Since the schedule's start, as is the end of that time.</param>
    private long Late(ScheduleTally tally, long fromNs, long toNs)
    {
        long nextNs = tally.NextNs;
        if (nextNs == long.MaxValue || BeginNs == 0 || nextNs - BeginNs >= toNs)
        {
            return 0;
        }

        long firstNs = Math.Max(fromNs, nextNs - BeginNs);
        RateProfile profile = Current.Profile;
        double amount = Math.Max(0, profile.CountAt(toNs) - profile.CountAt(firstNs))
            * Current.ShareAt(firstNs, tally.Part, tally.Parts);
        double error = Current.Arrivals == Arrivals.Constant ? ConstantErrorMax : PoissonErrors * Math.Sqrt(amount);
        return Math.Max(nextNs - BeginNs >= fromNs ? 1 : 0, (long)(amount - error));
    }

    private long SinceBeginNs() => Math.Max(0, Clock.NowNs() - BeginNs);

    private WorkerMessage Change(Schedule changed)
    {
        Current = changed;
        return new WorkerMessage(WorkerMessageKind.Schedule, 0, null, changed);
    }
}
