using Throng.Engine;
using Throng.Measurement;

namespace Throng.Tests;

/// <summary>Rounds of a simulated `idle`: as its guide does, the next one is ordered once all have ended.</summary>
internal sealed class IdleRounds(Scene scene)
{
    private readonly List<IdleTally> _tallies = [];
    private int _round;

    /// <summary>Asked for once by each client, in their order.</summary>
    public Idle<EchoProtocol> Lanes(int targets)
    {
        _tallies.Add(new IdleTally());
        return new(scene.IdleSpec, new EchoProtocol(IdleSpec.MessageBytes), _tallies[^1], targets);
    }

    /// <summary>Every connection of the round has ended at every client.</summary>
    public bool IsClosed => _tallies.All(tally => Volatile.Read(ref tally.ClosedRound) == _round);

    /// <summary>Begins the next round, or ends the one under way.</summary>
    public WorkerMessage Next()
    {
        if (!IsClosed)
        {
            return new WorkerMessage(WorkerMessageKind.Dismiss, 0);
        }

        CheckOutcomes();
        _round++;
        foreach (IdleTally tally in _tallies)
        {
            tally.Seats =
            [
                .. Enumerable.Range(1, 1 + (scene.Connections / scene.Clients)).Select(lane => new IdleSeat
                {
                    SilenceNs = lane * 30 * Ns.Millisecond, HalfCloses = scene.Seed % 4 == 0 && lane % 2 == 0,
                }),
            ];
        }

        return new WorkerMessage(WorkerMessageKind.Assemble, _round);
    }

    /// <summary>Every lane of a round that has ended has its outcome.</summary>
    public void CheckOutcomes() => Check.That(
        _tallies.All(tally => tally.Seats.All(seat => seat.Outcome != IdleOutcome.None)),
        "every lane has an outcome");
}
