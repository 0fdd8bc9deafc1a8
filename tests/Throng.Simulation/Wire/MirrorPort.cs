using System.Buffers.Binary;
using Throng.Engine;

namespace Throng.Simulation;

/// <summary>
/// A port that sends each frame back as the echo server in the kernel does (<see cref="XdpEcho"/>): both streams have
/// the same numbers, and no byte is acknowledged before it was echoed. Allocates nothing; checksums
/// are left to a device, as on a virtual link. For IPv4 behind 14 bytes of Ethernet.
/// </summary>
internal sealed class MirrorPort : IFramePort
{
    private const int FrameBytes = 2048;
    private const int IPAt = 14;
    private const int TcpAt = IPAt + 20;

    private readonly byte[] _memory;
    private readonly int[] _free;
    private readonly ArrivedFrame[] _waiting;
    private readonly ArrivedFrame[] _arrived;
    private int _freeCount;
    private int _waitingCount;
    private int _arrivedCount;
    private int _taken;
    private long _nowNs = 1_000_000_000;

    public MirrorPort(int frames)
    {
        _memory = new byte[frames * FrameBytes];
        _free = new int[frames];
        _waiting = new ArrivedFrame[frames];
        _arrived = new ArrivedFrame[frames];
        for (int frame = 0; frame < frames; frame++)
        {
            _free[_freeCount++] = frame * FrameBytes;
        }
    }

    public FramePortCounts Counts => default;

    public long NowNs() => _nowNs;

    public Span<byte> Take(out int frame)
    {
        frame = _freeCount > 0 ? _free[--_freeCount] : -1;
        return frame < 0 ? [] : _memory.AsSpan(frame, FrameBytes);
    }

    public void Send(int frame, int bytes) => _waiting[_waitingCount++] = new ArrivedFrame(frame, bytes);

    public void GiveBack(int frame) => _free[_freeCount++] = frame;

    public int Receive(Span<ArrivedFrame> into)
    {
        int count = Math.Min(into.Length, _arrivedCount - _taken);
        _arrived.AsSpan(_taken, count).CopyTo(into);
        _taken += count;
        if (_taken == _arrivedCount)
        {
            (_taken, _arrivedCount) = (0, 0);
        }

        return count;
    }

    public Span<byte> BytesOf(in ArrivedFrame frame) => _memory.AsSpan(frame.Offset, frame.Bytes);

    public void Return(in ArrivedFrame frame) => GiveBack(frame.Offset);

    /// <summary>Time passes: until what is waited for, or a microsecond while frames are on their way.</summary>
    public void Wait(long untilNs)
    {
        bool isIdle = _waitingCount == 0 && _arrivedCount == _taken;
        _nowNs = isIdle ? Math.Max(_nowNs, Math.Min(untilNs, _nowNs + 1_000_000_000)) : _nowNs + 1000;
        for (int i = 0; i < _waitingCount; i++)
        {
            ArrivedFrame frame = _waiting[i];
            if (TryMirror(BytesOf(frame)))
            {
                _arrived[_arrivedCount++] = frame;
            }
            else
            {
                GiveBack(frame.Offset);
            }
        }

        _waitingCount = 0;
    }

    public void Wake()
    {
    }

    public void Dispose()
    {
    }

    private static bool TryMirror(Span<byte> frame)
    {
        Span<byte> tcp = frame[TcpAt..];
        byte flags = tcp[13];
        if ((flags & PeerSegment.Rst) != 0)
        {
            return false;
        }

        Exchange(frame[(IPAt + 12)..], 4);
        Exchange(tcp, 2);
        uint seq = BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]);
        uint ack = BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]);
        bool isSyn = (flags & PeerSegment.Syn) != 0;
        uint length = (uint)(tcp.Length - ((tcp[12] >> 4) * 4)) + (uint)(isSyn ? 1 : flags & PeerSegment.Fin);
        bool isFirstMissing = !isSyn && (int)(seq - ack) > 0;
        uint answered = isSyn ? seq + 1
            : length == 0 || isFirstMissing ? ack
            : (int)(seq + length - ack) > 0 ? seq + length : ack;
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], length == 0 ? ack : seq);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], answered);
        tcp[13] = (byte)(flags | PeerSegment.Ack);
        ulong sum = InternetChecksum.Add(6u + (uint)tcp.Length, frame.Slice(IPAt + 12, 8));
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], (ushort)~InternetChecksum.Finish(sum));
        return true;
    }

    private static void Exchange(Span<byte> pair, int bytes)
    {
        for (int i = 0; i < bytes; i++)
        {
            (pair[i], pair[bytes + i]) = (pair[bytes + i], pair[i]);
        }
    }
}
