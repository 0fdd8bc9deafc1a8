using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// A server whose echo goes on in the kernel, under way: looks at its counters four times a second and makes the
/// same document of them as of any run. There are no workers.
/// </summary>
internal sealed class KernelRun : ILiveRun
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    private readonly IKernelEcho _echo;
    private readonly LiveRunSpec _own;
    private readonly RunRecord _record;
    private readonly TcpSampling _tcp;
    private readonly KernelCounts _kernel;
    private readonly Lock _lock = new();
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly long _originNs = Clock.NowNs();
    private readonly ManualResetEventSlim _over = new(false, spinCount: 0);
    private readonly Thread _sampler;
    private bool _isClosing;

    public KernelRun(IKernelEcho echo, RunSpec spec, LiveRunSpec own)
    {
        _echo = echo;
        _own = own;
        Spec = spec;
        _record = new RunRecord { KeepsNews = spec.KeepsNews };
        _tcp = new TcpSampling(Role.Server, echo.Listening);
        _kernel = new KernelCounts(WorkerGroup.None, own, _tcp);
        _sampler = new Thread(LookOnAndOn) { Name = "sampler", IsBackground = true };
        _sampler.Start();
    }

    public RunSpec Spec { get; }

    public string Engine => _echo.Engine.Name;

    public string EngineReason => _echo.Engine.Reason;

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

    private long NowNs => Clock.NowNs() - _originNs;

    public Sample Sample()
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

    public Question? Ask(WorkerMessageKind kind, long value)
    {
        Question question = new(1);
        _echo.Ask(kind, value, question);
        return question.Wait(AnswerTimeout) ? question : null;
    }

    public TcpCounters Tcp()
    {
        lock (_lock)
        {
            return _kernel.Tcp();
        }
    }

    public IEnumerable<string> TakeLimits() => [];

    public IReadOnlyList<RunNews> TakeNews()
    {
        lock (_lock)
        {
            return _record.TakeNews();
        }
    }

    public IEnumerable<string> TakeTrace() => [];

    public void Retire()
    {
        EndPlateau();
        _echo.Retire();
    }

    public void Drain()
    {
        EndPlateau();
        if (!_isClosing)
        {
            _isClosing = true;
            _echo.Drain();
        }
    }

    public void Abort()
    {
        Drain();
        _echo.Abort();
    }

    public void Stop() => _echo.Stop();

    public bool Join(TimeSpan timeout) => _echo.Join(timeout);

    public RunDocument Document(string endedBy)
    {
        lock (_lock)
        {
            Look();
            Sample end = Sample();
            _kernel.Read();
            _record.Hold(end);
            RunDocument document = RunDocuments.Create(
                WorkerGroup.None, _own, Spec, _echo.Engine, _record, _kernel, _started, end, endedBy);
            return _echo.HasSockets ? document : document with { Tcp = null };
        }
    }

    public void Dispose()
    {
        _over.Set();
        _sampler.Join();
        _tcp.Dispose();
        _echo.Dispose();
        _over.Dispose();
    }

    private static bool Refuse(string why, out string error)
    {
        error = why;
        return false;
    }

    /// <summary>Ends the plateau: the connections open now are those that were held.</summary>
    private void EndPlateau()
    {
        lock (_lock)
        {
            if (_record.Held is null)
            {
                Look();
                Sample sample = Sample();
                _record.Hold(sample);
                _record.Note(sample.AtNs, "drain");
            }
        }
    }

    private void LookOnAndOn()
    {
        while (!_over.Wait(LookInterval))
        {
            lock (_lock)
            {
                Look();
            }

            if (_record.Held is null && _echo.HasSockets)
            {
                _tcp.Look(NowNs, Sample().Open);
            }
        }
    }

    private void Look()
    {
        if (_record.Held is not null)
        {
            return;
        }

        if (_record.IsPointDue(NowNs))
        {
            _kernel.Read();
        }

        _record.Take(Sample(), (_, _) => { }, 0);
    }
}
