using System.Runtime.CompilerServices;

namespace Throng.Engine;

/// <summary>A piece of a stream: its first sequence number, and the one behind its last.</summary>
internal readonly record struct SequenceRange(uint From, uint End)
{
    public uint Bytes => End - From;
}

/// <summary>Pieces of a stream, as many as one selective acknowledgement can tell (RFC 2018).</summary>
internal struct SequenceRanges
{
    public const int Most = 4;

    private Pieces _pieces;

    public int Count { get; private set; }

    public readonly bool IsFull => Count == Most;

    public readonly SequenceRange this[int at] => _pieces[at];

    public void Append(in SequenceRange range) => _pieces[Count++] = range;

    public void Set(int at, in SequenceRange range) => _pieces[at] = range;

    /// <summary>Puts one before another; there is room.</summary>
    public void Insert(int at, in SequenceRange range)
    {
        for (int i = Count; i > at; i--)
        {
            _pieces[i] = _pieces[i - 1];
        }

        _pieces[at] = range;
        Count++;
    }

    /// <summary>Takes some out, from a place on.</summary>
    public void Remove(int at, int count)
    {
        for (int i = at; i < Count - count; i++)
        {
            _pieces[i] = _pieces[i + count];
        }

        Count -= count;
    }

    [InlineArray(Most)]
    private struct Pieces
    {
        private SequenceRange _first;
    }
}
