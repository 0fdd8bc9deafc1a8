using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>From what was typed after `saturate` to what is to be done.</summary>
public static class SaturateArguments
{
    /// <summary>Errors in the combination of options, found before anything is resolved or read.</summary>
    public static IEnumerable<string> Contradictions(Values values)
    {
        foreach (string error in ChurnArguments.Contradictions(values))
        {
            yield return error;
        }

        if (Plan(values).Error is { } wrong)
        {
            yield return wrong;
        }

        if (values.Of(SaturateOptions.Once))
        {
            Contradiction found = new(values);
            Option[] others =
            [
                SaturateOptions.Precision, SaturateOptions.Trials, SaturateOptions.SuccessMin,
                SaturateOptions.AchievedMin, SaturateOptions.RetransmitMax, SaturateOptions.LatencyMax,
                SaturateOptions.LatencyFloor,
            ];
            Array.ForEach(others, option => found.NoEffect(option, "has no effect with --once"));
            foreach (string error in found.Errors)
            {
                yield return error;
            }
        }
    }

    /// <summary>Specification of what to do. Resolves names and reads files.</summary>
    /// <param name="errors">What is wrong with it; the spec is then not to be used.</param>
    public static SaturateSpec ToSpec(Values values, List<string> errors) => new()
    {
        Churn = ChurnArguments.ToSpec(values, errors) with { Search = Turnover(values) },
        Rule = new SaturationRule
        {
            SuccessMin = values.Of(SaturateOptions.SuccessMin),
            AchievedMin = values.Of(SaturateOptions.AchievedMin),
            SynRetransmitMax = values.Of(SaturateOptions.RetransmitMax),
            Slowdown = values.Of(SaturateOptions.Slowdown),
            LatencyMaxNs = values.Of(SaturateOptions.LatencyMax),
            LatencyFloorNs = values.Of(SaturateOptions.LatencyFloor),
        },
        Plan = Plan(values),
        Once = values.Of(SaturateOptions.Once),
        StepNs = values.Of(SaturateOptions.Step),
        CooldownNs = values.Of(SaturateOptions.Cooldown),
    };

    /// <summary>The first step has to be possible; what the others come to is for the search to find.</summary>
    private static Turnover Turnover(Values values)
    {
        double startPerSecond = values.Of(SaturateOptions.Start);
        return new Turnover(startPerSecond, startPerSecond * values.Of(SaturateOptions.Step) / 1e9)
        {
            SearchMaxPerSecond = values.Of(SaturateOptions.RateMax),
        };
    }

    private static SearchPlan Plan(Values values) => new()
    {
        StartPerSecond = values.Of(SaturateOptions.Start),
        Increment = values.Of(SaturateOptions.Increment),
        RateMaxPerSecond = values.Of(SaturateOptions.RateMax),
        Precision = values.Of(SaturateOptions.Precision),
        Trials = (int)values.Of(SaturateOptions.Trials),
    };
}
