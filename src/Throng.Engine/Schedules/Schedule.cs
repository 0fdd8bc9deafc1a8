using System.Runtime.CompilerServices;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// All that decides what is due when and, where connections are kept, on which of them; the same for every worker.
/// Immutable: a change makes another one that agrees with it up to the moment of the change.
/// </summary>
public sealed class Schedule
{
    /// <summary>
    /// How long after the schedule's end, or where a pause of it begins, what fell due before may still be sent: more
    /// than a wake-up takes, and a thousandth of a run of ten seconds.
    /// </summary>
    public const long EndGraceNs = 10 * Ns.Millisecond;

    private readonly ulong _arrivalSeed;
    private readonly ulong _pickSeed;
    private readonly ulong _processSeed;
    private readonly (long FromNs, long Connections)[] _connections;

    /// <summary>
    /// Makes a schedule of arrivals that each begin a connection of their own: no connection is picked.
    /// </summary>
    public Schedule(RateProfile profile, Arrivals arrivals, ulong seed)
        : this(profile, arrivals, ConnectionPick.RoundRobin, seed, 0)
    {
    }

    /// <summary>Makes a schedule of arrivals that go to connections which are kept.</summary>
    public Schedule(RateProfile profile, Arrivals arrivals, ConnectionPick pick, ulong seed, long connections)
        : this(profile, arrivals, pick, SplitMix64.At(seed, 0), SplitMix64.At(seed, 1), [(0, connections)])
    {
    }

    private Schedule(
        RateProfile profile, Arrivals arrivals, ConnectionPick pick, ulong arrivalSeed, ulong pickSeed,
        (long FromNs, long Connections)[] connections)
    {
        Profile = profile;
        Arrivals = arrivals;
        Pick = pick;
        _arrivalSeed = arrivalSeed;
        _pickSeed = pickSeed;
        _connections = connections;
        _processSeed = SplitMix64.At(pickSeed, ulong.MaxValue); // no slot's own draw
    }

    public RateProfile Profile { get; }

    public Arrivals Arrivals { get; }

    public ConnectionPick Pick { get; }

    /// <summary>Connections in the end; 0 where none are kept.</summary>
    public long Connections => _connections[^1].Connections;

    /// <summary>From when on it is that many, ns since the schedule's start.</summary>
    public long ConnectionsFromNs => _connections[^1].FromNs;

    public Schedule WithRate(long fromNs, double ratePerSecond) => new(
        Profile.WithRateFrom(fromNs, ratePerSecond), Arrivals, Pick, _arrivalSeed, _pickSeed, _connections);

    public Schedule WithConnections(long fromNs, long connections) => new(
        Profile, Arrivals, Pick, _arrivalSeed, _pickSeed, [.. _connections, (fromNs, connections)]);

    public ArrivalCursor Cursor() => new(Profile, Arrivals, _arrivalSeed);

    public ArrivalCount Count() => new(Profile, Arrivals, _arrivalSeed);

    /// <summary>Which of <paramref name="connections"/> a slot goes to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ConnectionOf(long slot, long connections) =>
        ConnectionPicks.Pick(Pick, _pickSeed, slot, connections);

    /// <summary>
    /// Which of the processes a slot belongs to whose sum the schedule is, from 0: as many as the rate has queries a
    /// second, rounded up, all equally fast. A Poisson process whose arrivals are dealt out at random is such a sum;
    /// constant arrivals are dealt out in turn, so that each process has about one a second.
    /// </summary>
    /// <param name="ns">When the slot is due, since the schedule's start.</param>
    public int ProcessOf(long slot, long ns)
    {
        long processes = (long)Math.Clamp(Math.Ceiling(Profile.RateAt(ns)), 1, int.MaxValue);
        ConnectionPick pick = Arrivals == Arrivals.Poisson ? ConnectionPick.Random : ConnectionPick.RoundRobin;
        return (int)ConnectionPicks.Pick(pick, _processSeed, slot, processes);
    }

    /// <summary>How many there are at a time since the schedule's start.</summary>
    public long ConnectionsAt(long ns)
    {
        int at = _connections.Length - 1;
        while (at > 0 && _connections[at].FromNs > ns)
        {
            at--;
        }

        return _connections[at].Connections;
    }
}
