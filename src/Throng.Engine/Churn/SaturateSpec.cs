using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Task of `saturate`: churn at rates that a search chooses.</summary>
public sealed record SaturateSpec
{
    /// <summary>The connections of the run; their profile comes from the search.</summary>
    public required ChurnSpec Churn { get; init; }

    public required SaturationRule Rule { get; init; }

    public required SearchPlan Plan { get; init; }

    /// <summary>One upward pass, each step against the one before.</summary>
    public bool Once { get; init; }

    /// <summary>In such a pass only the median counts, whatever fails.</summary>
    public bool OnlyMedian { get; init; }

    /// <summary>Another process leads the search: it tells each step, and judges it.</summary>
    public bool IsLed { get; init; }

    /// <summary>How long each rate is offered, and the pause after it.</summary>
    public long StepNs { get; init; } = 10_000_000_000;
    public long CooldownNs { get; init; } = 1_000_000_000;

    /// <summary>The search that these options describe.</summary>
    public ISaturationSearch NewSearch() => Once
        ? new OnceSearch(
            (uint)Plan.StartPerSecond, Plan.Increment, Rule.Slowdown, Churn.TimeoutNs, OnlyMedian ? null : Rule,
            OnlyMedian ? uint.MaxValue : Plan.RateMaxPerSecond)
        : new SaturationSearch(Rule, Plan);
}
