namespace Throng.Measurement;

/// <summary>Which rates a search may try.</summary>
public sealed record SearchPlan
{
    /// <summary>The rate of the base step, above 0.</summary>
    public double StartPerSecond { get; init; } = 50;

    /// <summary>The factor from one rate to the next while all are good, above 1.</summary>
    public double Increment { get; init; } = 1.25;

    /// <summary>The highest rate that is tried, at least the start.</summary>
    public double RateMaxPerSecond { get; init; } = 1_000_000;

    /// <summary>How far the boundaries may lie apart, as a share of the lower one, above 0.</summary>
    public double Precision { get; init; } = 0.05;

    /// <summary>Trials of each boundary, the first one included. The majority counts, so an odd number.</summary>
    public int Trials { get; init; } = 3;

    /// <summary>Most steps in all.</summary>
    public int StepsMax { get; init; } = 400;

    /// <summary>Null, or what is wrong with the plan.</summary>
    public string? Error => this switch
    {
        { StartPerSecond: not (> 0 and < double.PositiveInfinity) } => "the start is not above 0",
        { Increment: not (> 1 and < double.PositiveInfinity) } => "the increment is not above 1",
        { Precision: not (> 0 and < double.PositiveInfinity) } => "the precision is not above 0",
        { Trials: < 1 } => "there is no trial",
        { Trials: var trials } when trials % 2 == 0 => "an even number of trials has no majority",
        { StepsMax: < 1 } => "there is no step",
        _ => RateMaxPerSecond >= StartPerSecond ? null : "the highest rate is below the start",
    };

    /// <summary>
    /// The rate of a growth step, from 0: computed from the start, so that rounding does not add up. From 20 on rates
    /// are whole numbers, which are easier to read and to ask for again.
    /// </summary>
    internal double RateAt(int growth)
    {
        double exact = StartPerSecond * Math.Pow(Increment, growth);
        return growth == 0 ? StartPerSecond : Math.Min(Rounded(exact), RateMaxPerSecond);
    }

    /// <summary>A rate strictly between two others, the same factor from both but for rounding.</summary>
    internal static double Between(double good, double bad)
    {
        double middle = Math.Sqrt(good) * Math.Sqrt(bad);
        double rounded = Rounded(middle);
        return rounded > good && rounded < bad ? rounded : middle;
    }

    private static double Rounded(double rate) => rate >= 20 ? Math.Round(rate, MidpointRounding.AwayFromZero) : rate;
}
