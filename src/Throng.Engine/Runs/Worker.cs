using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// One thread that turns one loop until it is finished. Everything the loop owns is made and released on the thread.
/// Signals are for the main thread: where descriptor tables differ, a handler running here would write into whatever
/// this table has under the number of the runtime's signal pipe.
/// </summary>
public sealed class Worker : IDisposable
{
    private const int StackBytes = 1024 * 1024;
    private const uint TimerSlackNs = 1;

    /// <summary>Bytes that all connections of a worker together may have in flight at most.</summary>
    private const int InFlightBytesMax = 256 * 1024 * 1024;

    /// <summary>Addresses that a worker reserves whatever it holds: its stack and its buffers.</summary>
    public const long ReservedBytes = StackBytes + (long)InFlightBytesMax;

    // Of a worker with a schedule: it gets the CPU sooner when it wakes, and no more of it than others.
    private const ulong SliceNs = 100_000;

    private readonly int _number;
    private readonly int[] _cpus;
    private readonly int _wakeFd;
    private readonly ManualResetEventSlim _ready = new();
    private readonly ManualResetEventSlim _go = new();
    private readonly ManualResetEventSlim _done = new();
    private readonly ManualResetEventSlim _leave = new();
    private Thread? _thread;
    private Shard? _shard;
    private SetupException? _refusal;
    private bool _isDismissed;
    private volatile bool _isStopped;

    /// <param name="cpus">Where its thread may run.</param>
    internal Worker(int number, int[] cpus)
    {
        _number = number;
        _cpus = cpus;
        _wakeFd = SetupException.Need(
            Descriptors.OpenEvent(), "make an eventfd", "raise the descriptor limit: ulimit -n");
    }

    /// <summary>The shard that the worker works on; from the group's start on.</summary>
    public Shard Shard => _shard!;

    public int ThreadId { get; private set; }

    /// <summary>Addresses it listens on.</summary>
    public SockAddr[] Bound { get; private set; } = [];

    /// <summary>CPU time of its thread as last read.</summary>
    public ThreadTimes Times { get; private set; }

    /// <summary>How long its thread was ready and had no CPU, as last read; null where that is not told.</summary>
    public long? WaitedNs { get; private set; }

    /// <summary>Reads the CPU time of the thread; what was read last stays once it has gone.</summary>
    public void ReadTimes()
    {
        if (ThreadTimes.TryRead(ThreadId, out ThreadTimes times))
        {
            Times = times;
            WaitedNs = CpuPressure.ReadThreadNs(ThreadId);
        }
    }

    internal void Start(
        EngineSelection engine, Capacity capacity, RunSpec run, SocketOptions options,
        Func<WorkerSetup, (Shard, ILoop)> sit,
        TlsSetup? tls, PacketInterface? packets)
    {
        _thread = new Thread(() => Work(engine, capacity, run, options, sit, tls, packets), StackBytes)
        {
            Name = $"worker {_number}",
            IsBackground = true,
        };
        _thread.Start();
    }

    /// <summary>Waits until the worker has listened and made its loop; what went wrong, or null.</summary>
    internal SetupException? AwaitReady()
    {
        _ready.Wait();
        return _refusal;
    }

    internal void Go() => _go.Set();

    /// <summary>Ends the loop after this turn, whatever is still open.</summary>
    internal void Stop()
    {
        _isStopped = true;
        Shard.Backend.Wake();
    }

    internal void Dismiss()
    {
        _isDismissed = true;
        _go.Set();
        _leave.Set();
        _thread!.Join();
    }

    /// <summary>True once the loop has ended; its CPU time is read before the thread goes.</summary>
    internal bool Join(long timeoutMs)
    {
        if (!_done.Wait((int)timeoutMs))
        {
            return false;
        }

        if (!_leave.IsSet)
        {
            ReadTimes();
            _leave.Set();
        }

        // Closing a million sockets takes seconds: a worker that was stopped is left to it.
        if (!_isStopped)
        {
            _thread!.Join();
        }

        return true;
    }

    /// <summary>Whether its thread has gone, in this time at the latest.</summary>
    internal bool HasLeft(TimeSpan timeout) => _thread?.Join(timeout) != false;

    public void Dispose()
    {
        if (_thread is { IsAlive: true })
        {
            return; // still at work when the process ends: its descriptors end with it
        }

        _ = Descriptors.Close(_wakeFd);
        _ready.Dispose();
        _go.Dispose();
        _done.Dispose();
        _leave.Dispose();
    }

    private void Work(
        EngineSelection engine, Capacity capacity, RunSpec run, SocketOptions options,
        Func<WorkerSetup, (Shard, ILoop)> sit,
        TlsSetup? tls, PacketInterface? packets)
    {
        ThreadId = Threads.Id;
        _ = Threads.BlockSignals();
        _ = Threads.SetAffinity(_cpus);
        _ = Threads.SetTimerSlack(TimerSlackNs);
        if (run.KeepsSchedule)
        {
            _ = Threads.SetSlice(SliceNs); // where the kernel knows none, nothing changes
        }

        if (capacity.OwnTables)
        {
            _ = Descriptors.Unshare();
        }

        int niced = run.Nice != 0 ? Threads.SetNice(run.Nice) : 0;
        int bufferBytes = run.HasDatagrams ? DatagramSize.BufferBytes : BufferPool.BufferBytes;
        Slab? slab = null;
        BufferPool? pool = null;
        IBackend? backend = null;
        ILoop? loop = null;
        try
        {
            if (niced < 0)
            {
                throw new SetupException(
                    $"--nice {run.Nice}: the kernel refuses it ({Errno.Text(niced)})",
                    "run it as root or with CAP_SYS_NICE, or leave --nice out", -niced);
            }

            slab = new Slab(capacity.SocketsPerWorker, keepsTimes: !engine.IsPacket);
            pool = new BufferPool(InFlightBytesMax / bufferBytes, bufferBytes);
            backend = Backends.Make(engine.Kind, slab, pool, _wakeFd, capacity.Tables, tls, packets, _number);
            WorkerSetup setup = new(_number, capacity.Workers, backend, slab, run, options);
            (_shard, loop) = sit(setup);
            Bound = setup.Bound;
        }
        catch (SetupException refusal)
        {
            _refusal = refusal;
        }

        _ready.Set();
        _go.Wait();
        bool hasWorked = loop is not null && !_isDismissed;
        if (hasWorked)
        {
            Work(loop!);
        }

        if (hasWorked && packets is null)
        {
            _done.Set();
        }

        backend?.Dispose();
        if (hasWorked)
        {
            packets?.AwaitOthers(_number);
        }

        _done.Set(); // for those that were dismissed, and those that had a queue to look after
        _leave.Wait();
        pool?.Dispose();
        slab?.Dispose();
    }

    private void Work(ILoop loop)
    {
        loop.Start();
        while (!loop.IsFinished && !_isStopped)
        {
            loop.Turn();
        }

        loop.Abandon();
    }
}
