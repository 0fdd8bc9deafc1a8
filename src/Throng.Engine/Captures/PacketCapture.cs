using System.Collections.Concurrent;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Keeps the last packets of every connection to a run's targets, and writes those of the connections that end badly.
/// A thread of its own takes packets out of the kernel's ring, and waits for a failure's last ones before it writes
/// them: workers do nothing for it.
/// </summary>
public sealed unsafe class PacketCapture : IPacketReader, IDisposable
{
    /// <summary>Packets kept at a time: 40 MiB.</summary>
    private const int PacketsMax = 1 << 18;

    /// <summary>Failures that may wait for their packets.</summary>
    private const int WaitingMax = 1 << 16;

    /// <summary>How long a failure waits: its last packets are in the ring's blocks by then, which the kernel hands
    /// over some milliseconds late.</summary>
    private const long SettleNs = 50 * Ns.Millisecond;

    /// <summary>How long after its end a connection has packets: what ends it is sent as it ends.</summary>
    private const long AfterNs = 10 * Ns.Millisecond;

    /// <summary>How far the two clocks may lie apart: packets have the time of day.</summary>
    private const long ClocksNs = Ns.Millisecond;

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Settle = TimeSpan.FromTicks(SettleNs / 100);

    private readonly PacketSocket _socket;
    private readonly PacketFileWriter _writer;
    private readonly PacketStore _store = new(PacketsMax);
    private readonly ConcurrentQueue<Failed> _waiting = new();
    private readonly ManualResetEventSlim _ending = new(false, spinCount: 0);
    private readonly Thread _thread;
    private HashSet<PacketEnd> _targets = [];
    private long _wallMinusOwnNs;

    private PacketCapture(PacketSocket socket, PacketFileWriter writer)
    {
        _socket = socket;
        _writer = writer;
        _thread = new Thread(Work) { Name = "packets", IsBackground = true };
    }

    /// <summary>Prepares to capture into a file.</summary>
    /// <param name="option">The option that asks for it, as a person writes it.</param>
    /// <param name="write">Writes to the file; on the thread that captures.</param>
    /// <param name="program">Program that the file names as its author.</param>
    /// <param name="bytesMax">What the file may have.</param>
    /// <exception cref="SetupException">Packets may not be captured here.</exception>
    public static PacketCapture Open(string option, WholeWrite write, string program, long bytesMax)
    {
        int result = PacketSocket.Open(out PacketSocket? socket);
        return result switch
        {
            0 => new PacketCapture(socket!, new PacketFileWriter(write, program, bytesMax)),
            -Errno.EPERM => throw new SetupException(
                $"{option} needs the right to see packets, CAP_NET_RAW",
                "run it as root, or give the program the right: sudo setcap cap_net_raw+ep "
                    + (Environment.ProcessPath ?? "throng"),
                Errno.EPERM),
            _ => throw new SetupException(
                $"{option}: packets cannot be captured here: {Errno.Text(result)}", "leave it out", -result),
        };
    }

    /// <summary>Begins to capture what goes to the targets and comes from them.</summary>
    /// <returns>What is wrong; null: nothing.</returns>
    internal SetupException? Begin(IReadOnlyCollection<SockAddr> targets, Transport transport)
    {
        _targets = [.. targets.Select(PacketEnd.Of)];
        int result = _socket.Begin(
            PacketFilter.Assemble(targets, transport == Transport.Datagram, StoredPacket.BytesMax));
        if (result < 0)
        {
            return new SetupException(
                $"packets cannot be captured here: {Errno.Text(result)}", "leave --pcap out", -result);
        }

        _thread.Start();
        return null;
    }

    /// <summary>Has the packets of a failure written, once the last of them have come.</summary>
    internal void Take(ConnectionFailure failure, in FailedConnection failed)
    {
        if (_waiting.Count >= WaitingMax)
        {
            return; // it is not among those whose packets are kept
        }

        bool hasNone = failed.Local.Family == 0;
        _waiting.Enqueue(new Failed(
            failure, hasNone ? default : PacketEnd.Of(failed.Local).To(PacketEnd.Of(failed.Remote)),
            failed.Times.BegunNs, failed.EndedNs));
    }

    /// <summary>Ends it, when no failure comes any more: what waits is written.</summary>
    /// <param name="failures">All that there were.</param>
    internal CaptureFigures End(long failures)
    {
        _ending.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        return new CaptureFigures
        {
            Connections = _writer.Connections,
            Packets = _writer.Packets,
            NotKept = failures - _writer.Connections,
            Dropped = _socket.Dropped,
        };
    }

    void IPacketReader.Read(in CapturedPacket packet)
    {
        if (!PacketHead.TryRead(packet.Bytes, out PacketHead head))
        {
            return;
        }

        bool isOurs = _targets.Contains(head.Destination);
        if (isOurs || _targets.Contains(head.Source))
        {
            Endpoints key = isOurs ? head.Source.To(head.Destination) : head.Destination.To(head.Source);
            _store.Add(key, packet, packet.WallNs - _wallMinusOwnNs, head.Flags, isOurs);
        }
    }

    public void Dispose()
    {
        _ = End(0);
        _ending.Dispose();
        _store.Dispose();
        _socket.Dispose();
    }

    private void Work()
    {
        bool isEnding;
        do
        {
            isEnding = _ending.IsSet;
            if (isEnding)
            {
                Thread.Sleep(Settle);
            }

            long nowNs = Clock.NowNs();
            _wallMinusOwnNs = Clock.RealtimeNs() - nowNs;
            _socket.Take(this);
            Write(isEnding ? long.MaxValue : nowNs - SettleNs);
            if (!isEnding)
            {
                _ending.Wait(Rest);
            }
        }
        while (!isEnding);
    }

    /// <summary>Writes the packets of the failures that had ended by a time.</summary>
    private void Write(long untilNs)
    {
        Span<int> slots = stackalloc int[PacketStore.PacketsMax];
        while (_waiting.TryPeek(out Failed? failed) && failed.EndedNs <= untilNs)
        {
            _ = _waiting.TryDequeue(out _);
            int count = Chosen(slots[.._store.Find(failed.Key, slots)], failed);
            if (count > 0)
            {
                _writer.Add(failed.Failure, _store, slots[..count]);
            }
        }

        _writer.Flush();
    }

    /// <summary>Moves those to the front that are of the time of a connection: its port may have had others.</summary>
    private int Chosen(Span<int> slots, Failed failed)
    {
        int count = 0;
        foreach (int slot in slots)
        {
            ref readonly StoredPacket packet = ref _store[slot];
            bool isLater = packet.AtNs > failed.EndedNs + AfterNs || (packet.IsFirst && packet.AtNs > failed.EndedNs);
            if (isLater)
            {
                break;
            }

            if (packet.AtNs >= failed.BegunNs - ClocksNs)
            {
                slots[count++] = slot;
            }
        }

        return count;
    }

    /// <summary>A failure that waits for its packets, with its times by the workers' clock.</summary>
    private sealed record Failed(ConnectionFailure Failure, Endpoints Key, long BegunNs, long EndedNs);
}
