namespace Throng.Measurement;

/// <summary>
/// The cells of a histogram that have counts, in a few bytes each: for keeping thousands of intervals that may have to
/// be merged later. Immutable; percentiles are those of the <see cref="Histogram"/> it was made of.
/// </summary>
public sealed class CompactHistogram
{
    // A pair of numbers for each cell that has counts: how far it is behind the one before, and the count. Seven bits
    // a byte, the lowest first; the eighth bit says that more follow.
    private readonly byte[] _cells;

    private CompactHistogram(byte[] cells, long count, long maxNs)
    {
        _cells = cells;
        Count = count;
        MaxNs = maxNs;
    }

    public long Count { get; }

    /// <summary>The largest value, exactly.</summary>
    public long MaxNs { get; }

    /// <summary>Null for an empty histogram.</summary>
    public static CompactHistogram? From(Histogram histogram)
    {
        if (histogram.Count == 0)
        {
            return null;
        }

        Writer cells = new();
        int last = Histogram.IndexOf(Math.Min(histogram.MaxNs, Histogram.TopNs));
        for (int index = Histogram.IndexOf(Math.Min(histogram.MinNs, Histogram.TopNs)); index <= last; index++)
        {
            cells.Add(index, histogram.CountAt(index));
        }

        return new CompactHistogram(cells.ToArray(), histogram.Count, histogram.MaxNs);
    }

    /// <summary>The samples of both; null for none.</summary>
    public static CompactHistogram? Merge(CompactHistogram? one, CompactHistogram? other)
    {
        if (one is null || other is null)
        {
            return one ?? other;
        }

        Writer cells = new();
        Reader left = new(one._cells);
        Reader right = new(other._cells);
        while (left.HasCell || right.HasCell)
        {
            int index = Math.Min(left.Index, right.Index);
            cells.Add(index, left.Take(index) + right.Take(index));
        }

        return new CompactHistogram(cells.ToArray(), one.Count + other.Count, Math.Max(one.MaxNs, other.MaxNs));
    }

    /// <summary>As <see cref="Histogram.Percentile"/> has it.</summary>
    public long Percentile(double percentile)
    {
        long rank = Histogram.RankOf(percentile, Count);
        long seen = 0;
        for (Reader cells = new(_cells); cells.HasCell;)
        {
            int index = cells.Index;
            seen += cells.Take(index);
            if (seen >= rank && cells.HasCell)
            {
                return Histogram.HighestNs(index);
            }
        }

        return MaxNs;
    }

    private sealed class Writer
    {
        private readonly MemoryStream _bytes = new();
        private int _last;

        public void Add(int index, long count)
        {
            if (count != 0)
            {
                Number((ulong)(index - _last));
                Number((ulong)count);
                _last = index;
            }
        }

        public byte[] ToArray() => _bytes.ToArray();

        private void Number(ulong number)
        {
            for (; number > 0x7f; number >>= 7)
            {
                _bytes.WriteByte((byte)(number | 0x80));
            }

            _bytes.WriteByte((byte)number);
        }
    }

    private struct Reader
    {
        private readonly byte[] _bytes;
        private int _at;
        private long _count;

        public Reader(byte[] bytes)
        {
            _bytes = bytes;
            Next();
        }

        /// <summary>Index of the cell to be taken next; behind all cells when there is none.</summary>
        public int Index { get; private set; }

        public readonly bool HasCell => Index < int.MaxValue;

        /// <summary>The count of a cell, 0 when it is not the next.</summary>
        public long Take(int index)
        {
            if (index != Index)
            {
                return 0;
            }

            long count = _count;
            Next();
            return count;
        }

        private void Next()
        {
            if (_at == _bytes.Length)
            {
                Index = int.MaxValue;
                return;
            }

            Index += (int)Number();
            _count = (long)Number();
        }

        private ulong Number()
        {
            ulong number = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte part = _bytes[_at++];
                number |= (ulong)(part & 0x7f) << shift;
                if (part < 0x80)
                {
                    return number;
                }
            }
        }
    }
}
