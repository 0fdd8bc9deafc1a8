using System.Runtime.InteropServices;
using Throng.Linux;

namespace Throng.Engine;

/// <summary>Bytes that wait to be sent on one connection. An outbox exists only while bytes are in flight.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Outbox
{
    /// <summary>First and last of the forwarded buffers, 0 for none; the chain is in <see cref="Outboxes"/>.</summary>
    public int HeadBuffer;
    public int TailBuffer;

    /// <summary>How many forwarded buffers wait.</summary>
    public int Buffers;

    /// <summary>Bytes announced by Send and not yet handed to the kernel.</summary>
    public int AnnouncedBytes;

    /// <summary>Stream offset of the first of them.</summary>
    public long StreamOffset;

    /// <summary>The buffer that produced bytes stay in while the kernel may still read them; 0 for none.</summary>
    public int ProducedBuffer;
    public int ProducedOffset;
    public int ProducedBytes;

    /// <summary>A FIN follows the last byte.</summary>
    public bool IsLast;

    /// <summary>Where the announced bytes of a datagram connection end and begin; none on a stream.</summary>
    public DatagramLengths Datagrams;

    /// <summary>How many of the announced bytes are produced into one buffer.</summary>
    public readonly int PieceBytes =>
        Datagrams.IsEmpty ? Math.Min(AnnouncedBytes, BufferPool.BufferBytes) : Datagrams.Oldest;

    /// <summary>No byte waits.</summary>
    public readonly bool IsEmpty => HeadBuffer == 0 && AnnouncedBytes == 0;
}

/// <summary>
/// The outboxes of one worker and the chains of forwarded buffers in them; used by every backend with real buffers.
/// Owner: the worker's thread.
/// </summary>
public sealed class Outboxes(BufferPool pool)
{
    /// <summary>Forwarded buffers after which a connection is no longer received from.</summary>
    public const int BuffersMax = 2;

    private readonly int[] _nextBuffer = new int[pool.Capacity + 1];
    private readonly int[] _bufferOffset = new int[pool.Capacity + 1];
    private readonly int[] _bufferBytes = new int[pool.Capacity + 1];
    private Outbox[] _boxes = new Outbox[256];
    private int[] _next = new int[256];
    private int _freeHead;
    private int _highWater;

    /// <summary>Connections with something to send.</summary>
    public int Used { get; private set; }

    public ref Outbox this[int outbox] => ref _boxes[outbox];

    /// <summary>A fresh outbox; its number is 1 or more.</summary>
    public int Rent()
    {
        int outbox = _freeHead;
        if (outbox != 0)
        {
            _freeHead = _next[outbox];
        }
        else
        {
            outbox = ++_highWater;
            if (outbox == _boxes.Length)
            {
                Array.Resize(ref _boxes, outbox * 2);
                Array.Resize(ref _next, outbox * 2);
            }
        }

        Used++;
        _boxes[outbox] = default;
        return outbox;
    }

    /// <summary>The outbox of a connection, made when it has none.</summary>
    public ref Outbox Of(ref Connection record)
    {
        if (record.Outbox == 0)
        {
            record.Outbox = Rent();
        }

        return ref _boxes[record.Outbox];
    }

    /// <summary>Adds bytes that the workload will produce; each send goes on where the one before ended.</summary>
    public void Announce(ref Connection record, int bytes, long streamOffset, SendMode mode)
    {
        ref Outbox box = ref Of(ref record);
        if (box.AnnouncedBytes == 0)
        {
            box.StreamOffset = streamOffset;
        }

        Check.That(box.StreamOffset + box.AnnouncedBytes == streamOffset, "a stream is sent without gaps");
        box.AnnouncedBytes += bytes;
        box.IsLast |= mode == SendMode.Last;
    }

    /// <summary>Adds one datagram that the workload will produce.</summary>
    public void AnnounceDatagram(ref Connection record, int bytes, long streamOffset, SendMode mode)
    {
        Check.That(bytes > 0 && bytes <= pool.BytesEach, "a datagram has a length that fits a buffer");
        Check.That(mode == SendMode.Normal, "a datagram connection is not half-closed");
        Announce(ref record, bytes, streamOffset, mode);
        _boxes[record.Outbox].Datagrams.Add(bytes);
    }

    /// <summary>
    /// The next bytes to send, in memory that stays put until <see cref="Take"/>: a forwarded buffer, or a piece
    /// produced into a buffer of the pool. False when the pool has none left.
    /// </summary>
    /// <param name="pieceMax">Most bytes to produce at once.</param>
    public bool TryStage(
        Handle connection, ref Outbox box, IProduce produce, out Lease staged, int pieceMax = int.MaxValue)
    {
        if (box.HeadBuffer != 0)
        {
            staged = Head(box);
            return true;
        }

        if (box.ProducedBuffer == 0)
        {
            box.ProducedBuffer = pool.Rent();
            if (box.ProducedBuffer == 0)
            {
                staged = default;
                return false;
            }

            box.ProducedOffset = 0;
            box.ProducedBytes = Math.Min(box.PieceBytes, pieceMax);
            produce.Produce(connection, box.StreamOffset, pool.Whole(box.ProducedBuffer)[..box.ProducedBytes]);
        }

        staged = new Lease(box.ProducedBuffer, box.ProducedOffset, box.ProducedBytes);
        return true;
    }

    /// <summary>The kernel took this many of the staged bytes.</summary>
    public void Take(ref Outbox box, int bytes)
    {
        if (box.HeadBuffer != 0)
        {
            Advance(ref box, bytes);
            return;
        }

        box.StreamOffset += bytes;
        box.AnnouncedBytes -= bytes;
        box.ProducedOffset += bytes;
        box.ProducedBytes -= bytes;
        if (box.ProducedBytes == 0)
        {
            pool.Return(box.ProducedBuffer);
            box.ProducedBuffer = 0;
            if (!box.Datagrams.IsEmpty)
            {
                box.Datagrams.RemoveOldest();
            }
        }
    }

    /// <summary>Ends an outbox and returns every buffer still in it.</summary>
    public void Return(int outbox)
    {
        ref Outbox box = ref _boxes[outbox];
        while (box.HeadBuffer != 0)
        {
            DropHead(ref box);
        }

        if (box.ProducedBuffer != 0)
        {
            pool.Return(box.ProducedBuffer);
        }

        _next[outbox] = _freeHead;
        _freeHead = outbox;
        Used--;
    }

    /// <summary>The same of a connection, if it has one.</summary>
    public void ReturnOf(ref Connection record)
    {
        if (record.Outbox != 0)
        {
            Return(record.Outbox);
            record.Outbox = 0;
        }
    }

    public void Append(ref Outbox box, in Lease received)
    {
        _nextBuffer[received.Buffer] = 0;
        _bufferOffset[received.Buffer] = received.Offset;
        _bufferBytes[received.Buffer] = received.Length;
        if (box.TailBuffer != 0)
        {
            _nextBuffer[box.TailBuffer] = received.Buffer;
        }
        else
        {
            box.HeadBuffer = received.Buffer;
        }

        box.TailBuffer = received.Buffer;
        box.Buffers++;
    }

    /// <summary>Returns the piece of the forwarded bytes that is to be sent next.</summary>
    public Lease Head(in Outbox box) =>
        new(box.HeadBuffer, _bufferOffset[box.HeadBuffer], _bufferBytes[box.HeadBuffer]);

    /// <summary>The kernel took this many bytes of the head; at its end the buffer goes back to the pool.</summary>
    public void Advance(ref Outbox box, int bytes)
    {
        _bufferOffset[box.HeadBuffer] += bytes;
        _bufferBytes[box.HeadBuffer] -= bytes;
        if (_bufferBytes[box.HeadBuffer] == 0)
        {
            DropHead(ref box);
        }
    }

    private void DropHead(ref Outbox box)
    {
        int buffer = box.HeadBuffer;
        box.HeadBuffer = _nextBuffer[buffer];
        box.TailBuffer = box.HeadBuffer == 0 ? 0 : box.TailBuffer;
        box.Buffers--;
        pool.Return(buffer);
    }
}
