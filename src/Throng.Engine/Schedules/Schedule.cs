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

    private readonly ulong _arrivalSeed;
    private readonly ulong _pickSeed;
    private readonly ulong _processSeed;
    private readonly Epoch[] _epochs;

    /// <summary>
    /// Makes a schedule of arrivals that each begin a connection of their own: no connection is picked.
    /// </summary>
    public Schedule(RateProfile profile, Arrivals arrivals, ulong seed)
        : this(profile, arrivals, ConnectionPick.RoundRobin, seed, 0)
    {
    }

    /// <summary>Makes a schedule of arrivals that go to connections which are kept.</summary>
    public Schedule(RateProfile profile, Arrivals arrivals, ConnectionPick pick, ulong seed, long connections)
        : this(profile, arrivals, pick, SplitMix64.At(seed, 0), SplitMix64.At(seed, 1), [new(0, connections, 0)])
    {
    }

    private Schedule(
        RateProfile profile, Arrivals arrivals, ConnectionPick pick, ulong arrivalSeed, ulong pickSeed, Epoch[] epochs)
    {
        Profile = profile;
        Arrivals = arrivals;
        Pick = pick;
        _arrivalSeed = arrivalSeed;
        _pickSeed = pickSeed;
        _epochs = epochs;
        _processSeed = SplitMix64.At(pickSeed, ulong.MaxValue); // no arrival's own draw
    }

    public RateProfile Profile { get; }

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
        return new(Profile.WithRateFrom(fromNs, ratePerSecond), Arrivals, Pick, _arrivalSeed, _pickSeed, _epochs);
    }

    /// <param name="fromNs">Not before the last change of connections.</param>
    public Schedule WithConnections(long fromNs, long connections)
    {
        Check.That(fromNs >= ConnectionsFromNs, "changes of a schedule come one after the other");

        // Where that lies in the profile is decided once, so that no two workers round it differently.
        int hint = 0;
        double from = Arrivals == Arrivals.Constant ? Profile.SlotsBefore(fromNs, ref hint) : Profile.CountAt(fromNs);
        Epoch[] epochs = [.. _epochs, new Epoch(fromNs, connections, from)];
        return new(Profile, Arrivals, Pick, _arrivalSeed, _pickSeed, epochs);
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

    /// <summary>Without connections arrivals fall due all the same: there is one to each block that is in nobody's
    /// hands.</summary>
    private static ConnectionBlocks BlocksOf(long connections) =>
        new(connections > 0 ? connections : ConnectionBlocks.CountMax);

    /// <summary>A time with one number of connections.</summary>
    /// <param name="From">Where it begins, as an amount of arrivals; of constant ones its first slot.</param>
    private readonly record struct Epoch(long FromNs, long Connections, double From);
}
