using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Simulation;

/// <summary>
/// All hosts of a simulation and what is between them: a virtual clock, one random generator, and a queue of events.
/// Backends of all its workers share it. The same seed, fault plan and calls give the same run to the last byte,
/// which <see cref="TraceHash"/> tells. Time moves only by <see cref="RunUntil"/>. Single-threaded.
/// </summary>
public sealed partial class SimulatedNetwork
{
    private const long SynAgainNs = 1_000_000_000;
    private const int SynsMax = 6;
    private const long GiveUpNs = 127_000_000_000; // tcp_syn_retries = 6
    private const int FirstEphemeralPort = 32768;

    private static readonly string[] KindNames = Enum.GetNames<NetworkEventKind>();

    private readonly EventQueue _events = new();
    private readonly List<SimulatedListener> _listeners = [];
    private readonly Stack<StreamEnd> _free = [];

    /// <summary>Until when an address pair is taken; long.MaxValue while its connection lives.</summary>
    private readonly Dictionary<AddressPair, long> _taken = [];
    private Prng _random;
    private ushort _nextPort = FirstEphemeralPort;
    private int _ends;

    public SimulatedNetwork(ulong seed, FaultPlan faults)
    {
        _random = new Prng(seed);
        Faults = faults;
    }

    public long NowNs { get; private set; } = 1_000_000_000;

    /// <summary>Faults that occur from now on.</summary>
    public FaultPlan Faults { get; set; }

    /// <summary>Takes a line for everything that happens; null for silence.</summary>
    public Action<string>? Log { get; set; }

    /// <summary>Over everything that happened: two runs with the same value were the same run.</summary>
    public ulong TraceHash { get; private set; } = 14695981039346656037;

    /// <summary>When time has something to bring next; long.MaxValue for never.</summary>
    public long NextEventNs => _events.NextNs;

    /// <summary>Connections that some end still knows.</summary>
    public int EndsInUse => _ends - _free.Count;

    /// <summary>Connects with an address pair of a living connection: the address plan forbids them.</summary>
    public int LiveCollisions { get; private set; }

    /// <summary>Moves the clock on, never back, and lets happen what is due until then.</summary>
    public void RunUntil(long nowNs)
    {
        while (_events.NextNs <= nowNs)
        {
            NetworkEvent due = _events.Take();
            NowNs = Math.Max(NowNs, due.AtNs);
            if (due.Serial == due.End.Serial)
            {
                Note(KindNames[(int)due.Kind], due.End, due.Value);
                Happen(due);
            }
        }

        NowNs = Math.Max(NowNs, nowNs);
    }

    /// <summary>
    /// Lets the clock jump ahead, as of a host that slept: nothing happens before the jump is over, and what was due
    /// within it comes behind it.
    /// </summary>
    public void Leap(long ns) => NowNs += ns;

    /// <summary>Operations so far of the kind that <see cref="FaultPlan.Nth"/> names.</summary>
    public long NthSeen { get; private set; }

    /// <summary>Counts an operation; the errno that it has to end with, or 0.</summary>
    internal int ErrnoOf(SimulatedOperation operation)
    {
        NthFault nth = Faults.Nth;
        return nth.Operation == operation && ++NthSeen == nth.Number ? nth.Errno : 0;
    }

    internal bool Chance(double probability) => probability > 0 && _random.NextDouble() < probability;

    /// <summary>Uniform from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    internal long Between(long min, long max) => min == max ? min : _random.NextInRange(min, max);

    internal int Listen(SimulatedListener added)
    {
        foreach (SimulatedListener other in _listeners)
        {
            bool shares = other.SharesPort && added.SharesPort && other.Backend != added.Backend;
            if (other.Address == added.Address && other.IsForDatagrams == added.IsForDatagrams && !shares)
            {
                return -Errno.EADDRINUSE;
            }
        }

        _listeners.Add(added);
        return 0;
    }

    /// <summary>A port nobody listens on or connects from by chance.</summary>
    internal ushort EphemeralPort()
    {
        ushort port = _nextPort;
        _nextPort = port == ushort.MaxValue ? (ushort)FirstEphemeralPort : (ushort)(port + 1);
        return port;
    }

    /// <summary>Starts a connect; what comes of it is an event, never the result of this call.</summary>
    internal StreamEnd Open(SimulatedBackend backend, Handle connection, in OpenSpec spec)
    {
        StreamEnd end = Rent(EndPhase.Connecting);
        end.Backend = backend;
        end.Connection = connection;
        end.Remote = spec.Remote;
        end.Local = spec.Local.Family == 0 ? spec.Remote.WithPort(0) : spec.Local;
        if (end.Local.Port == 0)
        {
            end.Local = end.Local.WithPort(EphemeralPort());
        }

        int errno = RefusalAtOnce(end);
        if (errno != 0)
        {
            After(0, NetworkEventKind.Fail, end, errno);
            return end;
        }

        end.HoldsAddresses = true;
        _taken[new AddressPair(end.Local, end.Remote)] = long.MaxValue;
        if (spec.IsDatagram)
        {
            OpenForDatagrams(end);
        }
        else
        {
            SendSyn(end);
        }

        return end;
    }

    /// <summary>Hands bytes to the kernel of this end; the caller saw to the room.</summary>
    internal void Write(StreamEnd end, ReadOnlySpan<byte> bytes)
    {
        end.Out.Write(bytes);
        int left = bytes.Length;
        int least = 1 + (left / 8); // a bound on the events of one write; small messages split at every byte
        while (left > 0)
        {
            int segment = left;
            if (end.Out.IsSlow || Chance(Faults.WriteIsSplit))
            {
                segment = Math.Min(left, least - 1 + (int)Between(1, left));
            }

            ToPeer(NetworkEventKind.Arrive, end, segment, end.Out.IsSlow ? Between(1, 20_000_000) : 0);
            left -= segment;
        }
    }

    internal void FinishSending(StreamEnd end)
    {
        end.Out.FinWritten = true;
        ToPeer(NetworkEventKind.Fin, end, 0, Chance(Faults.FinIsLate) ? Between(1, 50_000_000) : 0);
    }

    /// <summary>This end has read: one that waits for room learns it a trip later.</summary>
    internal void MadeRoom(StreamEnd end)
    {
        StreamEnd? writer = end.Peer;
        if (writer is { WaitsForRoom: true } && !end.IsCut)
        {
            writer.WaitsForRoom = false;
            After(LatencyNs(), NetworkEventKind.Kick, writer, 0);
        }
    }

    /// <summary>Wakes an end again after a while, by itself.</summary>
    internal void KickLater(StreamEnd end, long delayNs) => After(delayNs, NetworkEventKind.Kick, end, 0);

    /// <summary>Something between the ends resets both.</summary>
    internal void ResetBoth(StreamEnd end)
    {
        After(LatencyNs(), NetworkEventKind.Reset, end, 0);
        ToPeer(NetworkEventKind.Reset, end, 0, 0);
    }

    /// <summary>From now on no packet gets through; one side or the other may give up after a while.</summary>
    internal void Cut(StreamEnd end)
    {
        Note("Cut", end, 0);
        GoSilent(end);
        if (end.Peer is { } peer)
        {
            GoSilent(peer);
        }
    }

    /// <summary>The owner closes this end; the peer learns it, and the pair is reused once both have.</summary>
    internal void Release(StreamEnd end, CloseKind kind)
    {
        Check.That(!end.IsDone, "an end is released once");
        bool wasOpen = end.Phase == EndPhase.Established && end.Failure == 0;
        bool isReset = kind == CloseKind.Rst || !wasOpen || end.In.Unread > 0;
        if (isReset)
        {
            ToPeer(NetworkEventKind.Reset, end, 0, 0);
        }
        else if (!end.Out.FinWritten)
        {
            FinishSending(end);
        }

        ReturnAddresses(end, wasOpen && !isReset);
        end.Phase = EndPhase.Released;
        end.Backend = null;
        if (end.Peer is null)
        {
            Recycle(end);
        }
        else if (end.Peer.IsDone)
        {
            Recycle(end.Peer);
            Recycle(end);
        }
    }

    /// <summary>A listener's process is gone: who waits in its queue is reset.</summary>
    internal void Unlisten(SimulatedListener listener)
    {
        _listeners.Remove(listener);
        while (listener.Waiting.TryDequeue(out StreamEnd? end))
        {
            Release(end, CloseKind.Rst);
        }
    }

    /// <summary>Adds to the trace; the hash always, the line only when somebody reads it.</summary>
    internal void Note(string what, StreamEnd end, long value)
    {
        Mix((ulong)NowNs);
        Mix(((ulong)what.Length << 56) ^ ((ulong)what[0] << 48) ^ ((ulong)end.Number << 20) ^ (ulong)value);
        Log?.Invoke($"{NowNs,15:N0} {what,-12} {end.Local} > {end.Remote} {end.Connection} {value}");
    }

    private void Mix(ulong value) => TraceHash = (TraceHash ^ value) * 1099511628211;

    private void Happen(in NetworkEvent due)
    {
        StreamEnd end = due.End;
        bool isPacket = due.Kind is not (NetworkEventKind.Fail or NetworkEventKind.Kick);
        if (isPacket && end.IsCut)
        {
            return;
        }

        switch (due.Kind)
        {
            case NetworkEventKind.Syn:
                TakeSyn(end);
                break;
            case NetworkEventKind.SynAck when end.Phase == EndPhase.Connecting && end.Failure == 0:
                end.Phase = EndPhase.Established;
                end.OpenedIsDue = true;
                break;
            case NetworkEventKind.Fail:
                Fail(end, due.Value, discards: true);
                break;
            case NetworkEventKind.Reset:
                Fail(end, Errno.ECONNRESET, discards: Chance(0.5));
                break;
            case NetworkEventKind.Arrive when end.Phase == EndPhase.Released:
                ToPeer(NetworkEventKind.Reset, end, 0, 0); // nobody is there to read it
                break;
            case NetworkEventKind.Arrive when end.Failure == 0: // a reset socket takes nothing more
                end.In.Arrive(due.Value);
                break;
            case NetworkEventKind.Fin:
                end.In.FinArrived = true;
                break;
            case NetworkEventKind.Datagram:
                TakeDatagram(end, due.Bytes!);
                break;
            case NetworkEventKind.Answer when end.Phase == EndPhase.Established && end.Failure == 0:
                end.Datagrams.Enqueue(due.Bytes!);
                break;
            case NetworkEventKind.Refusal when end.Phase == EndPhase.Established:
                end.Refusal = due.Value;
                break;
        }

        end.Backend?.Attend(end);
    }

    private static void Fail(StreamEnd end, int errno, bool discards)
    {
        if (end.IsDone || end.Failure != 0)
        {
            return;
        }

        end.Failure = errno;
        if (discards)
        {
            end.In.Discard();
        }
    }

    /// <summary>Error that this host itself finds in a connect: positive errno, or 0.</summary>
    private int RefusalAtOnce(StreamEnd end)
    {
        if (_taken.TryGetValue(new AddressPair(end.Local, end.Remote), out long untilNs) && untilNs > NowNs)
        {
            LiveCollisions += untilNs == long.MaxValue ? 1 : 0;
            return Errno.EADDRNOTAVAIL;
        }

        int errno = ErrnoOf(SimulatedOperation.Open);
        if (errno != 0)
        {
            return errno;
        }

        if (Chance(Faults.OpenLacksDescriptor))
        {
            return Between(0, 1) == 0 ? Errno.EMFILE : Errno.ENFILE;
        }

        if (Chance(Faults.PortCollides))
        {
            return Between(0, 1) == 0 ? Errno.EADDRNOTAVAIL : Errno.EADDRINUSE;
        }

        return Chance(Faults.ConnectUnreachable) ? Errno.ENETUNREACH : 0;
    }

    private void SendSyn(StreamEnd end)
    {
        long roundTripNs = 2 * LatencyNs();
        int errno = ErrnoOf(SimulatedOperation.Connect);
        if (errno != 0)
        {
            After(roundTripNs, NetworkEventKind.Fail, end, errno);
        }
        else if (Chance(Faults.ConnectRefused))
        {
            After(roundTripNs, NetworkEventKind.Fail, end, Errno.ECONNREFUSED);
        }
        else if (Chance(Faults.ConnectReset))
        {
            After(roundTripNs, NetworkEventKind.Fail, end, Errno.ECONNRESET);
        }
        else if (Chance(Faults.ConnectTimesOut))
        {
            After(Between(500_000_000, 10_000_000_000), NetworkEventKind.Fail, end, Errno.ETIMEDOUT);
        }
        else if (Chance(Faults.ConnectUnreachable))
        {
            After(roundTripNs, NetworkEventKind.Fail, end, Errno.EHOSTUNREACH);
        }
        else if (Chance(Faults.ConnectNeverAnswered))
        {
            After(GiveUpNs, NetworkEventKind.Fail, end, Errno.ETIMEDOUT);
        }
        else
        {
            end.RoundTripNs = roundTripNs;
            After(roundTripNs / 2, NetworkEventKind.Syn, end, 0);
        }
    }

    /// <summary>
    /// A first packet came to the target: into an accept queue, refused, or ignored while it is full.
    /// </summary>
    private void TakeSyn(StreamEnd client)
    {
        if (client.Phase != EndPhase.Connecting)
        {
            return;
        }

        SimulatedListener? listener = ListenerFor(client.Remote, forDatagrams: false);
        if (listener is null)
        {
            After(client.RoundTripNs / 2, NetworkEventKind.Fail, client, Errno.ECONNREFUSED);
            return;
        }

        if (listener.IsRetired || listener.Waiting.Count > listener.Backlog)
        {
            bool givesUp = ++client.Syns == SynsMax;
            After(SynAgainNs, givesUp ? NetworkEventKind.Fail : NetworkEventKind.Syn, client, Errno.ETIMEDOUT);
            return;
        }

        StreamEnd server = Rent(EndPhase.Established);
        server.Local = client.Remote;
        server.Remote = client.Local;
        server.RoundTripNs = client.RoundTripNs;
        server.Peer = client;
        client.Peer = server;
        server.In = client.Out;
        client.In = server.Out;
        listener.Waiting.Enqueue(server);
        ToPeer(NetworkEventKind.SynAck, server, 0, 0);
    }

    private SimulatedListener? ListenerFor(in SockAddr remote, bool forDatagrams)
    {
        SimulatedListener? chosen = null;
        int candidates = 0;
        foreach (SimulatedListener listener in _listeners)
        {
            if (listener.IsForDatagrams == forDatagrams && listener.Takes(remote) && Between(0, candidates++) == 0)
            {
                chosen = listener;
            }
        }

        return chosen;
    }

    /// <summary>Sends what follows everything this end sent before to its peer.</summary>
    private void ToPeer(NetworkEventKind kind, StreamEnd end, int value, long delayNs)
    {
        if (end.Peer is { } peer)
        {
            long atNs = Math.Max(end.Out.LastArrivalNs, NowNs + LatencyNs() + delayNs);
            end.Out.LastArrivalNs = atNs;
            _events.Add(atNs, kind, peer, value);
        }
    }

    private void After(long delayNs, NetworkEventKind kind, StreamEnd end, int value) =>
        _events.Add(NowNs + delayNs, kind, end, value);

    private long LatencyNs() => Between(Faults.LatencyMinNs, Faults.LatencyMaxNs);

    private void GoSilent(StreamEnd end)
    {
        end.IsCut = true;
        if (Chance(0.5))
        {
            After(Between(1_000_000_000, 30_000_000_000), NetworkEventKind.Fail, end, Errno.ETIMEDOUT);
        }
    }

    private StreamEnd Rent(EndPhase phase)
    {
        if (!_free.TryPop(out StreamEnd? end))
        {
            end = new StreamEnd { Number = ++_ends };
        }

        bool isSlow = Chance(Faults.PeerIsSlow);
        end.Begin(phase, isSlow ? 16 : Faults.WindowBytes, isSlow);
        return end;
    }

    private void Recycle(StreamEnd end)
    {
        end.Serial++;
        end.Phase = EndPhase.Free;
        end.Peer = null;
        _free.Push(end);
    }

    private void ReturnAddresses(StreamEnd end, bool mayLinger)
    {
        if (!end.HoldsAddresses)
        {
            return;
        }

        AddressPair pair = new(end.Local, end.Remote);
        _datagramEnds.Remove(pair);
        if (mayLinger && !end.IsDatagram && Chance(Faults.PortLingers))
        {
            _taken[pair] = NowNs + Between(0, 1_000_000_000);
        }
        else
        {
            _taken.Remove(pair);
        }

        end.HoldsAddresses = false;
    }

    private readonly record struct AddressPair(SockAddr Local, SockAddr Remote);
}
