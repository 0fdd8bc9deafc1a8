using Throng.Measurement;

namespace Throng.Tests;

/// <summary>Something that a person, a crash or a host does to a run at a moment nobody chose.</summary>
internal enum StepKind : byte
{
    /// <summary>Wants <see cref="Step.Value"/> connections; of a load by rate ten times as many a second.</summary>
    Set,
    Rate,
    Ping,
    List,
    Failed,
    Details,
    Slots,
    Debug,

    /// <summary>A time at another rate, as a search offers it, and then none.</summary>
    Search,
    KillServers,

    /// <summary>One worker has no CPU for <see cref="Step.Value"/> ns.</summary>
    Stall,

    /// <summary>None of the workers has one: a process that is stopped.</summary>
    StallAll,

    /// <summary>Clocks jump ahead by <see cref="Step.Value"/> ns without an event: a host that slept.</summary>
    Leap,
}

/// <summary>One step of a history.</summary>
/// <param name="AfterNs">Time since the step before.</param>
internal readonly record struct Step(long AfterNs, StepKind Kind, long Value = 0);

internal enum HistoryEnding : byte
{
    /// <summary>Faults and misdeeds stop, the load reaches what it is asked for, and is drained.</summary>
    Calm,

    /// <summary>The load is drained in the middle of trouble, which goes on.</summary>
    Drained,

    /// <summary>It is ended at once in the middle of trouble.</summary>
    Aborted,
}

/// <summary>
/// All that decides a simulated run: the run is a function of it. A failing one is made shorter by
/// <see cref="Shrinking"/>.
/// </summary>
internal sealed record History(Scene Scene, IReadOnlyList<Step> Steps, HistoryEnding Ending)
{
    /// <summary>Draws a history from a seed.</summary>
    public static History Draw(ulong seed)
    {
        Scene scene = Scene.Draw(seed);
        Prng random = new(seed ^ 0x57E95);
        List<Step> steps = [];
        for (long atNs = 0; atNs < scene.TroubleNs;)
        {
            long afterNs = random.NextInRange(1, 1 + (scene.TroubleNs / 5));
            atNs += afterNs;
            steps.Add(Draw(ref random, afterNs, scene));
        }

        return new History(scene, steps, random.NextInRange(0, 7) switch
        {
            0 => HistoryEnding.Drained, 1 => HistoryEnding.Aborted, _ => HistoryEnding.Calm,
        });
    }

    private static Step Draw(ref Prng random, long afterNs, Scene scene) => random.NextInRange(0, 15) switch
    {
        0 or 1 or 2 => new(afterNs, StepKind.Set, random.NextInRange(0, scene.ConnectionsMax)),
        3 or 4 => new(afterNs, StepKind.Rate, random.NextInRange(0, 900)),
        5 => new(afterNs, StepKind.Ping, random.NextInRange(0, 1)),
        6 => new(afterNs, StepKind.List, random.NextInRange(0, 100)),
        7 => new(afterNs, (StepKind)random.NextInRange((int)StepKind.Failed, (int)StepKind.Slots)),
        8 => new(afterNs, StepKind.Debug, random.NextInRange(0, 1)),
        9 => new(afterNs, StepKind.Search, random.NextInRange(1, 500)),
        10 or 11 => new(afterNs, StepKind.KillServers, random.NextInRange(1, 3 * Ns.Second)),
        12 => new(afterNs, StepKind.Stall, random.NextInRange(1, 4 * Ns.Second)),
        13 => new(afterNs, StepKind.StallAll, random.NextInRange(1, 2 * Ns.Second)),
        14 => new(afterNs, StepKind.Leap, random.NextInRange(1, 10 * Ns.Second)),
        _ => new(afterNs, StepKind.Leap, random.NextInRange(1, 10 * Ns.Millisecond)),
    };
}
