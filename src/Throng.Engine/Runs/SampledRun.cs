using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Common half of a run that is looked at four times a second: the record of it, what the kernel counts beside it,
/// and its end. The sampler's thread writes the record; everything shared is under one lock.
/// </summary>
internal abstract class SampledRun : IDisposable
{
    internal static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(250);
    private protected static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    private protected readonly WorkerGroup _group;
    private protected readonly EngineSelection _engine;
    private protected readonly LiveRunSpec _own;
    private protected readonly RunRecord _record;
    private protected readonly TcpSampling _tcp;
    private protected readonly KernelCounts _kernel;
    private protected readonly Lock _lock = new();
    private protected readonly ManualResetEventSlim _over = new(false, spinCount: 0);
    private protected double _busyMax;
    private protected readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private protected readonly long _originNs;
    private readonly Thread _sampler;
    private bool _isClosing;

    /// <param name="group">Its workers; none where the kernel does the work.</param>
    /// <param name="endpoints">Targets of a client, listeners of a server.</param>
    private protected SampledRun(
        WorkerGroup group, EngineSelection engine, RunSpec spec, LiveRunSpec own, long originNs,
        IReadOnlyList<SockAddr> endpoints)
    {
        _group = group;
        _engine = engine;
        _own = own;
        Spec = spec;
        _originNs = originNs;
        _record = new RunRecord
        {
            KeepsNews = spec.KeepsNews, Started = _started, EndsAtFullSeconds = !spec.Share.IsWhole,
        };
        _tcp = new TcpSampling(own.Role, endpoints);
        _kernel = new KernelCounts(group, own, _tcp);
        _sampler = new Thread(SampleLoop) { Name = "sampler", IsBackground = true };
    }

    public RunSpec Spec { get; private protected set; }

    public string Engine => _engine.Name;

    public string EngineReason => _engine.Reason;

    private protected long NowNs => Clock.NowNs() - _originNs;

    public abstract Sample Sample();

    public TcpCounters Tcp()
    {
        lock (_lock)
        {
            return _kernel.Tcp();
        }
    }

    public IReadOnlyList<RunNews> TakeNews()
    {
        lock (_lock)
        {
            return _record.TakeNews();
        }
    }

    public void Retire()
    {
        EndPlateau();
        Order(WorkerMessageKind.Retire);
    }

    public void Drain()
    {
        EndPlateau();
        if (!_isClosing)
        {
            _isClosing = true;
            Order(WorkerMessageKind.Drain);
        }
    }

    public void Abort()
    {
        Drain();
        lock (_lock)
        {
            _record.Note(NowNs, RunEvent.Abort);
        }

        Order(WorkerMessageKind.Abort);
    }

    public RunDocument Document(string endedBy)
    {
        lock (_lock)
        {
            OnEnd();
            TakeSample();
            Sample end = Sample();
            NameLimits(end);
            _record.Hold(end, Merge, null);
            RunDocument document = RunDocuments.Create(
                _group, _own, Spec, _engine, _record, _kernel, _started, end, endedBy) with
            {
                Drain = _record.DrainUntil(end, Merge),
            };
            return Finished(WithOwnFacts(document), end);
        }
    }

    public RunDocument DocumentSoFar()
    {
        lock (_lock)
        {
            Sample now = Sample();
            OnDocumentSoFar();
            RunDocument document = RunDocuments.Create(
                _group, _own, Spec, _engine, _record, _kernel, _started, now, RunStates.Running);
            return WithOwnFacts(document);
        }
    }

    public void Dispose()
    {
        _over.Set();
        _sampler.Join();
        _tcp.Dispose();
        DisposeWorkers();
        _over.Dispose();
    }

    /// <summary>Begins to look, once everything there is to look at is there.</summary>
    private protected void StartSampler() => _sampler.Start();

    /// <summary>Disposes of what does the work.</summary>
    private protected abstract void DisposeWorkers();

    /// <summary>The sampler's thread.</summary>
    private protected abstract void SampleLoop();

    /// <summary>Tells everybody at work.</summary>
    private protected abstract void Order(WorkerMessageKind kind);

    /// <summary>The document of a run that has ended is made: takes what is still on its way.</summary>
    private protected virtual void OnEnd()
    {
    }

    /// <summary>Adds what only the end of this kind of run has.</summary>
    private protected virtual RunDocument Finished(RunDocument document, Sample end) => document;

    /// <summary>A document is made while the run goes on: reads what else only an interval reads.</summary>
    private protected virtual void OnDocumentSoFar()
    {
    }

    /// <summary>Takes away or adds what this kind of run has otherwise than others, whether it has ended or not.
    /// </summary>
    private protected virtual RunDocument WithOwnFacts(RunDocument document) => document;

    /// <summary>An interval ends with this look: reads what is costly to read.</summary>
    private protected virtual void OnIntervalEnd() => NameLimits(Sample());

    /// <summary>Reads how busy the busiest worker was since the last interval; null where there are none.</summary>
    private protected virtual double? ReadBusyMax() => null;

    private protected virtual void NameLimits(Sample now) => _kernel.Read();

    /// <summary>Adds up the response times and lags so far.</summary>
    private protected virtual void Merge(Histogram response, Histogram lag)
    {
    }

    /// <summary>Takes a look at the run while its plateau lasts.</summary>
    private protected void TakeSample()
    {
        if (_record.Held is not null)
        {
            return;
        }

        if (_record.IsPointDue(NowNs))
        {
            OnIntervalEnd();
        }

        _record.Take(Sample(), Merge, _busyMax);
    }

    /// <summary>Ends the plateau: the connections open now are those that were held.</summary>
    private void EndPlateau()
    {
        lock (_lock)
        {
            if (_record.Held is not null)
            {
                return;
            }

            TakeSample();
            double? busyMax = ReadBusyMax();
            Sample sample = Sample();
            NameLimits(sample);
            _record.Hold(sample, Merge, busyMax);
            _record.Note(sample.AtNs, "drain");
        }
    }
}
