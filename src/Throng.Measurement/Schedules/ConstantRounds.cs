namespace Throng.Measurement;

/// <summary>
/// The constant arrivals of a range of neighbouring connections in order. Slot follows slot at even spaces; a round of
/// as many slots as there are connections has each of them once, in an order that is always the same and scatters
/// neighbours over the round: so a range has its arrivals spread evenly too. Where blocks have several connections and
/// these are picked at random, a slot goes to any connection of the block that the order has in its place.
/// </summary>
public sealed class ConstantRounds
{
    private const double GoldenRatio = 0.6180339887498949;

    private readonly ConnectionBlocks _blocks;
    private readonly ulong _pickSeed;
    private readonly long _first;
    private readonly long _connections;
    private readonly bool _isDrawn;

    /// <summary>Places in a round that are walked, in order, and the connection that each stands for, from the first
    /// one walked on.</summary>
    private readonly int[] _places;
    private readonly int[] _walked;
    private readonly long _walkedFirst;
    private readonly long _from;
    private long _roundSlot;
    private int _at;

    /// <param name="from">First slot of the first round.</param>
    /// <param name="first">First connection of the range.</param>
    /// <param name="connections">Connections of the range; 0: nothing falls due.</param>
    public ConstantRounds(
        ConnectionBlocks blocks, ConnectionPick pick, ulong pickSeed, long from, long first, long connections)
    {
        _blocks = blocks;
        _pickSeed = pickSeed;
        _from = from;
        _roundSlot = from;
        _first = first;
        _connections = connections;
        _isDrawn = pick == ConnectionPick.Random && blocks.Count < blocks.Connections;
        _walkedFirst = first;
        long walkedEnd = first + connections;
        if (_isDrawn && connections > 0)
        {
            _walkedFirst = blocks.FirstOf(blocks.BlockOf(first));
            walkedEnd = blocks.FirstOf(blocks.BlockOf(walkedEnd - 1) + 1);
        }

        CountsByArithmetic = walkedEnd - _walkedFirst == connections;
        _places = new int[walkedEnd - _walkedFirst];
        _walked = new int[_places.Length];
        Deal();
        FindOwn();
    }

    /// <summary>Whether every slot that is walked belongs to the range.</summary>
    public bool CountsByArithmetic { get; }

    /// <summary>The next slot of the range; long.MaxValue where none comes.</summary>
    public long Slot { get; private set; }

    /// <summary>Connection of the next slot, counted from the first of the range.</summary>
    public long Seat { get; private set; }

    /// <summary>Goes on behind <see cref="Slot"/>.</summary>
    public void MoveNext()
    {
        Step();
        FindOwn();
    }

    /// <summary>
    /// Goes on to the first slot of the range from <paramref name="slot"/> on; returns how many it passed. Only where
    /// it counts by arithmetic.
    /// </summary>
    public long PassTo(long slot)
    {
        if (_places.Length == 0 || slot <= Slot)
        {
            return 0;
        }

        (long rounds, long place) = Math.DivRem(slot - _from, _blocks.Connections);
        int found = Array.BinarySearch(_places, (int)place);
        int at = found < 0 ? ~found : found;
        long roundSlot = _from + (rounds * _blocks.Connections);
        long passed = ((roundSlot - _roundSlot) / _blocks.Connections * _places.Length) + at - _at;
        _roundSlot = roundSlot;
        _at = at;
        if (at == _places.Length)
        {
            _at = 0;
            _roundSlot += _blocks.Connections;
        }

        FindOwn();
        return passed;
    }

    private void Step()
    {
        if (++_at == _places.Length)
        {
            _at = 0;
            _roundSlot += _blocks.Connections;
        }
    }

    private void FindOwn()
    {
        Slot = long.MaxValue;
        while (_places.Length > 0)
        {
            long slot = _roundSlot + _places[_at];
            long connection = _walkedFirst + _walked[_at];
            if (_isDrawn)
            {
                int block = _blocks.BlockOf(connection);
                long blockFirst = _blocks.FirstOf(block);
                long size = _blocks.FirstOf(block + 1) - blockFirst;
                connection = blockFirst + ConnectionPicks.Pick(ConnectionPick.Random, _pickSeed, slot, size);
            }

            Seat = connection - _first;
            if ((ulong)Seat < (ulong)_connections)
            {
                Slot = slot;
                return;
            }

            Step();
        }
    }

    /// <summary>Notes the places of a round whose connections are walked.</summary>
    private void Deal()
    {
        long connections = _blocks.Connections;
        long stride = StrideOf(connections);
        long connection = 0;
        int at = 0;
        for (long place = 0; at < _places.Length; place++)
        {
            long walked = connection - _walkedFirst;
            if ((ulong)walked < (ulong)_places.Length)
            {
                _places[at] = (int)place;
                _walked[at] = (int)walked;
                at++;
            }

            connection += stride;
            connection -= connection >= connections ? connections : 0;
        }
    }

    /// <summary>
    /// From one slot's connection to the next one's: near the golden part of all, which spreads neighbours best, and
    /// without a common divisor, so that a round has every connection.
    /// </summary>
    private static long StrideOf(long connections)
    {
        long stride = Math.Max(1, (long)(connections * GoldenRatio));
        while (!IsCoprime(stride, connections))
        {
            stride++;
        }

        return connections == 1 ? 0 : stride;
    }

    private static bool IsCoprime(long one, long other)
    {
        while (other != 0)
        {
            (one, other) = (other, one % other);
        }

        return one == 1;
    }
}
