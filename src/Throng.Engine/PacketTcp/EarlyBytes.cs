namespace Throng.Engine;

/// <summary>
/// Received bytes behind a gap, each piece of a stream in a buffer of the pool of its own. The pieces of a connection
/// are in order, with no byte in two of them, and known by the first's buffer; 0: none. Owner: the worker's thread.
/// Invariant: a buffer is free, in one chain here or somebody else's.
/// </summary>
internal sealed class EarlyBytes
{
    /// <summary>Pieces of one connection.</summary>
    public const int PiecesMax = 16;

    /// <summary>The part of all buffers that pieces may have: what comes in order needs some, too.</summary>
    private const int ShareOfBuffers = 4;

    private readonly BufferPool _pool;
    private readonly int[] _next;
    private readonly int[] _bytes;
    private readonly uint[] _from;
    private readonly int _most;
    private int _used;

    public EarlyBytes(BufferPool pool)
    {
        _pool = pool;
        _next = new int[pool.Capacity + 1];
        _bytes = new int[pool.Capacity + 1];
        _from = new uint[pool.Capacity + 1];
        _most = pool.Capacity / ShareOfBuffers;
    }

    /// <summary>Keeps what is not there yet of some bytes; false when some of it found no room.</summary>
    public bool TryKeep(ref int head, uint from, ReadOnlySpan<byte> bytes)
    {
        int previous = 0;
        int next = head;
        int pieces = 0;
        while (bytes.Length > 0)
        {
            while (next != 0 && !Sequence.IsAfter(EndOf(next), from))
            {
                previous = next;
                next = _next[next];
                pieces++;
            }

            if (next != 0 && !Sequence.IsAfter(_from[next], from))
            {
                int known = (int)Math.Min(EndOf(next) - from, (uint)bytes.Length);
                from += (uint)known;
                bytes = bytes[known..];
                continue;
            }

            int room = next == 0 ? bytes.Length : (int)Math.Min(_from[next] - from, (uint)bytes.Length);
            int kept = Extend(previous, from, bytes[..room]);
            if (kept == 0)
            {
                kept = pieces + CountFrom(next) < PiecesMax ? Insert(ref head, previous, from, bytes[..room]) : 0;
            }

            if (kept == 0)
            {
                return false;
            }

            from += (uint)kept;
            bytes = bytes[kept..];
            next = previous == 0 ? head : _next[previous];
        }

        return true;
    }

    /// <summary>Takes the next bytes of a stream; false when they have not come.</summary>
    public bool TryTake(ref int head, uint expected, out Lease lease)
    {
        while (head != 0 && !Sequence.IsAfter(_from[head], expected))
        {
            int buffer = head;
            int known = (int)(expected - _from[buffer]);
            head = _next[buffer];
            _used--;
            if (known < _bytes[buffer])
            {
                lease = new Lease(buffer, known, _bytes[buffer] - known);
                return true;
            }

            _pool.Return(buffer);
        }

        lease = default;
        return false;
    }

    /// <summary>Pieces to tell the peer of: the one that it sent last, and then the first ones.</summary>
    /// <param name="latest">A number in the piece that came last.</param>
    /// <param name="fin">Number of a FIN that came, which the piece before it takes in.</param>
    public SequenceRanges Ranges(int head, uint latest, uint? fin)
    {
        SequenceRanges ranges = default;
        for (int buffer = head; buffer != 0; buffer = _next[buffer])
        {
            (SequenceRange range, buffer) = Joined(buffer, fin);
            bool isLatest = !Sequence.IsBefore(latest, range.From) && Sequence.IsBefore(latest, range.End);
            if (isLatest && ranges.IsFull)
            {
                ranges.Remove(ranges.Count - 1, 1);
            }

            if (isLatest)
            {
                ranges.Insert(0, range);
            }
            else if (!ranges.IsFull)
            {
                ranges.Append(range);
            }
        }

        return ranges;
    }

    public void Clear(ref int head)
    {
        while (head != 0)
        {
            int buffer = head;
            head = _next[buffer];
            _used--;
            _pool.Return(buffer);
        }
    }

    private uint EndOf(int buffer) => _from[buffer] + (uint)_bytes[buffer];

    private int CountFrom(int buffer)
    {
        int count = 0;
        for (; buffer != 0; buffer = _next[buffer])
        {
            count++;
        }

        return count;
    }

    /// <summary>A piece and those that follow on it without a gap; the buffer of the last of them.</summary>
    private (SequenceRange Range, int Last) Joined(int buffer, uint? fin)
    {
        uint from = _from[buffer];
        while (_next[buffer] != 0 && _from[_next[buffer]] == EndOf(buffer))
        {
            buffer = _next[buffer];
        }

        uint end = EndOf(buffer);
        return (new SequenceRange(from, end == fin ? end + 1 : end), buffer);
    }

    /// <returns>Bytes that were put behind those of a piece; 0: they do not follow on it, or it is full.</returns>
    private int Extend(int buffer, uint from, ReadOnlySpan<byte> bytes)
    {
        if (buffer == 0 || EndOf(buffer) != from)
        {
            return 0;
        }

        int count = Math.Min(bytes.Length, BufferPool.BufferBytes - _bytes[buffer]);
        bytes[..count].CopyTo(_pool.Whole(buffer)[_bytes[buffer]..]);
        _bytes[buffer] += count;
        return count;
    }

    /// <returns>Bytes that a new piece behind another has; 0: no buffer is left for it.</returns>
    private int Insert(ref int head, int previous, uint from, ReadOnlySpan<byte> bytes)
    {
        int buffer = _used < _most ? _pool.Rent() : 0;
        if (buffer == 0)
        {
            return 0;
        }

        _used++;
        int count = Math.Min(bytes.Length, BufferPool.BufferBytes);
        bytes[..count].CopyTo(_pool.Whole(buffer));
        _from[buffer] = from;
        _bytes[buffer] = count;
        _next[buffer] = previous == 0 ? head : _next[previous];
        if (previous == 0)
        {
            head = buffer;
        }
        else
        {
            _next[previous] = buffer;
        }

        return count;
    }
}
