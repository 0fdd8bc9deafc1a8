namespace Throng.Engine;

/// <summary>A queue of bytes in chunks of <see cref="ByteChunks"/>; all zero when empty.</summary>
internal struct ByteQueue
{
    public int Head;
    public int Tail;

    /// <summary>Where in the first chunk the first byte is.</summary>
    public int HeadOffset;
    public int Bytes;
}

/// <summary>
/// Bytes that were sent and may have to be sent again, in chunks of 512 outside the managed heap. Owner: the worker's
/// thread. Invariant: a chunk is free or in one queue.
/// </summary>
internal sealed unsafe class ByteChunks : IDisposable
{
    public const int ChunkBytes = 512;

    private readonly byte* _memory;
    private readonly int[] _next;
    private readonly int _capacity;
    private int _freeHead;
    private int _highWater;

    public ByteChunks(int capacity)
    {
        _capacity = capacity;
        _next = new int[capacity + 1];
        _memory = (byte*)Reserved.Map((nuint)capacity * ChunkBytes);
    }

    public int Used { get; private set; }

    /// <summary>Whether that many bytes fit behind the last.</summary>
    public bool CanAppend(in ByteQueue queue, int bytes) =>
        ChunksOf(queue.HeadOffset + queue.Bytes + bytes) - ChunksOf(queue.HeadOffset + queue.Bytes)
        <= _capacity - Used;

    public void Append(ref ByteQueue queue, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int end = (queue.HeadOffset + queue.Bytes) % ChunkBytes;
            if (end == 0)
            {
                AddChunk(ref queue);
            }

            int count = Math.Min(bytes.Length, ChunkBytes - end);
            bytes[..count].CopyTo(new Span<byte>(At(queue.Tail) + end, count));
            bytes = bytes[count..];
            queue.Bytes += count;
        }
    }

    /// <summary>Copies bytes out, beginning so many behind the first.</summary>
    public void CopyTo(in ByteQueue queue, int from, Span<byte> to)
    {
        int chunk = queue.Head;
        int offset = queue.HeadOffset + from;
        for (; offset >= ChunkBytes; offset -= ChunkBytes)
        {
            chunk = _next[chunk];
        }

        while (to.Length > 0)
        {
            int count = Math.Min(to.Length, ChunkBytes - offset);
            new ReadOnlySpan<byte>(At(chunk) + offset, count).CopyTo(to);
            to = to[count..];
            offset = 0;
            chunk = _next[chunk];
        }
    }

    /// <summary>Takes bytes away from the front.</summary>
    public void Drop(ref ByteQueue queue, int bytes)
    {
        Check.That(bytes <= queue.Bytes, "no more is acknowledged than was sent");
        queue.Bytes -= bytes;
        if (queue.Bytes == 0)
        {
            Clear(ref queue);
            return;
        }

        queue.HeadOffset += bytes;
        while (queue.HeadOffset >= ChunkBytes)
        {
            queue.HeadOffset -= ChunkBytes;
            queue.Head = Free(queue.Head);
        }
    }

    public void Clear(ref ByteQueue queue)
    {
        while (queue.Head != 0)
        {
            queue.Head = Free(queue.Head);
        }

        queue = default;
    }

    public void Dispose() => Reserved.Unmap(_memory, (nuint)_capacity * ChunkBytes);

    private static int ChunksOf(int bytes) => (bytes + ChunkBytes - 1) / ChunkBytes;

    private byte* At(int chunk) => _memory + ((nint)(chunk - 1) * ChunkBytes);

    private void AddChunk(ref ByteQueue queue)
    {
        int chunk = _freeHead;
        if (chunk != 0)
        {
            _freeHead = _next[chunk];
        }
        else
        {
            Check.That(_highWater < _capacity, "a chunk is taken where one is left");
            chunk = ++_highWater;
        }

        Used++;
        _next[chunk] = 0;
        if (queue.Tail != 0)
        {
            _next[queue.Tail] = chunk;
        }
        else
        {
            queue.Head = chunk;
        }

        queue.Tail = chunk;
    }

    /// <returns>The chunk that followed.</returns>
    private int Free(int chunk)
    {
        int next = _next[chunk];
        _next[chunk] = _freeHead;
        _freeHead = chunk;
        Used--;
        return next;
    }
}
