using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// A server whose echo goes on in the kernel, under way: looks at its counters four times a second and makes the
/// same document of them as of any run. There are no workers.
/// </summary>
internal sealed class KernelRun : SampledRun, ILiveRun
{
    private readonly IKernelEcho _echo;

    public KernelRun(IKernelEcho echo, RunSpec spec, LiveRunSpec own)
        : base(WorkerGroup.None, echo.Engine, spec, own, Clock.NowNs(), echo.Listening)
    {
        _echo = echo;
        StartSampler();
    }

    public IReadOnlyList<SockAddr> Listening => _echo.Listening;

    public bool KnowsConnections => _echo.HasSockets;

    public IReadOnlyList<KeyValuePair<string, string>> EngineStatus => _echo.Status();

    public IReadOnlyList<SockAddr> Targets => [];

    public long SocketsUsed => _echo.SocketsUsed;

    public long SocketsMax => _echo.SocketsMax;

    public bool HasRate => false;

    public bool IsOver => false;

    public bool PingIsOn => false;

    public bool DebugIsOn => false;

    public override Sample Sample()
    {
        lock (_lock)
        {
            EchoCounts counts = _echo.Count();
            long closed = counts.Closed.Sum();
            return Sampling.Take([], Role.Server, NowNs, 0, 0, _kernel.Retransmits) with
            {
                Open = counts.Opened - closed,
                Counts = default(Counts)
                    .With(Counter.Opened, counts.Opened)
                    .With(Counter.BytesReceived, counts.Bytes)
                    .With(Counter.BytesSent, counts.Bytes),
                Peak = Math.Max(_record.Peak, counts.Opened - closed),
                Closed = ReasonCounts.Of(counts.Closed),
                Lost = Sampling.LostOf(counts.Closed, Role.Server),
                AcceptFailures = counts.AcceptFailures,
                AcceptErrno = counts.AcceptErrno,
            };
        }
    }

    public LiveSnapshot Snapshot(int intervals)
    {
        lock (_lock)
        {
            return new LiveSnapshot
            {
                Now = Sample(),
                Series = _record.Last(intervals),
                IsEnding = _record.Held is not null,
            };
        }
    }

    public bool TrySet(long connections, out string error) => Refuse(
        "a server does not choose how many connect", out error);

    public bool TryRate(double ratePerSecond, out string error) => Refuse("this run has no rate to set", out error);

    public bool TryPing(bool on, out string error) => Refuse("a server does not ping", out error);

    public void Debug(bool on)
    {
        // There are no events of connections here to be told of.
    }

    public IReadOnlyList<ConnectionFailure> LastFailures(int most)
    {
        using Question? question = Ask(WorkerMessageKind.Failed, most);
        FailureRow[] rows = question is null ? [] : [.. question.Rows.OfType<FailureRow>()];
        return [.. rows.Select((row, at) => FailureOf(row, question!.Omitted + at + 1)).TakeLast(most)];
    }

    private ConnectionFailure FailureOf(FailureRow row, long number)
    {
        long endNs = row.AtNs - _originNs;
        return new ConnectionFailure
        {
            Number = number,
            Time = _started.AddTicks(endNs / TimeSpan.NanosecondsPerTick),
            BeginNs = null,
            EndNs = endNs,
            Transport = "tcp",
            Local = row.Local.ToString(),
            Remote = row.Remote.ToString(),
            Phase = row.Phase,
            Reason = row.Reason,
            Errno = row.Errno,
        };
    }

    public Question? Ask(WorkerMessageKind kind, long value)
    {
        Question question = new(1);
        _echo.Ask(kind, value, question);
        return question.Wait(AnswerTimeout) ? question : null;
    }

    public IEnumerable<string> TakeLimits() => [];

    public IEnumerable<string> TakeTrace() => [];

    public void Stop() => _echo.Stop();

    public bool Join(TimeSpan timeout) => _echo.Join(timeout);

    private static bool Refuse(string why, out string error)
    {
        error = why;
        return false;
    }

    private protected override void DisposeWorkers() => _echo.Dispose();

    private protected override void Order(WorkerMessageKind kind) => _echo.Order(kind);

    private protected override RunDocument WithOwnFacts(RunDocument document) =>
        _echo.HasSockets ? document : document with { Tcp = null };

    private protected override void SampleLoop()
    {
        while (!_over.Wait(SampleInterval))
        {
            lock (_lock)
            {
                TakeSample();
            }

            if (_record.Held is null && _echo.HasSockets)
            {
                _tcp.Look(NowNs, Sample().Open);
            }
        }
    }
}
