namespace Throng.Engine;

/// <summary>
/// Chains of received buffers, each known by its first and last buffer. A buffer is in one chain at most.
/// Owner: the worker's thread.
/// </summary>
internal sealed class LeaseChains(int capacity)
{
    private readonly int[] _next = new int[capacity + 1];
    private readonly int[] _offset = new int[capacity + 1];
    private readonly int[] _length = new int[capacity + 1];

    public void Append(ref int head, ref int tail, in Lease lease)
    {
        _next[lease.Buffer] = 0;
        _offset[lease.Buffer] = lease.Offset;
        _length[lease.Buffer] = lease.Length;
        if (tail != 0)
        {
            _next[tail] = lease.Buffer;
        }
        else
        {
            head = lease.Buffer;
        }

        tail = lease.Buffer;
    }

    /// <summary>Returns the remainder of the first buffer.</summary>
    public Lease Head(int head) => new(head, _offset[head], _length[head]);

    /// <summary>Marks that many bytes of the first buffer as done with.</summary>
    public void Advance(int head, int bytes)
    {
        _offset[head] += bytes;
        _length[head] -= bytes;
    }

    /// <summary>Where in a buffer its bytes end.</summary>
    public int EndOf(int buffer) => _offset[buffer] + _length[buffer];

    /// <summary>Adds bytes that were written behind those of a buffer.</summary>
    public void Extend(int buffer, int bytes) => _length[buffer] += bytes;

    /// <summary>Takes the first buffer off.</summary>
    public Lease Take(ref int head, ref int tail)
    {
        Lease first = Head(head);
        head = _next[head];
        tail = head == 0 ? 0 : tail;
        return first;
    }
}
