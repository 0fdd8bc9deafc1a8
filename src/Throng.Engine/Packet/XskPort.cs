using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// One queue of an interface by an AF_XDP socket. Most of its frames are the kernel's to receive into, for much may
/// come while the worker is busy; the others are to send with, and the one used last is used next, while it is in the
/// cache.
/// </summary>
internal sealed unsafe class XskPort : IFramePort
{
    /// <summary>Length of a frame; the kernel leaves 256 bytes free before what it received.</summary>
    public const int FrameBytes = 2048;

    /// <summary>Longest frame that is received.</summary>
    public const int ArrivedBytesMax = FrameBytes - 256;

    /// <summary>Entries of each ring, and frames to receive into.</summary>
    public const int RingEntries = 4096;

    /// <summary>Frames to send with. The kernel gives one back when the packet has been received at the other end of a
    /// veth, or sent by a card.</summary>
    public const int SendFrames = 1024;

    /// <summary>Memory of its frames, both ways.</summary>
    public const int MemoryBytes = Frames * FrameBytes;

    private const int Frames = RingEntries + SendFrames;

    /// <summary>Calls in a row that hand over what waits, before what came is looked at.</summary>
    private const int KicksMax = 2 * SendFrames / KickFrames;

    /// <summary>Frames that the kernel takes with one call at least.</summary>
    private const int KickFrames = 32;

    /// <summary>How long a wait is at most while the kernel does not take what is to be sent.</summary>
    private const long FullWaitNs = Ns.Millisecond / 10;

    private readonly XdpSocket _socket;
    private readonly int _wakeFd;
    private readonly int _crowd;
    private readonly int[] _free = new int[SendFrames];
    private readonly xdp_desc[] _arrived = new xdp_desc[RingEntries];
    private int _freeCount = SendFrames;
    private long _framesIn;
    private long _framesOut;
    private long _sendFull;

    /// <param name="queues">How many there are to be of the interface.</param>
    /// <exception cref="SetupException">The kernel refuses it.</exception>
    public XskPort(string interfaceName, int interfaceIndex, int queue, int queues, bool triesZeroCopy)
    {
        XdpSocketSpec spec = new(
            interfaceIndex, queue, RingEntries, 2 * RingEntries, Frames, FrameBytes, triesZeroCopy);
        _crowd = RingEntries / 2 / queues;
        int result = XdpSocket.Create(spec, out XdpSocket? socket, out string step);
        if (result < 0 && triesZeroCopy)
        {
            ZeroCopyErrno = -result;
            result = XdpSocket.Create(spec with { IsZeroCopy = false }, out socket, out step);
        }

        _socket = socket ?? throw Refusal(interfaceName, queue, queues, step, -result);
        _wakeFd = Descriptors.OpenEvent();
        if (_wakeFd < 0)
        {
            _socket.Dispose();
            throw Refusal(interfaceName, queue, queues, "eventfd", -_wakeFd);
        }

        for (int frame = 0; frame < RingEntries; frame++)
        {
            _ = _socket.TryGiveFree((ulong)frame * FrameBytes);
        }

        for (int frame = 0; frame < SendFrames; frame++)
        {
            _free[frame] = Frames - 1 - frame;
        }

        _socket.PublishFree();
    }

    /// <summary>The socket, for the map that leads packets to it.</summary>
    public int Fd => _socket.Fd;

    /// <summary>Whether so much has come that answers to what all send might find no room. Any thread.</summary>
    public bool IsCrowded => _socket.Arrived > _crowd;

    /// <summary>Whether answers to what is sent might find no room elsewhere; null: they come here alone.</summary>
    public Func<bool>? MustHoldBack { get; set; }

    public bool IsZeroCopy => _socket.IsZeroCopy;

    /// <summary>Why the driver does not read and write the frames itself; 0 when it does, or was not asked.</summary>
    public int ZeroCopyErrno { get; }

    public FramePortCounts Counts
    {
        get
        {
            _ = _socket.ReadStatistics(out xdp_statistics now);
            return new FramePortCounts(
                Volatile.Read(ref _framesIn), Volatile.Read(ref _framesOut), Volatile.Read(ref _sendFull),
                (long)(now.rx_ring_full + now.rx_fill_ring_empty_descs), OtherDrops(now));
        }
    }

    public long NowNs() => Clock.NowNs();

    public Span<byte> Take(out int frame)
    {
        frame = -1;
        if (_freeCount == 0)
        {
            Reclaim();
            if (_freeCount == 0)
            {
                return [];
            }
        }

        frame = _free[--_freeCount];
        return new Span<byte>(_socket.Memory + ((long)frame * FrameBytes), FrameBytes);
    }

    public void Send(int frame, int bytes)
    {
        bool isIn = _socket.TrySend((ulong)frame * FrameBytes, bytes);
        Check.That(isIn, "the ring has an entry for every frame");
        _framesOut++;
    }

    public void GiveBack(int frame) => _free[_freeCount++] = frame;

    public int Receive(Span<ArrivedFrame> into)
    {
        _socket.PublishFree(); // much may be received without a wait in between
        int count = _socket.Receive(_arrived.AsSpan(0, Math.Min(into.Length, _arrived.Length)));
        for (int i = 0; i < count; i++)
        {
            into[i] = new ArrivedFrame((int)_arrived[i].addr, (int)_arrived[i].len);
        }

        _framesIn += count;
        return count;
    }

    public Span<byte> BytesOf(in ArrivedFrame frame) => new(_socket.Memory + frame.Offset, frame.Bytes);

    public void Return(in ArrivedFrame frame)
    {
        bool isIn = _socket.TryGiveFree((ulong)(frame.Offset & ~(FrameBytes - 1)));
        Check.That(isIn, "the ring has an entry for every frame");
    }

    public void Wait(long untilNs)
    {
        _socket.PublishFree();
        _socket.PublishSent();
        Flush();
        Reclaim();
        long leftNs = untilNs - NowNs();
        if (leftNs <= 0 || _socket.Arrived > 0)
        {
            return;
        }

        bool hasUnsent = _socket.Unsent > 0;
        bool isHeldBack = hasUnsent && MustHoldBack?.Invoke() == true;
        _ = _socket.Await(_wakeFd, hasUnsent ? Math.Min(leftNs, FullWaitNs) : leftNs, sends: !isHeldBack);
        _ = Descriptors.Drain(_wakeFd, out _);
        Reclaim();
    }

    public void Wake() => _ = Descriptors.Signal(_wakeFd);

    public void Dispose()
    {
        _socket.Dispose();
        _ = Descriptors.Close(_wakeFd);
    }

    /// <summary>With copies the kernel counts a frame that found no free one among those it dropped, too.</summary>
    internal static long OtherDrops(in xdp_statistics now) =>
        Math.Max(0, (long)now.rx_dropped - (long)now.rx_fill_ring_empty_descs);

    /// <summary>
    /// Hands over what is to be sent, unless so much has come that more answers to it could not be received.
    /// </summary>
    private void Flush()
    {
        for (int kick = 0; kick < KicksMax && _socket.Unsent > 0 && !IsCrowded; kick++)
        {
            if (MustHoldBack?.Invoke() == true)
            {
                break;
            }

            int before = _socket.Unsent;
            int result = _socket.Kick();
            if (result < 0 && _socket.Unsent == before)
            {
                _sendFull++;
                break;
            }
        }
    }

    private void Reclaim()
    {
        int before = _freeCount;
        while (_socket.TryTakeSent(out ulong offset))
        {
            _free[_freeCount++] = (int)(offset / FrameBytes);
        }

        if (_freeCount > before)
        {
            _socket.PublishTaken();
        }
    }

    private static SetupException Refusal(
        string interfaceName, int queue, int queues, string step, int errno) => new(
        $"no packets can be taken from queue {queue} of {interfaceName}: {step}: {Errno.Text(errno)}",
        errno switch
        {
            Errno.EBUSY => "another program takes them: ss --xdp",
            Errno.EPERM => "run it as root, or with CAP_NET_RAW and CAP_NET_ADMIN",
            Errno.EAFNOSUPPORT => "this kernel has no AF_XDP (CONFIG_XDP_SOCKETS)",
            Errno.ENOBUFS or Errno.ENOMEM =>
                $"its memory is locked: ulimit -l {queues * MemoryBytes / 1024}, or CAP_IPC_LOCK",
            _ => "use another interface, or --engine auto",
        },
        errno);
}
