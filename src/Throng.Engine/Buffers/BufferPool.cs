using Throng.Linux;

namespace Throng.Engine;

/// <summary>
/// Received bytes: a piece of one buffer of the worker's pool, valid during the call that brought it unless it is
/// forwarded. Buffer 0 means none.
/// </summary>
public readonly record struct Lease(int Buffer, int Offset, int Length)
{
    public bool IsNone => Buffer == 0;
}

/// <summary>
/// Buffers outside the managed heap, shared by all connections of a worker; a connection has one only while bytes are
/// in flight. They have 16 KiB, and where datagrams are received each has room for the longest. Address space is
/// reserved for the most there may be; pages are touched as needed.
/// Owner: the worker's thread. Invariant: rented + free = <see cref="Capacity"/>.
/// </summary>
public sealed unsafe class BufferPool : IDisposable
{
    /// <summary>Bytes of a buffer for streams; no buffer has fewer.</summary>
    public const int BufferBytes = 16 * 1024;

    /// <summary>
    /// From one buffer to the next: a cache line more than it holds. At 16 KiB apart the first bytes of all of them,
    /// which is all a short message touches, would share a handful of cache sets.
    /// </summary>
    private const int ApartBytes = 64;

    private readonly byte* _memory;
    private readonly int _strideBytes;
    private readonly int[] _next;
    private int _freeHead;
    private int _highWater;

    /// <param name="capacity">Most buffers there may be; numbers run from 1 to this.</param>
    /// <param name="bytesEach">At least <see cref="BufferBytes"/>, in whole cache lines.</param>
    public BufferPool(int capacity, int bytesEach = BufferBytes)
    {
        Capacity = capacity;
        BytesEach = bytesEach;
        _strideBytes = bytesEach + ApartBytes;
        _memory = (byte*)Reserved.Map((nuint)capacity * (nuint)_strideBytes);
        _next = new int[capacity + 1];
    }

    public int Capacity { get; }

    /// <summary>Bytes of each buffer.</summary>
    public int BytesEach { get; }

    public int Rented { get; private set; }

    /// <summary>
    /// Buffers that rings keep ready to receive into; at most half of all, the other half is for what is sent.
    /// </summary>
    public int SetAside { get; set; }

    /// <summary>Whether the next <see cref="Rent"/> gives one.</summary>
    public bool HasFree => _freeHead != 0 || _highWater < Capacity;

    /// <summary>Takes a buffer; 0 when all are in use, which the caller answers by not receiving for a while.</summary>
    public int Rent()
    {
        int buffer = _freeHead;
        if (buffer != 0)
        {
            _freeHead = _next[buffer];
        }
        else if (_highWater < Capacity)
        {
            buffer = ++_highWater;
        }
        else
        {
            return 0;
        }

        Rented++;
        return buffer;
    }

    public void Return(int buffer)
    {
        Check.That(buffer > 0 && Rented > 0, "a buffer is returned once");
        _next[buffer] = _freeHead;
        _freeHead = buffer;
        Rented--;
    }

    public byte* At(int buffer) => _memory + ((nint)(buffer - 1) * _strideBytes);

    public Span<byte> Bytes(Lease lease) => new(At(lease.Buffer) + lease.Offset, lease.Length);

    /// <summary>A lease of a buffer of its own with these bytes; false when all buffers are in use.</summary>
    public bool TryCopy(ReadOnlySpan<byte> bytes, out Lease copy)
    {
        int buffer = Rent();
        copy = new Lease(buffer, 0, bytes.Length);
        if (buffer != 0)
        {
            bytes.CopyTo(Whole(buffer));
        }

        return buffer != 0;
    }

    public Span<byte> Whole(int buffer) => new(At(buffer), BytesEach);

    public void Dispose() => Reserved.Unmap(_memory, (nuint)Capacity * (nuint)_strideBytes);
}
