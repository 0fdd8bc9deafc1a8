using System.Numerics;
using System.Runtime.CompilerServices;

namespace Throng.Measurement;

/// <summary>
/// The Poisson arrivals of a range of neighbouring connections in order: each block of connections is a stream with
/// exponential gaps of its own, a function of the seed, the block and the number of the gap, and this merges those that
/// lie in the range. A place in a stream is an amount of arrivals of the whole schedule, so that a change of rate
/// changes no gap. Of a block that reaches beyond the range only the arrivals of the range's connections count.
/// <para>
/// The next arrival of all streams is the winner of a tournament: a tree in which each node has the earlier one of the
/// two below it. After an arrival only the nodes above its stream are decided anew, without a branch that a processor
/// could mispredict and with a gap that was drawn before: with 2,000 streams that costs a third of a heap, and no more
/// than a calendar of buckets, which costs twice as much with a few.
/// </para>
/// </summary>
public sealed class PoissonStreams
{
    private readonly ConnectionBlocks _blocks;
    private readonly ConnectionPick _pick;
    private readonly ulong _pickSeed;
    private readonly long _first;
    private readonly long _connections;
    private readonly long _numberBase;
    private readonly int _blockFirst;
    private readonly int _blockCount;

    /// <summary>Each block is one connection.</summary>
    private readonly bool _areSingle;
    private readonly Stream[] _streams;

    /// <summary>Mean gap of a block of the smaller size, and of one with a connection more.</summary>
    private readonly double _gap;
    private readonly double _gapLarger;
    private readonly int _size;

    /// <summary>
    /// The tree: where the next arrival of a stream lies, as an amount of arrivals of the whole schedule, and which
    /// stream that is. The winner of all is at 1, those below node n at 2n and 2n + 1, the streams in the last row.
    /// </summary>
    private readonly long[] _keys;
    private readonly int[] _winners;
    private readonly int _row;

    /// <param name="seed">Of the gaps.</param>
    /// <param name="from">Where the streams begin, as an amount of arrivals.</param>
    /// <param name="first">First connection of the range.</param>
    /// <param name="connections">Connections of the range; 0: nothing falls due.</param>
    /// <param name="numberBase">Number of the first arrival of block 0.</param>
    public PoissonStreams(
        ConnectionBlocks blocks, ulong seed, ConnectionPick pick, ulong pickSeed, double from, long first,
        long connections, long numberBase)
    {
        _blocks = blocks;
        _pick = pick;
        _pickSeed = pickSeed;
        _first = first;
        _connections = connections;
        _numberBase = numberBase;
        _blockCount = blocks.Count;
        _areSingle = _blockCount == blocks.Connections;
        _size = (int)(blocks.Connections / _blockCount);
        _gap = (double)blocks.Connections / _size;
        _gapLarger = (double)blocks.Connections / (_size + 1);
        Position = double.PositiveInfinity;
        if (connections == 0)
        {
            _streams = [];
            _keys = [];
            _winners = [];
            return;
        }

        _blockFirst = blocks.BlockOf(first);
        int blockEnd = blocks.BlockOf(first + connections - 1) + 1;
        _streams = new Stream[blockEnd - _blockFirst];
        _row = (int)BitOperations.RoundUpToPowerOf2((uint)_streams.Length);
        _keys = new long[2 * _row];
        _winners = new int[2 * _row];
        for (int at = 0; at < _row; at++)
        {
            _keys[_row + at] = at < _streams.Length ? Begin(at, seed, from) : long.MaxValue;
            _winners[_row + at] = at;
        }

        for (int node = _row - 1; node > 0; node--)
        {
            int below = 2 * node;
            below += _keys[below] <= _keys[below + 1] ? 0 : 1;
            _keys[node] = _keys[below];
            _winners[node] = _winners[below];
        }

        FindOwn();
    }

    /// <summary>Where the next arrival lies in the profile, as an amount of arrivals; infinite where none comes.
    /// </summary>
    public double Position { get; private set; }

    /// <summary>Number of the next arrival, which no other arrival of the schedule has.</summary>
    public long Number { get; private set; }

    /// <summary>Connection of the next arrival, counted from the first of the range.</summary>
    public long Seat { get; private set; }

    /// <summary>Goes on behind the arrival at <see cref="Position"/>.</summary>
    public void MoveNext()
    {
        Pass();
        FindOwn();
    }

    private long Begin(int at, ulong seed, double from)
    {
        int block = _blockFirst + at;
        ref Stream stream = ref _streams[at];
        stream.Size = (int)(_blocks.FirstOf(block + 1) - _blocks.FirstOf(block));
        stream.Seed = SplitMix64.At(seed, (ulong)block);
        stream.Gap = GapOf(stream, 1);
        return KeyOf(from + GapOf(stream, 0));
    }

    /// <summary>The winner's stream goes on, and the tournament is decided anew.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Pass()
    {
        long[] keys = _keys;
        int[] winners = _winners;
        int winner = winners[1];
        ref Stream stream = ref _streams[winner];
        long key = KeyOf(PositionOf(keys[1]) + stream.Gap);
        stream.Taken++;
        stream.Gap = GapOf(stream, stream.Taken + 1); // long before it is asked for: nothing waits for it
        int node = _row + winner;
        keys[node] = key;
        while (node > 1)
        {
            // All bits of the mask are set where the other one is earlier.
            long later = keys[node ^ 1] - key;
            long mask = later >> 63;
            key += later & mask;
            winner += (winners[node ^ 1] - winner) & (int)mask;
            node >>= 1;
            keys[node] = key;
            winners[node] = winner;
        }
    }

    /// <summary>Stops at the next arrival whose connection is one of the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FindOwn()
    {
        while (true)
        {
            int at = _winners[1];
            ref Stream stream = ref _streams[at];
            int block = _blockFirst + at;
            Number = _numberBase + (stream.Taken * _blockCount) + block;
            Seat = (_areSingle ? block : _blocks.FirstOf(block) + PickIn(stream)) - _first;
            if ((ulong)Seat < (ulong)_connections)
            {
                Position = PositionOf(_keys[1]);
                return;
            }

            Pass();
        }
    }

    private long PickIn(in Stream stream) => ConnectionPicks.Pick(
        _pick, _pickSeed, _pick == ConnectionPick.RoundRobin ? stream.Taken : Number, stream.Size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double GapOf(in Stream stream, long number) =>
        ExponentialGap.Of(SplitMix64.At(stream.Seed, (ulong)number)) * (stream.Size == _size ? _gap : _gapLarger);

    /// <summary>Positions are not negative: they have the order of their bits.</summary>
    private static long KeyOf(double position) => BitConverter.DoubleToInt64Bits(position);

    private static double PositionOf(long key) => BitConverter.Int64BitsToDouble(key);

    /// <summary>A block's stream; 32 bytes.</summary>
    private struct Stream
    {
        public ulong Seed;

        /// <summary>Arrivals of it that have been passed.</summary>
        public long Taken;

        /// <summary>From its next arrival to the one after that.</summary>
        public double Gap;

        /// <summary>Connections of the block.</summary>
        public int Size;
    }
}
