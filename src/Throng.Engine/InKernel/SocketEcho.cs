using System.Collections.Concurrent;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// An echo server whose bytes never reach user space. One thread accepts, gives each connection to the kernel
/// (<see cref="EchoMaps"/>), and closes it when its peer has finished and everything has gone back. It is woken for
/// these two, not for data.
/// </summary>
internal sealed partial class SocketEcho : IKernelEcho
{
    private const ulong ListenerTag = 1UL << 32;
    private const ulong WakeTag = 2UL << 32;
    private const int EventsPerWait = 256;
    private const int AcceptsPerEvent = 128;
    private const int CopyBytes = 16 * 1024;
    private const uint Watched = EpollConstants.EPOLLRDHUP | EpollConstants.EPOLLET;
    private const long NeverNs = long.MaxValue;

    // How soon a connection is looked at again whose bytes are on their way out: soon, then less and less often.
    private const long EndingFirstNs = 500_000;
    private const long EndingLastNs = 100 * Ns.Millisecond;

    private readonly EchoMaps _maps;
    private readonly EchoListeners _listeners;
    private readonly EchoConnections _connections;
    private readonly int _epollFd;
    private readonly int _wakeFd;
    private readonly ConcurrentQueue<WorkerMessage> _mailbox = new();
    private readonly ManualResetEventSlim _done = new();
    private readonly Thread _thread;
    private readonly List<int> _ending = [];
    private readonly byte[] _copy = new byte[CopyBytes];
    private long _endingNs = NeverNs;
    private long _endingWaitNs;
    private long _copiedBytes;
    private long _copiedConnections;
    private long _acceptFailures;
    private int _acceptErrno;
    private bool _isDraining;
    private volatile bool _isStopped;

    /// <exception cref="SetupException">An address, a map or the program is refused.</exception>
    public SocketEcho(IReadOnlyList<ListenAddress> addresses, int backlog, int descriptorsMax, int reserved)
    {
        SocketsMax = Math.Max(1, descriptorsMax - reserved);
        const string Remedy = "raise the descriptor limit: ulimit -n";
        _epollFd = SetupException.Need(Epoll.Open(), "make an epoll instance", Remedy);
        _wakeFd = SetupException.Need(Descriptors.OpenEvent(), "make an eventfd", Remedy);
        _maps = new EchoMaps((int)SocketsMax);
        _listeners = new EchoListeners(addresses, backlog, _epollFd, ListenerTag);
        _connections = new EchoConnections(descriptorsMax, addresses.Count);
        _ = SetupException.Need(
            Epoll.Add(_epollFd, _wakeFd, EpollConstants.EPOLLIN, WakeTag), "watch an eventfd", EchoListeners.Watches);
        _thread = new Thread(Serve) { Name = "kernel echo", IsBackground = true };
        _thread.Start();
    }

    public EngineSelection Engine { get; } =
        new(EngineChoice.Kernel, "the kernel echoes each socket's bytes", OwnTables: false);

    public IReadOnlyList<SockAddr> Listening => _listeners.Bound;

    public bool HasSockets => true;

    public long SocketsUsed => _connections.Open;

    public long SocketsMax { get; }

    public EchoCounts Count()
    {
        long[] closed = new long[CloseReasons.Count];
        long opened = _connections.Count(closed);
        return new EchoCounts
        {
            Opened = opened,
            Closed = closed,
            Bytes = _maps.Read()[EchoVerdict.Bytes] + Volatile.Read(ref _copiedBytes),
            AcceptFailures = Volatile.Read(ref _acceptFailures),
            AcceptErrno = _acceptErrno,
        };
    }

    public void AddTo(Section section)
    {
        long[] counters = _maps.Read();
        section["pieces_echoed"] = counters[EchoVerdict.Pieces];
        section["bytes_echoed"] = counters[EchoVerdict.Bytes];
        section["pieces_dropped"] = counters[EchoVerdict.Dropped];
        section["connections_copied"] = Volatile.Read(ref _copiedConnections);
        section["bytes_copied"] = Volatile.Read(ref _copiedBytes);
        section["overrun"] = Volatile.Read(ref _overrun);
    }

    public IReadOnlyList<KeyValuePair<string, string>> Status()
    {
        long[] counters = _maps.Read();
        return
        [
            new("echoed", $"{Units.Several(counters[EchoVerdict.Pieces], "pieces")}, "
                + $"{Units.Bytes(counters[EchoVerdict.Bytes])} in the kernel; "
                + $"{Units.Bytes(Volatile.Read(ref _copiedBytes))} copied here"),
            new("overrun", Units.Count(Volatile.Read(ref _overrun))),
        ];
    }

    public void Ask(WorkerMessageKind kind, long value, Question question) =>
        Post(new WorkerMessage(kind, value, question));

    public void Order(WorkerMessageKind kind) => Post(new WorkerMessage(kind, 0));

    public void Stop()
    {
        _isStopped = true;
        _ = Descriptors.Signal(_wakeFd);
    }

    public bool Join(TimeSpan timeout) => _done.Wait(timeout) && _thread.Join(timeout);

    public void Dispose()
    {
        if (_thread.IsAlive)
        {
            return; // the process ends, and its descriptors with it
        }

        _listeners.Dispose();
        _maps.Dispose();
        _ = Descriptors.Close(_epollFd);
        _ = Descriptors.Close(_wakeFd);
        _done.Dispose();
    }

    private void Post(in WorkerMessage command)
    {
        _mailbox.Enqueue(command);
        _ = Descriptors.Signal(_wakeFd);
    }
}
