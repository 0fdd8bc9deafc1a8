using Throng.Measurement;

namespace Throng.Simulation;

/// <summary>Misfortunes of frames between a port and its peer; each is a chance from 0 to 1 for each frame.</summary>
internal sealed record WireFaults
{
    public static WireFaults None { get; } = new();

    public double Lost { get; init; }
    public double Doubled { get; init; }

    /// <summary>Comes later than some of those that were sent after it.</summary>
    public double Overtaken { get; init; }
    public double CutShort { get; init; }
    public double BitFlipped { get; init; }

    /// <summary>No frame is free for a moment.</summary>
    public double LacksFrames { get; init; }

    /// <summary>Next hops are known so long after they are first asked for.</summary>
    public long LinkKnownAfterNs { get; init; }
    public long DelayMinNs { get; init; } = 50_000;
    public long DelayMaxNs { get; init; } = 50_000;

    /// <summary>A plan in which each fault is absent in two of three.</summary>
    public static WireFaults Of(ulong seed)
    {
        Prng random = new(seed ^ 0x77697265);
        return new WireFaults
        {
            Lost = Rate(ref random, 0.15),
            Doubled = Rate(ref random, 0.2),
            Overtaken = Rate(ref random, 0.3),
            CutShort = Rate(ref random, 0.05),
            BitFlipped = Rate(ref random, 0.05),
            LacksFrames = Rate(ref random, 0.3),
            LinkKnownAfterNs = random.NextInRange(0, 3) == 0 ? random.NextInRange(0, 50_000_000) : 0,
            DelayMinNs = 20_000,
            DelayMaxNs = random.NextInRange(20_000, 30_000_000),
        };
    }

    private static double Rate(ref Prng random, double most)
    {
        double rate = random.NextDouble() * most;
        return random.NextInRange(0, 2) == 0 ? rate : 0;
    }
}
