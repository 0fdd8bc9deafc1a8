using System.Diagnostics;
using System.Globalization;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// A run under way: the group, the sampler that looks at it four times a second, and what a person may do to it. No
/// worker ever takes its lock.
/// </summary>
internal sealed partial class LiveRun : SampledRun, ILiveRun
{
    /// <summary>Time that the last segments of a worker without sockets may take.</summary>
    private static readonly TimeSpan LeaveMax = TimeSpan.FromSeconds(5);

    private readonly IntervalLog? _intervals;
    private readonly LimitWatch _limits = new();
    private readonly FailureRecord? _failures;
    private long _requested;
    private long _startNs;
    private long _leaseNs = long.MaxValue;
    private long _busyAtNs;
    private long _endedNs;
    private readonly long[] _busyNs;
    private readonly double[] _busyShares;

    internal LiveRun(WorkerGroup group, EngineSelection engine, RunSpec spec, LiveRunSpec own)
        : base(
            group, engine, spec, own, group.OriginNs, own.Targets.Count > 0 ? own.Targets : [.. ListeningOf(group)])
    {
        _requested = own.Requested ?? 0;
        _startNs = spec.AwaitsStart ? long.MaxValue : 0;
        PingIsOn = own.PingIsOn;
        _busyNs = new long[group.Count];
        _busyShares = new double[group.Count];
        _intervals = spec.KeepsIntervals ? IntervalLog.Create(group) : null;
        _failures = own.Role == Role.Client ? FailuresOf(group, spec, own) : null;
        group.Failures = _failures;
        StartSampler();
    }

    public IReadOnlyList<SockAddr> Listening => [.. ListeningOf(_group)];

    public IReadOnlyList<SockAddr> Targets =>
        _own.Targets.Count > 0 ? _own.Targets : _own.Role == Role.Client ? Listening : [];

    public bool HasRate => _own.Schedule is not null && _own.Guide is null;

    public bool IsGuided => _own.Guide is not null;

    public bool IsLed => _own.Guide is { IsLed: true };

    public bool IsOver =>
        _own.Schedule is { IsOver: true } || _own.Guide is { IsOver: true } || LeaseNs < Clock.NowNs();

    public string OverBy => LeaseNs < Clock.NowNs() ? RunStates.Lease
        : _own.Guide is { IsOver: true } guide ? guide.OverBy
        : _own.Schedule is { Current.IsEndedByCount: true } ? RunStates.Count
        : RunStates.Duration;

    public Transport Transport => _own.Transport;

    public bool HasDatagrams => _own.HasDatagrams;

    public ServeMode Mode => _own.Mode;

    public bool CanSet => _own.Role == Role.Client && _own.Refuses(_requested).Length == 0;

    public bool PingIsOn { get; private set; }

    public bool DebugIsOn { get; private set; }

    public long StartNs => Volatile.Read(ref _startNs);

    public long LeaseNs => Volatile.Read(ref _leaseNs);

    public bool IsReady
    {
        get
        {
            lock (_lock)
            {
                return _own.Schedule is null || _own.Schedule.IsReady(Sample(), Clock.NowNs());
            }
        }
    }

    public long SocketsMax => _own.SocketsMax;

    public long SocketsUsed => _group.Workers.Sum(worker => worker.Shard.SocketsInUse);

    public override Sample Sample()
    {
        lock (_lock)
        {
            Sample sample = Sampling.Take(
                _group.Workers, _own.Role, NowNs, _requested, _record.Peak, _kernel.Retransmits);
            return _own.Schedule is not { } active ? sample
                : sample with { Counts = sample.Counts.With(Counter.MessagesOffered, active.Due()) };
        }
    }

    public LiveSnapshot Snapshot(int intervals)
    {
        lock (_lock)
        {
            Sample now = Sample();
            ActiveSchedule? active = _own.Schedule;
            bool hasBegun = active is { BeginNs: > 0 };
            long sinceBeginNs = hasBegun ? Clock.NowNs() - active!.BeginNs : 0;
            bool hasPorts = _own.Role == Role.Client;
            return new LiveSnapshot
            {
                Now = now,
                Series = _record.Last(intervals),
                Busy = [.. _busyShares],
                PortsUsed = hasPorts ? _group.Workers.Sum(worker => worker.Shard.Plan.InUse) : 0,
                PortsMax = hasPorts ? _group.Workers.Sum(worker => worker.Shard.Plan.Capacity) : 0,
                HasReached = _record.ReachedNs is not null || (now.Requested > 0 && now.Open >= now.Requested),
                IsEnding = _record.Held is not null,
                AwaitsStart = StartNs > Clock.NowNs(),
                IsReady = IsReady,
                BeginNs = hasBegun ? active!.BeginNs - _group.OriginNs : null,
                ScheduleNs = active is { Current.Profile.IsEndless: false } ? active.Current.Profile.DurationNs : null,
                RatePerSecond = active?.Current.Profile.RateAt(Math.Max(0, sinceBeginNs)),
                Limits = [.. _limits.Texts],
                Doing = _own.Guide?.Doing ?? "",
                Done = _own.Guide?.Done,
                Result = _own.Guide?.Result,
                Figures = _own.Figures?.Invoke() ?? [],
            };
        }
    }

    public bool TrySet(long connections, out string error)
    {
        error = _own.Role == Role.Server ? "a server does not choose how many connect" : _own.Refuses(connections);
        if (error.Length > 0)
        {
            return false;
        }

        lock (_lock)
        {
            _requested = Spec.Share.Of(connections);
            _record.Note(NowNs, $"set {connections}");
            _group.Post(_own.Schedule?.ChangeConnections(connections)
                ?? new WorkerMessage(WorkerMessageKind.Set, connections));
        }

        return true;
    }

    public bool TryRate(double ratePerSecond, out string error)
    {
        error = !HasRate ? "this run has no rate to set" : IsOver ? "the schedule has ended" : "";
        if (error.Length > 0)
        {
            return false;
        }

        lock (_lock)
        {
            _record.Note(NowNs, $"rate {Units.Rate(ratePerSecond)}");
            _group.Post(_own.Schedule!.ChangeRate(ratePerSecond));
        }

        return true;
    }

    public bool TryStart(DateTimeOffset? at, DateTimeOffset? from, out string error)
    {
        lock (_lock)
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            error = !Spec.AwaitsStart ? "this run does not wait to be told; --start-at told makes one that does"
                : Spec.StartAt is { } told ? $"it has been told already, to start at {Text(told)}"
                : (from ?? at) is { } first && first < now
                    ? $"{Text(first)} is over since {Units.Duration((now - first).Ticks * 100)}"
                : "";
            if (error.Length == 0)
            {
                Start(at, from, now);
            }

            return error.Length == 0;
        }
    }

    public bool TryLease(long untilNs, out string error)
    {
        lock (_lock)
        {
            error = LeaseNs < Clock.NowNs() ? "it has had no lease any more, and ends" : "";
            if (error.Length == 0)
            {
                Volatile.Write(ref _leaseNs, LeaseNs == long.MaxValue ? untilNs : Math.Max(LeaseNs, untilNs));
            }

            return error.Length == 0;
        }
    }

    public bool TryStep(long number, double ratePerSecond, DateTimeOffset at, out string error)
    {
        lock (_lock)
        {
            error = "no other process leads this run";
            ToldStep step = new(number, ratePerSecond, Setup.NsOf(at));
            if (_own.Guide?.TakeStep(step, _group, out error) is { } offered)
            {
                _group.Post(offered);
            }

            return error.Length == 0;
        }
    }

    public bool TryPing(bool on, out string error)
    {
        error = _own.Role == Role.Server ? "a server does not ping" : "";
        if (error.Length > 0)
        {
            return false;
        }

        PingIsOn = on;
        lock (_lock)
        {
            _record.Note(NowNs, on ? "ping on" : "ping off");
        }

        _group.Post(new WorkerMessage(WorkerMessageKind.Ping, on ? 1 : 0));
        return true;
    }

    public void Debug(bool on)
    {
        DebugIsOn = on;
        _group.Post(new WorkerMessage(WorkerMessageKind.Debug, on ? 1 : 0));
    }

    public IReadOnlyList<ConnectionFailure> LastFailures(int most)
    {
        if (_failures is null)
        {
            return [];
        }

        // All that have failed by now: who has read of them in the status finds them here.
        long nowNs = Clock.NowNs();
        Thread.Sleep(TimeSpan.FromTicks(FailureRecord.SettleNs / TimeSpan.NanosecondsPerTick));
        _failures.Take(nowNs);
        return _failures.Last(most);
    }

    public Question? Ask(WorkerMessageKind kind, long value)
    {
        Question question = new(_group.Count);
        _group.Post(new WorkerMessage(kind, value, question));
        return question.Wait(AnswerTimeout) ? question : null;
    }

    public IEnumerable<string> TakeLimits() => _limits.Take();

    public IEnumerable<string> TakeTrace()
    {
        foreach (Worker worker in _group.Workers)
        {
            while (worker.Shard.Trace.TryRead(out TraceRecord record))
            {
                yield return $"{(record.AtNs - _group.OriginNs) / 1e9:0.000000} worker {worker.Shard.Worker} "
                    + $"{record.Kind} {record.Connection} {record.Value}";
            }

            if (worker.Shard.Trace.TakeDropped() is > 0 and long dropped)
            {
                yield return $"worker {worker.Shard.Worker}: {Units.Count(dropped)} more events did not fit the trace";
            }
        }
    }

    public void Stop() => _group.Stop();

    public bool Join(TimeSpan timeout)
    {
        if (!_group.Join(timeout))
        {
            return false;
        }

        Interlocked.CompareExchange(ref _endedNs, NowNs, 0);
        return true;
    }

    private protected override void DisposeWorkers()
    {
        // A worker that was stopped may still be at work with its frames; they go with the process then.
        if (_own.Packets is { } packets && _group.HaveLeft(LeaveMax))
        {
            packets.Dispose();
        }

        _group.Dispose();
    }

    private protected override void Order(WorkerMessageKind kind) => _group.Post(new WorkerMessage(kind, 0));

    private protected override void OnEnd()
    {
        if (_failures is null)
        {
            return;
        }

        _failures.Take(long.MaxValue);
        long counted = _group.Workers.Sum(static worker =>
            LossesOf(worker.Shard.Counters[(int)Role.Client]) + LossesOf(worker.Shard.Counters[(int)Role.Probe]));
        Check.That(
            _failures.Count == counted || !_group.HasEnded, "every connection that ended badly is noted once");
    }

    private static long LossesOf(Counters counters) => CloseReasons.All.Where(CloseReasons.IsLoss)
        .Sum(reason => counters.Closed(reason) + counters.ConnectFailed(reason));

    private protected override RunDocument Finished(RunDocument document, Sample end)
    {
        _intervals?.Take(end.AtNs);
        return document with
        {
            Intervals = _intervals?.Taken ?? [],
            Failures = _failures?.Kept,
            FailuresNotKept = _failures is { NotKept: > 0 and var notKept } ? notKept : null,
            FailuresNotWritten = _failures?.NotWritten,
            Pcap = _failures is { } failures ? Spec.Capture?.End(failures.Count) : null,
        };
    }

    private static FailureRecord FailuresOf(WorkerGroup group, RunSpec spec, LiveRunSpec own) => new(
        [.. group.Workers.Select(static worker => worker.Shard.Failures).OfType<FailureRing>()], group.OriginNs,
        DateTimeOffset.UtcNow.AddTicks((group.OriginNs - Clock.NowNs()) / TimeSpan.NanosecondsPerTick), own.Transport,
        spec.Failures, spec.Capture);

    /// <summary>Begins, now or then; the document's option becomes that moment.</summary>
    private void Start(DateTimeOffset? at, DateTimeOffset? from, DateTimeOffset now)
    {
        long nowNs = Clock.NowNs();
        Section options = [];
        foreach (KeyValuePair<string, Node> option in Spec.Options)
        {
            options[option.Key] = option.Key == RunStates.StartAtKey ? Text(at ?? now) : option.Value;
        }

        Spec = Spec with { StartAt = at ?? now, OffersFrom = from, Options = options };
        Volatile.Write(ref _startNs, at is { } then ? Setup.NsOf(then) : nowNs);
        _own.Guide?.Begin(_startNs);
        long fromNs = from is { } later ? Setup.NsOf(later) : 0;
        _record.Note(NowNs, (at is { } moment ? $"told to start at {Text(moment)}" : "told to start")
            + (from is { } offered ? $", and to take over at {Text(offered)}" : ""));
        if (_own.Schedule is { } active)
        {
            active.Tell(at is null ? 0 : _startNs, nowNs, fromNs);
            BeginIfReady(active, nowNs);
        }
        else if (_own.Guide is null)
        {
            _group.Post(new WorkerMessage(WorkerMessageKind.Begin, _startNs, FromNs: fromNs));
        }
    }

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static IEnumerable<SockAddr> ListeningOf(WorkerGroup group) =>
        group.Workers.SelectMany(worker => worker.Bound).Distinct();
}
