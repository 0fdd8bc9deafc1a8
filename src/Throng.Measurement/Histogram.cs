using System.Numerics;
using System.Runtime.CompilerServices;

namespace Throng.Measurement;

/// <summary>
/// Latencies in nanoseconds, counted in log-linear cells: the bucket arithmetic of HdrHistogram with 3 significant
/// digits, lowest discernible value 1 and highest trackable value 1 h.
/// <para>
/// Up to 2 047 ns a cell is 1 ns wide; above, a cell is at most 1/1024 of its value wide, so a recorded value is known
/// to better than 0.1 % over the whole range. Memory is fixed: 33 792 cells of 8 bytes, 264 KiB.
/// </para>
/// <para>
/// One thread writes (<see cref="Record(long)"/>: no allocation; 2.3 to 4.6 ns over 40 M values, near together or
/// spread over all cells, Release, on a shared 2-core VM). Another may read at any time through
/// <see cref="CopyTo"/> (24 us, as is <see cref="Add"/>), or add it to one of its own: cells are read one by one and
/// each read is atomic, so such a copy is one that could have been taken slightly earlier for some cells than for
/// others; its count is that of its cells, nothing is counted twice and nothing is lost for the next copy. Everything
/// else belongs to the thread that owns the instance.
/// </para>
/// </summary>
public sealed class Histogram
{
    /// <summary>Digits kept, as written in the HdrHistogram header.</summary>
    public const int SignificantDigits = 3;

    /// <summary>The range the digits are promised for, as written in the HdrHistogram header: 1 h.</summary>
    public const long HighestTrackableNs = 3_600_000_000_000;

    /// <summary>
    /// The last value with a cell of its own (2^42 - 1 ns, 73 min). A longer one is counted in the last cell;
    /// <see cref="MaxNs"/> and <see cref="MeanNs"/> still know it exactly.
    /// </summary>
    public const long TopNs = (1L << (SubBucketBits + BucketCount - 1)) - 1;

    /// <summary>Number of cells.</summary>
    public const int CellCount = (BucketCount + 1) * SubBucketHalf;

    // 2 048 is the first power of two that keeps 3 digits (2 x 10^3); 32 buckets reach past 1 h: 2 048 << 31 = 2^42.
    private const int SubBucketBits = 11;
    private const int SubBucketHalf = 1 << (SubBucketBits - 1);
    private const int SubBucketMask = (1 << SubBucketBits) - 1;
    private const int BucketCount = 32;

    private readonly long[] _cells = new long[CellCount];
    private long _count;
    private long _minNs = long.MaxValue;
    private long _maxNs;

    // A 64-bit sum overflows after 292 years of summed latency: 10 M timed-out connections of 60 s a minute get there
    // within a day, so the carry is kept.
    private ulong _sumLow;
    private ulong _sumHigh;

    /// <summary>Number of recorded values.</summary>
    public long Count => _count;

    /// <summary>Smallest recorded value, exact; 0 when empty. After <see cref="Subtract"/> see there.</summary>
    public long MinNs => _count == 0 ? 0 : _minNs;

    /// <summary>Largest recorded value, exact also above <see cref="TopNs"/>; 0 when empty.</summary>
    public long MaxNs => _maxNs;

    /// <summary>Mean from the exact sum, not from cells; 0 when empty.</summary>
    public double MeanNs => _count == 0 ? 0 : (double)Sum / _count;

    /// <summary>Counts one value. A negative one (a clock that stepped) counts as 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Record(long valueNs)
    {
        if ((ulong)valueNs > TopNs)
        {
            RecordOutside(valueNs, 1);
            return;
        }

        // The cell first: a reader that sees the count of a cell late loses nothing, it sees it in the next copy.
        _cells[IndexOf(valueNs)]++;
        Account(valueNs);
    }

    /// <summary>
    /// Counts many at once: their cells are seldom in the cache, and the processor fetches several at a time, which it
    /// cannot where other work lies between.
    /// </summary>
    public void Record(ReadOnlySpan<long> valuesNs)
    {
        foreach (long valueNs in valuesNs)
        {
            Record(valueNs);
        }
    }

    /// <summary>Counts one value <paramref name="count"/> times.</summary>
    public void Record(long valueNs, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count == 0)
        {
            return;
        }

        if ((ulong)valueNs > TopNs)
        {
            RecordOutside(valueNs, count);
            return;
        }

        RecordInto(IndexOf(valueNs), valueNs, count);
    }

    /// <summary>
    /// Adds all of another histogram: the result is the one that had recorded both streams. The other's owner may go on
    /// recording; what it records meanwhile may be missing.
    /// </summary>
    public void Add(Histogram other)
    {
        // Before the cells: whoever set these had counted the cell.
        long minNs = Volatile.Read(ref other._minNs);
        long maxNs = Volatile.Read(ref other._maxNs);

        // Also of one without counts: an interval may have got the sum of records that the one before it counted.
        Sum += other.Sum;
        if (other._count == 0)
        {
            return;
        }

        long[] from = other._cells;
        long count = 0;
        int last = IndexOf(Math.Min(maxNs, TopNs));
        for (int index = IndexOf(Math.Min(minNs, TopNs)); index <= last; index++)
        {
            long cell = Volatile.Read(ref from[index]);
            _cells[index] += cell;
            count += cell;
        }

        if (count > 0)
        {
            _count += count;
            _minNs = Math.Min(_minNs, minNs);
            _maxNs = Math.Max(_maxNs, maxNs);
        }
    }

    /// <summary>
    /// Copies into <paramref name="copy"/>, from any thread while the owner goes on recording. The copy's count is the
    /// sum of its cells, and its extremes are made to agree with them. Its sum may lack what was recorded during the
    /// 24 us of copying; the next copy has it.
    /// </summary>
    public void CopyTo(Histogram copy)
    {
        long minNs = Volatile.Read(ref _minNs);
        long maxNs = Volatile.Read(ref _maxNs);
        copy._sumLow = Volatile.Read(ref _sumLow);
        copy._sumHigh = Volatile.Read(ref _sumHigh);
        long count = 0;
        for (int index = 0; index < CellCount; index++)
        {
            long cell = Volatile.Read(ref _cells[index]);
            copy._cells[index] = cell;
            count += cell;
        }

        copy._count = count;
        copy.Settle(minNs, maxNs);
    }

    /// <summary>
    /// Takes an earlier copy of the same recording away: what is left is the interval between the two. The extremes
    /// stay exact where the interval set a new one; otherwise they are those of the outermost cells left (within
    /// 0.1 %).
    /// </summary>
    /// <exception cref="ArgumentException">The other is not an earlier state of this one.</exception>
    public void Subtract(Histogram earlier)
    {
        long count = 0;
        for (int index = 0; index < CellCount; index++)
        {
            if (_cells[index] < earlier._cells[index])
            {
                throw new ArgumentException("Not an earlier copy of this histogram.", nameof(earlier));
            }

            long cell = _cells[index] - earlier._cells[index];
            _cells[index] = cell;
            count += cell;
        }

        bool setMin = _minNs < earlier._minNs;
        bool setMax = _maxNs > earlier._maxNs;
        _count = count;
        Sum -= earlier.Sum;
        Settle(setMin ? _minNs : long.MaxValue, setMax ? _maxNs : -1, capNs: _maxNs);
    }

    /// <summary>
    /// The value that <paramref name="percentile"/> (0..100) percent of the records do not exceed: the highest value
    /// equivalent to the cell in which the record of rank ceil(p/100 x count) lies, never more than
    /// <see cref="MaxNs"/>. So it errs to the pessimistic side, by less than 0.1 %. 0 when empty.
    /// </summary>
    public long Percentile(double percentile)
    {
        if (_count == 0)
        {
            return 0;
        }

        long rank = RankOf(percentile, _count);
        long seen = 0;
        int last = IndexOf(Math.Min(_maxNs, TopNs));
        for (int index = IndexOf(Math.Min(_minNs, TopNs)); index < last; index++)
        {
            seen += _cells[index];
            if (seen >= rank)
            {
                return HighestNs(index);
            }
        }

        return _maxNs;
    }

    /// <summary>Which of so many records in order stands for a percentile; from 1 on.</summary>
    internal static long RankOf(double percentile, long count)
    {
        // One step down before rounding up: 99.9 / 100 x 1000 is 999.0000000000001 in binary.
        double exactRank = Math.BitDecrement(Math.Clamp(percentile, 0, 100)) / 100 * count;
        return Math.Clamp((long)Math.Ceiling(exactRank), 1, count);
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Array.Clear(_cells);
        _count = 0;
        _sumLow = 0;
        _sumHigh = 0;
        _minNs = long.MaxValue;
        _maxNs = 0;
    }

    /// <summary>Count of one cell, for export and drawing.</summary>
    public long CountAt(int index) => _cells[index];

    /// <summary>The cell of a value in 0..<see cref="TopNs"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOf(long valueNs)
    {
        int bucket = 64 - SubBucketBits - BitOperations.LeadingZeroCount((ulong)valueNs | SubBucketMask);
        return (bucket << (SubBucketBits - 1)) + (int)(valueNs >> bucket);
    }

    /// <summary>Smallest value that falls into a cell.</summary>
    public static long LowestNs(int index)
    {
        int bucket = Math.Max(0, (index >> (SubBucketBits - 1)) - 1);
        return (long)(index - (bucket << (SubBucketBits - 1))) << bucket;
    }

    /// <summary>Largest value that falls into a cell.</summary>
    public static long HighestNs(int index)
    {
        int bucket = Math.Max(0, (index >> (SubBucketBits - 1)) - 1);
        return LowestNs(index) + (1L << bucket) - 1;
    }

    /// <summary>
    /// Puts back what the exported form does not carry: the exact extremes and the mean. Used when a saved summary is
    /// read, so that documents merge without loss. Values that contradict the cells are not taken.
    /// </summary>
    public void Restore(long minNs, long maxNs, double meanNs)
    {
        if (_count == 0)
        {
            return;
        }

        Settle(minNs, maxNs);
        if (double.IsFinite(meanNs) && meanNs >= 0)
        {
            Sum = (UInt128)Math.Round(meanNs * _count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Account(long valueNs)
    {
        _count++;
        ulong sum = _sumLow + (ulong)valueNs;
        if (sum < _sumLow)
        {
            _sumHigh++;
        }

        Volatile.Write(ref _sumLow, sum); // after its cell also for a reader on arm64: a sum without a count is no mean
        if (valueNs > _maxNs)
        {
            Volatile.Write(ref _maxNs, valueNs);
        }

        if (valueNs < _minNs)
        {
            Volatile.Write(ref _minNs, valueNs);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RecordOutside(long valueNs, long count)
    {
        long atLeastZeroNs = Math.Max(0, valueNs);
        RecordInto(IndexOf(Math.Min(atLeastZeroNs, TopNs)), atLeastZeroNs, count);
    }

    private void RecordInto(int index, long valueNs, long count)
    {
        _cells[index] += count;
        _count += count;
        Sum += (UInt128)(ulong)valueNs * (ulong)count;
        _minNs = Math.Min(_minNs, valueNs);
        _maxNs = Math.Max(_maxNs, valueNs);
    }

    private UInt128 Sum
    {
        get => new(_sumHigh, _sumLow);
        set => (_sumHigh, _sumLow) = ((ulong)(value >> 64), (ulong)value);
    }

    // Takes the extremes offered where they lie in the outermost used cells, else those of the cells.
    private void Settle(long minNs, long maxNs, long capNs = long.MaxValue)
    {
        int first = Array.FindIndex(_cells, static cell => cell != 0);
        if (first < 0)
        {
            (_minNs, _maxNs) = (long.MaxValue, 0);
            return;
        }

        int last = Array.FindLastIndex(_cells, static cell => cell != 0);
        bool minFits = minNs >= 0 && IndexOf(Math.Min(minNs, TopNs)) == first;
        bool maxFits = maxNs >= 0 && IndexOf(Math.Min(maxNs, TopNs)) == last;
        _maxNs = maxFits ? maxNs : Math.Min(HighestNs(last), capNs);
        _minNs = minFits ? minNs : Math.Min(LowestNs(first), _maxNs);
    }
}
