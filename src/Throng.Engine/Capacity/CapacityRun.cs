using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `capacity`.</summary>
public static class CapacityRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(CapacitySpec spec, RunSpec run)
    {
        CapacitySpec capacity = Resolved(spec, run, Setup.Host(run));
        CapacityGuide guide = new(capacity);
        return LoadRun.Start(
            capacity, run,
            new LoadRunSpec((_, held, layout) => CapacitySection.Of(guide.Result, held, layout))
            {
                KeepsConnections = false,
                KeepsNumber = "capacity chooses what it opens",
                Guide = guide,
                Figures = guide.Figures,
            },
            (targets, ownsTargets) => new CapacityLoad(capacity, guide.NewTally(), targets, ownsTargets));
    }

    /// <summary>Examines the plan against a host's limits.</summary>
    public static Examination Examine(CapacitySpec spec, RunSpec run, HostFacts host) =>
        Preflight.OfLoad(Resolved(spec, run, host), run, host);

    /// <summary>
    /// The task with its limit: where nobody named one, as many as fit this host, by the same examination that refuses
    /// a number that was named.
    /// </summary>
    internal static CapacitySpec Resolved(CapacitySpec spec, RunSpec run, HostFacts host)
    {
        if (spec.Connections != LoadSpec.OnePerTarget)
        {
            return spec;
        }

        long low = 1;
        long high = spec.Plan.Limit;
        while (low < high)
        {
            long middle = low + ((high - low + 1) / 2);
            bool fits = Preflight.OfLoad(spec with { Connections = middle }, run, host).Fits;
            (low, high) = fits ? (middle, high) : (low, middle - 1);
        }

        Examination more = Preflight.OfLoad(spec with { Connections = low + 1 }, run, host);
        string why = more.Refusals.FirstOrDefault()?.Sentence ?? "no more are looked for";
        return spec with { Connections = low, Plan = spec.Plan with { Limit = low, OwnLimit = why } };
    }
}
