using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>How far a connection of <see cref="SocketEcho"/> is.</summary>
internal enum EchoState : byte
{
    Closed = 0,

    /// <summary>The kernel echoes.</summary>
    Open,

    /// <summary>Its peer had finished before it could be given to the kernel: what is left is copied here.</summary>
    Copied,

    /// <summary>Nothing more is to come; what came is still on its way out.</summary>
    Ending,
}

/// <summary>One connection, found by its descriptor.</summary>
internal struct EchoConnection
{
    public SockAddr Peer;
    public uint AcceptedMs;
    public ushort Listener;
    public EchoState State;
    public CloseReason Reason;
}

/// <summary>
/// The connections of <see cref="SocketEcho"/>, by descriptor, and what became of those that ended. One writer; the
/// counts are read by others.
/// </summary>
internal sealed class EchoConnections(int descriptorsMax, int listeners)
{
    private readonly EchoConnection[] _all = new EchoConnection[descriptorsMax];
    private readonly long[] _closed = new long[CloseReasons.Count];
    private readonly long[] _accepted = new long[listeners];
    private readonly int[] _open = new int[listeners];
    private readonly FailureLog _failures = new();
    private long _opened;
    private long _ended;

    public long Open => Volatile.Read(ref _opened) - Volatile.Read(ref _ended);

    /// <summary>One more than the highest descriptor there has been.</summary>
    public int HighWater { get; private set; }

    public ref EchoConnection this[int fd] => ref _all[fd];

    public bool Fits(int fd) => fd < _all.Length;

    public void Add(int fd, in SockAddr peer, int listener, long nowNs)
    {
        HighWater = Math.Max(HighWater, fd + 1);
        _all[fd] = new EchoConnection
        {
            Peer = peer, AcceptedMs = Milliseconds.Of(nowNs), Listener = (ushort)listener, State = EchoState.Open,
        };
        _accepted[listener]++;
        _open[listener]++;
        Volatile.Write(ref _opened, _opened + 1);
    }

    /// <summary>Closes it, for good; exactly once for each.</summary>
    public void Close(int fd, CloseReason reason, CloseKind kind, int errno, long nowNs)
    {
        ref EchoConnection connection = ref _all[fd];
        Check.That(connection.State != EchoState.Closed, "a connection is closed once");
        if (!CloseReasons.IsOwn(reason) && reason != CloseReason.PeerClosed)
        {
            _ = Sockets.LocalAddress(fd, out SockAddr local);
            _failures.Add(nowNs, local, connection.Peer, Phase.Open, reason, errno);
        }

        if (kind == CloseKind.Rst)
        {
            _ = Sockets.SetLinger(fd, on: true, seconds: 0);
        }

        _ = Descriptors.Close(fd);
        connection.State = EchoState.Closed;
        _open[connection.Listener]--;
        Volatile.Write(ref _closed[(int)reason], _closed[(int)reason] + 1);
        Volatile.Write(ref _ended, _ended + 1);
    }

    /// <summary>Connections so far, and those that ended by reason; never more ended than were opened.</summary>
    public long Count(long[] closed)
    {
        for (int i = 0; i < closed.Length; i++)
        {
            closed[i] = Volatile.Read(ref _closed[i]);
        }

        return Volatile.Read(ref _opened);
    }

    public void Answer(in WorkerMessage command, IReadOnlyList<SockAddr> bound, long nowNs)
    {
        Question question = command.Question!;
        switch (command.Kind)
        {
            case WorkerMessageKind.List:
                List(question, command.Value, nowNs);
                break;

            case WorkerMessageKind.Failed:
                _failures.Tell(question);
                return;

            case WorkerMessageKind.Details:
                for (int i = 0; i < bound.Count; i++)
                {
                    question.Rows.Enqueue(new EndpointRow(bound[i], 0, _open[i], 0, _accepted[i], 0, 0));
                }

                break;
        }

        question.Done();
    }

    private void List(Question question, long rowsMax, long nowNs)
    {
        long told = 0;
        for (int fd = 0; fd < HighWater; fd++)
        {
            if (_all[fd].State != EchoState.Closed && told++ < rowsMax)
            {
                _ = Sockets.LocalAddress(fd, out SockAddr local);
                _ = Sockets.TcpFacts(fd, out tcp_info facts);
                long ageNs = Milliseconds.SinceNs(_all[fd].AcceptedMs, nowNs);
                long idleNs = Math.Min(ageNs, facts.tcpi_last_data_recv * 1_000_000L);
                question.Rows.Enqueue(new ConnectionRow(local, _all[fd].Peer, IsOurs: false, ageNs, idleNs));
            }
        }

        question.Omit(Math.Max(0, told - rowsMax));
    }
}
