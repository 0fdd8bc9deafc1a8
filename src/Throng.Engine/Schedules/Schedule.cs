using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// All that decides what is due when and, where connections are kept, on which of them; the same for every worker. It
/// is the sum of independent streams, one for each block of connections (<see cref="ConnectionBlocks"/>): who has some
/// of the connections needs to walk their blocks only (<see cref="OwnArrivals"/>). Immutable: a change makes another
/// one that agrees with it up to the moment of the change.
/// </summary>
public sealed class Schedule
{
    /// <summary>
    /// How long after the schedule's end, or where a pause of it begins, what fell due before may still be sent: more
    /// than a wake-up takes, and a thousandth of a run of ten seconds.
    /// </summary>
    public const long EndGraceNs = 10 * Ns.Millisecond;

    /// <summary>Bits of the number of a Poisson arrival behind the number of the epoch.</summary>
    private const int NumberBits = 44;

    private readonly RateProfile _asked;
    private readonly ArrivalLimit _limit;
    private readonly ulong _arrivalSeed;
    private readonly ulong _pickSeed;
    private readonly ulong _processSeed;
    private readonly Epoch[] _epochs;

    /// <summary>
    /// Makes a schedule of arrivals that each begin a connection of their own: no connection is picked.
    /// </summary>
    public Schedule(RateProfile profile, Arrivals arrivals, ulong seed, ArrivalLimit limit = default)
        : this(profile, arrivals, ConnectionPick.RoundRobin, seed, 0, limit)
    {
    }

    /// <summary>Makes a schedule of arrivals that go to connections which are kept.</summary>
    public Schedule(
        RateProfile profile, Arrivals arrivals, ConnectionPick pick, ulong seed, long connections,
        ArrivalLimit limit = default)
        : this(
            profile, arrivals, pick, SplitMix64.At(seed, 0), SplitMix64.At(seed, 1), [new(0, connections, 0)], limit,
            double.NaN)
    {
    }

    /// <param name="endPosition">Where it ends, as an amount of arrivals; NaN: to be found out.</param>
    private Schedule(
        RateProfile asked, Arrivals arrivals, ConnectionPick pick, ulong arrivalSeed, ulong pickSeed, Epoch[] epochs,
        ArrivalLimit limit, double endPosition)
    {
        _asked = asked;
        _limit = limit;
        Profile = asked;
        Arrivals = arrivals;
        Pick = pick;
        _arrivalSeed = arrivalSeed;
        _pickSeed = pickSeed;
        _epochs = epochs;
        _processSeed = SplitMix64.At(pickSeed, ulong.MaxValue); // no arrival's own draw
        EndPosition = double.IsNaN(endPosition) ? FindEnd() : endPosition;
        int hint = 0;
        long endNs = EndPosition < double.PositiveInfinity ? asked.TimeOf(EndPosition, ref hint) : long.MaxValue;

        // The moment itself belongs to it: the last arrival may be due in the same nanosecond.
        Profile = endNs < long.MaxValue ? asked.EndedAt(endNs + 1) : asked;
    }

    public RateProfile Profile { get; }

    /// <summary>The rates without the end that a number of arrivals makes.</summary>
    public RateProfile Asked => _asked;

    /// <summary>
    /// Where it ends for having had its number of arrivals, as an amount of them: the first that does not fall due any
    /// more is there. Infinite without a number.
    /// </summary>
    public double EndPosition { get; }

    /// <summary>It ends for having had its number of arrivals, before its time is over.</summary>
    public bool IsEndedByCount => EndPosition < _asked.Count;

    public Arrivals Arrivals { get; }

    public ConnectionPick Pick { get; }

    /// <summary>Connections in the end; 0 where none are kept.</summary>
    public long Connections => _epochs[^1].Connections;

    /// <summary>From when on it is that many, ns since the schedule's start.</summary>
    public long ConnectionsFromNs => _epochs[^1].FromNs;

    /// <summary>The last of the epochs, which are the times with one number of connections each, from 0.</summary>
    internal int EpochLast => _epochs.Length - 1;

    /// <param name="fromNs">Not before the last change of connections.</param>
    public Schedule WithRate(long fromNs, double ratePerSecond)
    {
        Check.That(fromNs >= ConnectionsFromNs, "changes of a schedule come one after the other");

        // Where an arrival lies is not changed by a rate; how many fall due within the warm-up is.
        double endPosition = _limit.WarmUpNs > fromNs ? double.NaN : EndPosition;
        return new(
            _asked.WithRateFrom(fromNs, ratePerSecond), Arrivals, Pick, _arrivalSeed, _pickSeed, _epochs, _limit,
            endPosition);
    }

    /// <param name="fromNs">Not before the last change of connections.</param>
    public Schedule WithConnections(long fromNs, long connections)
    {
        Check.That(fromNs >= ConnectionsFromNs, "changes of a schedule come one after the other");

        // Where that lies in the profile is decided once, so that no two workers round it differently.
        int hint = 0;
        double from = Arrivals == Arrivals.Constant ? Profile.SlotsBefore(fromNs, ref hint) : Profile.CountAt(fromNs);
        Epoch[] epochs = [.. _epochs, new Epoch(fromNs, connections, from)];
        double endPosition = Arrivals == Arrivals.Constant ? EndPosition : double.NaN;
        return new(_asked, Arrivals, Pick, _arrivalSeed, _pickSeed, epochs, _limit, endPosition);
    }

    /// <summary>
    /// Tells which of the processes an arrival belongs to whose sum the schedule is, from 0: as many as the rate has
    /// queries a second, rounded up, all equally fast. A Poisson process whose arrivals are dealt out at random is such
    /// a sum; constant arrivals are dealt out in turn, so that each process has about one a second.
    /// </summary>
    /// <param name="ns">When the arrival is due, since the schedule's start.</param>
    public int ProcessOf(long number, long ns)
    {
        long processes = (long)Math.Clamp(Math.Ceiling(Profile.RateAt(ns)), 1, int.MaxValue);
        ConnectionPick pick = Arrivals == Arrivals.Poisson ? ConnectionPick.Random : ConnectionPick.RoundRobin;
        return (int)ConnectionPicks.Pick(pick, _processSeed, number, processes);
    }

    /// <summary>How many there are at a time since the schedule's start.</summary>
    public long ConnectionsAt(long ns)
    {
        int at = _epochs.Length - 1;
        while (at > 0 && _epochs[at].FromNs > ns)
        {
            at--;
        }

        return _epochs[at].Connections;
    }

    /// <summary>The share of a part in all arrivals at a time, from 0 to 1.</summary>
    internal double ShareAt(long ns, int part, int parts)
    {
        long connections = BlocksOf(ConnectionsAt(ns)).Connections;
        return (double)Shares.OfPart(connections, part, parts) / connections;
    }

    /// <summary>Where an epoch ends, as an amount of arrivals; infinite for the last one.</summary>
    internal double EpochEnd(int epoch) => epoch < EpochLast ? _epochs[epoch + 1].From : double.PositiveInfinity;

    internal PoissonStreams StreamsOf(int epoch, int part, int parts)
    {
        ConnectionBlocks blocks = BlocksOf(_epochs[epoch].Connections);
        long first = Shares.FirstOf(blocks.Connections, part, parts);
        return new PoissonStreams(
            blocks, SplitMix64.At(_arrivalSeed, (ulong)epoch), Pick, _pickSeed, _epochs[epoch].From, first,
            Shares.OfPart(blocks.Connections, part, parts), (long)epoch << NumberBits);
    }

    internal ConstantRounds RoundsOf(int epoch, int part, int parts)
    {
        ConnectionBlocks blocks = BlocksOf(_epochs[epoch].Connections);
        long first = Shares.FirstOf(blocks.Connections, part, parts);
        return new ConstantRounds(
            blocks, Pick, _pickSeed, (long)_epochs[epoch].From, first,
            Shares.OfPart(blocks.Connections, part, parts));
    }

    /// <summary>
    /// Where the first arrival beyond the limit lies. Constant ones are counted by arithmetic; Poisson ones are walked,
    /// all of them, which takes some 30 ns each.
    /// </summary>
    private double FindEnd()
    {
        if (_limit.Arrivals == 0)
        {
            return double.PositiveInfinity;
        }

        int hint = 0;
        if (Arrivals == Arrivals.Constant)
        {
            return (_limit.WarmUpNs > 0 ? _asked.SlotsBefore(_limit.WarmUpNs, ref hint) : 0) + _limit.Arrivals;
        }

        double countFrom = _limit.WarmUpNs > 0 ? _asked.CountAt(_limit.WarmUpNs) : 0;
        long left = _limit.Arrivals;
        for (int epoch = 0; ; epoch++)
        {
            PoissonStreams streams = StreamsOf(epoch, 0, 1);
            double end = EpochEnd(epoch);
            for (; streams.Position < end; streams.MoveNext())
            {
                if (streams.Position >= _asked.Count)
                {
                    return double.PositiveInfinity; // the time is over before
                }

                bool counts = _limit.WarmUpNs == 0 || streams.Position >= countFrom
                    || _asked.TimeOf(streams.Position, ref hint) >= _limit.WarmUpNs;
                if (counts && left-- == 0)
                {
                    return streams.Position;
                }
            }
        }
    }

    /// <summary>Without connections arrivals fall due all the same: there is one to each block that is in nobody's
    /// hands.</summary>
    private static ConnectionBlocks BlocksOf(long connections) =>
        new(connections > 0 ? connections : ConnectionBlocks.CountMax);

    /// <summary>A time with one number of connections.</summary>
    /// <param name="From">Where it begins, as an amount of arrivals; of constant ones its first slot.</param>
    private readonly record struct Epoch(long FromNs, long Connections, double From);
}
