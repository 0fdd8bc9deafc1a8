using System.Diagnostics;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// A run under way: the crew, the sampler that looks at it four times a second, and what a person may do to it. No
/// worker ever takes its lock.
/// </summary>
internal sealed partial class LiveRun : SampledRun, ILiveRun
{
    private readonly IntervalLog? _intervals;
    private readonly LimitWatch _limits = new();
    private long _target;
    private long _busyAtNs;
    private long _endedNs;
    private readonly long[] _busyNs;
    private readonly double[] _busyShares;

    internal LiveRun(WorkerGroup crew, EngineSelection engine, RunSpec spec, LiveRunSpec own)
        : base(
            crew, engine, spec, own, crew.OriginNs, own.Targets.Count > 0 ? own.Targets : [.. ListeningOf(crew)])
    {
        _target = own.Target ?? 0;
        PingIsOn = own.PingIsOn;
        _busyNs = new long[crew.Count];
        _busyShares = new double[crew.Count];
        _intervals = spec.KeepsIntervals ? IntervalLog.Create(crew) : null;
        StartSampler();
    }

    public IReadOnlyList<SockAddr> Listening => [.. ListeningOf(_crew)];

    public IReadOnlyList<SockAddr> Targets =>
        _own.Targets.Count > 0 ? _own.Targets : _own.Role == Role.Client ? Listening : [];

    public bool HasRate => _own.Offering is not null && _own.Guide is null;

    public bool IsGuided => _own.Guide is not null;

    public bool IsOver => _own.Offering is { IsOver: true } || _own.Guide is { IsOver: true };

    public Transport Transport => _own.Transport;

    public bool HasDatagrams => _own.HasDatagrams;

    public ServeMode Mode => _own.Mode;

    public bool PingIsOn { get; private set; }

    public bool DebugIsOn { get; private set; }

    public long SocketsMax => _own.SocketsMax;

    public long SocketsUsed => _crew.Workers.Sum(worker => worker.Shard.SocketsInUse);

    public override Sample Sample()
    {
        lock (_lock)
        {
            Sample sample = Sampling.Take(_crew.Workers, _own.Role, NowNs, _target, _record.Peak, _kernel.Retransmits);
            return _own.Offering is not { } offering ? sample
                : sample with { Counts = sample.Counts.With(Counter.MessagesOffered, offering.Due()) };
        }
    }

    public RunDocument? PartialDocument()
    {
        lock (_lock)
        {
            Sample now = Sample();
            return RunDocuments.Partial(_own, Spec, _engine, _record, _kernel, now) with
            {
                Own = _own.Section(_crew, now),
                Result = _own.Guide?.Result,
            };
        }
    }

    public LiveSnapshot Snapshot(int intervals)
    {
        lock (_lock)
        {
            Sample now = Sample();
            ActiveSchedule? offering = _own.Offering;
            bool hasBegun = offering is { BeginNs: > 0 };
            long sinceBeginNs = hasBegun ? Clock.NowNs() - offering!.BeginNs : 0;
            bool hasPorts = _own.Role == Role.Client;
            return new LiveSnapshot
            {
                Now = now,
                Series = _record.Last(intervals),
                Busy = [.. _busyShares],
                PortsUsed = hasPorts ? _crew.Workers.Sum(worker => worker.Shard.Plan.InUse) : 0,
                PortsMax = hasPorts ? _crew.Workers.Sum(worker => worker.Shard.Plan.Capacity) : 0,
                HasReached = _record.ReachedNs is not null || (now.Target > 0 && now.Open >= now.Target),
                IsEnding = _record.Held is not null,
                BeginNs = hasBegun ? offering!.BeginNs - _crew.OriginNs : null,
                ScheduleNs = offering is { Offer.Profile.IsEndless: false } ? offering.Offer.Profile.DurationNs : null,
                RatePerSecond = offering?.Offer.Profile.RateAt(Math.Max(0, sinceBeginNs)),
                Limits = [.. _limits.Texts],
                Doing = _own.Guide?.Doing ?? "",
                Done = _own.Guide?.Done,
                Result = _own.Guide?.Result,
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
            _target = connections;
            _record.Note(NowNs, $"set {connections}");
            _crew.Post(_own.Offering?.ChangeConnections(connections)
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
            _crew.Post(_own.Offering!.ChangeRate(ratePerSecond));
        }

        return true;
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

        _crew.Post(new WorkerMessage(WorkerMessageKind.Ping, on ? 1 : 0));
        return true;
    }

    public void Debug(bool on)
    {
        DebugIsOn = on;
        _crew.Post(new WorkerMessage(WorkerMessageKind.Debug, on ? 1 : 0));
    }

    public Question? Ask(WorkerMessageKind kind, long value)
    {
        Question question = new(_crew.Count);
        _crew.Post(new WorkerMessage(kind, value, question));
        return question.Wait(AnswerTimeout) ? question : null;
    }

    public IEnumerable<string> TakeLimits() => _limits.Take();

    public IEnumerable<string> TakeTrace()
    {
        foreach (Worker worker in _crew.Workers)
        {
            while (worker.Shard.Trace.TryRead(out TraceRecord record))
            {
                yield return $"{(record.AtNs - _crew.OriginNs) / 1e9:0.000000} worker {worker.Shard.Worker} "
                    + $"{record.Kind} {record.Connection} {record.Value}";
            }

            if (worker.Shard.Trace.TakeDropped() is > 0 and long dropped)
            {
                yield return $"worker {worker.Shard.Worker}: {Units.Count(dropped)} more events did not fit the trace";
            }
        }
    }

    public void Stop() => _crew.Stop();

    public bool Join(TimeSpan timeout)
    {
        if (!_crew.Join(timeout))
        {
            return false;
        }

        Interlocked.CompareExchange(ref _endedNs, NowNs, 0);
        return true;
    }

    private protected override void DisposeWorkers() => _crew.Dispose();

    private protected override void Order(WorkerMessageKind kind) => _crew.Post(new WorkerMessage(kind, 0));

    private protected override RunDocument Finished(RunDocument document, Sample end)
    {
        _intervals?.Take(end.AtNs);
        return document with { Intervals = _intervals?.Taken ?? [] };
    }

    private static IEnumerable<SockAddr> ListeningOf(WorkerGroup crew) =>
        crew.Workers.SelectMany(worker => worker.Bound).Distinct();
}
