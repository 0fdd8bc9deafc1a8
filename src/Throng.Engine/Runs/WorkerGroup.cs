using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// The workers of one run: starts them, each on a CPU of its own where there are as many, and waits for them. Workers
/// are started before any socket exists, each in a descriptor table of its own where the capacity says so.
/// Owner: the thread that started it.
/// </summary>
public sealed class WorkerGroup : IDisposable
{
    private readonly Worker[] _workers;

    private readonly Lazy<Histogram> _sum = new(() => new Histogram());

    private WorkerGroup(Worker[] workers) => _workers = workers;

    /// <summary>The run's time 0 by the workers' clock.</summary>
    public long OriginNs { get; } = Clock.NowNs();

    /// <summary>No worker: of a run that goes on in the kernel.</summary>
    internal static WorkerGroup None { get; } = new([]);

    /// <summary>Record of connections that ended badly; null: nobody takes them.</summary>
    internal FailureRecord? Failures { get; set; }

    public int Count => _workers.Length;

    public IReadOnlyList<Worker> Workers => _workers;

    /// <param name="sit">Makes one worker's shard and loop, on that worker's thread.</param>
    /// <param name="tls">Connections are encrypted; null: they are not.</param>
    /// <exception cref="SetupException">A worker cannot be set up; those that could have ended again.</exception>
    public static WorkerGroup Start(
        EngineSelection engine, Capacity capacity, RunSpec run, SocketOptions options,
        Func<WorkerSetup, (Shard, ILoop)> sit,
        TlsSetup? tls = null) =>
        Start(engine, capacity, run, options, sit, tls, packets: null, beforeGo: null);

    /// <summary>Starts workers whose connections may be no sockets.</summary>
    /// <param name="packets">Their interface; null: they are sockets.</param>
    /// <param name="beforeGo">Called when every worker is ready and none has begun; returns what is wrong.</param>
    internal static WorkerGroup Start(
        EngineSelection engine, Capacity capacity, RunSpec run, SocketOptions options,
        Func<WorkerSetup, (Shard, ILoop)> sit, TlsSetup? tls, PacketInterface? packets,
        Func<WorkerGroup, SetupException?>? beforeGo)
    {
        int[] cpus = Throng.Linux.Host.Cpus;
        Worker[] workers = new Worker[capacity.Workers];
        for (int i = 0; i < workers.Length; i++)
        {
            workers[i] = new Worker(i, CpusOf(i, workers.Length, cpus, hasQueues: packets is not null));
        }

        WorkerGroup group = new(workers);
        foreach (Worker worker in workers)
        {
            worker.Start(engine, capacity, run, options, sit, tls, packets);
        }

        SetupException? refusal = null;
        foreach (Worker worker in workers)
        {
            refusal = worker.AwaitReady() ?? refusal;
        }

        refusal ??= beforeGo?.Invoke(group);
        if (refusal is not null)
        {
            foreach (Worker worker in workers)
            {
                worker.Dismiss();
            }

            group.Dispose();
            throw refusal;
        }

        foreach (Worker worker in workers)
        {
            worker.Go();
        }

        return group;
    }

    /// <summary>CPUs that a worker may run on.</summary>
    /// <param name="hasQueues">Each worker has a queue of an interface.</param>
    internal static int[] CpusOf(int worker, int workers, int[] cpus, bool hasQueues)
    {
        // A veth hands what comes to the queue of that CPU on which the other end runs, which is that of the sender.
        int[] own = hasQueues && workers > 1 ? [.. cpus.Where(cpu => cpu % workers == worker)] : [];

        // One that would leave CPUs free goes where the kernel finds one that is.
        return own.Length > 0 ? own : workers < cpus.Length ? cpus : [cpus[worker % cpus.Length]];
    }

    public void Post(in WorkerMessage command)
    {
        foreach (Worker worker in _workers)
        {
            worker.Shard.Post(command);
        }
    }

    /// <summary>Adds up what all workers have recorded of one latency.</summary>
    public void AddTo(Histogram sum, Func<Shard, Histogram> of)
    {
        foreach (Worker worker in _workers)
        {
            sum.Add(of(worker.Shard));
        }
    }

    /// <summary>Returns the sum of what all workers have recorded of one latency.</summary>
    public Histogram Sum(Func<Shard, Histogram> of)
    {
        Histogram sum = new();
        AddTo(sum, of);
        return sum;
    }

    /// <summary>
    /// Summarises what all workers have recorded of one latency, without memory of its own for it: one caller at a time
    /// (the run's lock).
    /// </summary>
    internal LatencySummary Summary(Func<Shard, Histogram> of)
    {
        Histogram sum = _sum.Value;
        sum.Reset();
        AddTo(sum, of);
        return LatencySummary.From(sum);
    }

    /// <summary>Ends every loop after its present turn.</summary>
    public void Stop()
    {
        foreach (Worker worker in _workers)
        {
            worker.Stop();
        }
    }

    /// <summary>True once every worker has ended.</summary>
    public bool Join(TimeSpan timeout)
    {
        long deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        foreach (Worker worker in _workers)
        {
            if (!worker.Join(Math.Max(0, deadline - Environment.TickCount64)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether every worker has ended: then nobody counts or notes any more.</summary>
    public bool HasEnded => Join(TimeSpan.Zero);

    /// <summary>Whether the thread of every worker has gone: then what they worked with can go.</summary>
    internal bool HaveLeft(TimeSpan timeout) => _workers.All(worker => worker.HasLeft(timeout));

    public void Dispose()
    {
        foreach (Worker worker in _workers)
        {
            worker.Dispose();
        }
    }
}
