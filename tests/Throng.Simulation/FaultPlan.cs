using Throng.Engine;
using Throng.Measurement;

namespace Throng.Simulation;

/// <summary>
/// Faults of a simulation and their frequency: each field is the probability that its fault happens at one opportunity.
/// Drawn from the seed so that most runs have a few faults at a high rate: a run with all of them at a low one explores
/// less. All zero (<see cref="None"/>): a network without fault.
/// </summary>
public sealed record FaultPlan
{
    /// <summary>Nothing goes wrong and everything takes 50 µs.</summary>
    public static FaultPlan None { get; } = new();

    // At a connect.
    public double ConnectRefused { get; init; }
    public double ConnectReset { get; init; }
    public double ConnectTimesOut { get; init; }
    public double ConnectNeverAnswered { get; init; }
    public double ConnectUnreachable { get; init; }
    public double PortCollides { get; init; }
    public double OpenLacksDescriptor { get; init; }

    // At an accept.
    public double AcceptLacksDescriptor { get; init; }

    // At a write of one connection.
    public double SendLacksMemory { get; init; }
    public double ResetMidStream { get; init; }
    public double PeerVanishes { get; init; }
    public double WriteIsPartial { get; init; }
    public double WriteIsSplit { get; init; }
    public double AskedTwice { get; init; }

    // At a read of one connection.
    public double ReadIsPartial { get; init; }

    // Of one datagram.
    public double DatagramLost { get; init; }
    public double DatagramDoubled { get; init; }
    public double DatagramOvertaken { get; init; }

    // For a connection as a whole.
    public double PeerIsSlow { get; init; }
    public double FinIsLate { get; init; }

    /// <summary>After a close the address pair stays taken for up to a second (TIME_WAIT).</summary>
    public double PortLingers { get; init; }

    // In one poll.
    /// <summary>
    /// A completion ready on one connection is left for a later poll, which reorders it behind the others.
    /// </summary>
    public double CompletionIsLate { get; init; }

    /// <summary>Completions of other kinds still come between a close and its Closed.</summary>
    public double CloseIsLate { get; init; }

    /// <summary>A reset is not noticed while a connection is paused and sends nothing.</summary>
    public bool PausedIsDeaf { get; init; }

    /// <summary>One Sent per write instead of one per outbox emptied.</summary>
    public bool SentInPieces { get; init; }

    /// <summary>The one operation that fails; of none by default. It is no part of what a seed draws.</summary>
    public NthFault Nth { get; init; }

    /// <summary>One way, drawn between the two for each segment.</summary>
    public long LatencyMinNs { get; init; } = 50_000;
    public long LatencyMaxNs { get; init; } = 50_000;

    /// <summary>Bytes that may be under way or unread in one direction; a power of two.</summary>
    public int WindowBytes { get; init; } = 64 * 1024;

    /// <summary>A plan from a seed.</summary>
    public static FaultPlan Draw(ref Prng random) => new()
    {
        ConnectRefused = Rate(ref random, 0.3),
        ConnectReset = Rate(ref random, 0.2),
        ConnectTimesOut = Rate(ref random, 0.2),
        ConnectNeverAnswered = Rate(ref random, 0.2),
        ConnectUnreachable = Rate(ref random, 0.3),
        PortCollides = Rate(ref random, 0.5),
        OpenLacksDescriptor = Rate(ref random, 0.2),
        AcceptLacksDescriptor = Rate(ref random, 0.3),
        SendLacksMemory = Rate(ref random, 0.05),
        ResetMidStream = Rate(ref random, 0.05),
        PeerVanishes = Rate(ref random, 0.05),
        WriteIsPartial = Rate(ref random, 0.9),
        WriteIsSplit = Rate(ref random, 0.9),
        AskedTwice = Rate(ref random, 0.5),
        ReadIsPartial = Rate(ref random, 0.9),
        PeerIsSlow = Rate(ref random, 0.3),
        FinIsLate = Rate(ref random, 0.5),
        PortLingers = Rate(ref random, 0.5),
        CompletionIsLate = Rate(ref random, 0.5),
        CloseIsLate = Rate(ref random, 0.7),
        PausedIsDeaf = random.NextInRange(0, 1) == 0,
        SentInPieces = random.NextInRange(0, 1) == 0,
        LatencyMinNs = random.NextInRange(0, 1) * 20_000,
        LatencyMaxNs = random.NextInRange(20_000, 2_000_000),
        WindowBytes = 1 << (int)random.NextInRange(6, 14),
        DatagramLost = Rate(ref random, 0.3),
        DatagramDoubled = Rate(ref random, 0.3),
        DatagramOvertaken = Rate(ref random, 0.5),
    };

    /// <summary>Two in three faults are absent from a plan; the others have any rate up to the most.</summary>
    private static double Rate(ref Prng random, double most)
    {
        double rate = random.NextDouble() * most;
        return random.NextInRange(0, 2) == 0 ? rate : 0;
    }
}
