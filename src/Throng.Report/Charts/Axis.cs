using System.Globalization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>How values are spread over an axis.</summary>
public enum AxisScale : byte
{
    Linear,

    /// <summary>Equal factors are equally wide. What is not above 0 has no place and is left out.</summary>
    Log,
}

/// <summary>Unit of the numbers of an axis.</summary>
public enum AxisUnit : byte
{
    /// <summary>Plain numbers.</summary>
    Count,

    PerSecond,

    Nanoseconds,

    /// <summary>Shares of one, shown in percent.</summary>
    Ratio,

    /// <summary>
    /// One divided by the share above: 10 is 90 %, 1,000 is 99.9 %. On a logarithmic axis every nine has equal room.
    /// </summary>
    Nines,
}

/// <summary>A direction of a chart: what is shown along it, in which unit and scale.</summary>
public sealed record Axis(string Label, AxisUnit Unit, AxisScale Scale = AxisScale.Linear)
{
    /// <summary>
    /// The most that values can come to; infinite where there is no such bound. Values that are all the same get no
    /// room beyond it.
    /// </summary>
    public double Most { get; init; } = double.PositiveInfinity;

    /// <summary>Whether it begins at 0 (or goes through it) whatever the values are; no logarithm does.</summary>
    public bool HasZero { get; init; }

    /// <summary>A value as <see cref="Units"/> writes it, rounded for reading.</summary>
    public string ToText(double value) => Unit switch
    {
        AxisUnit.PerSecond => Units.Rate(value),
        AxisUnit.Nanoseconds => Units.Latency(value),
        AxisUnit.Ratio => Units.Percent(value),
        AxisUnit.Nines => Share(value),
        _ => Exact(value),
    };

    /// <summary>
    /// The label of a tick: the units of <see cref="ToText"/>, but every digit of the value and no zero behind the
    /// last one, so that two ticks never read alike.
    /// </summary>
    public string ToTickText(double value) => Unit switch
    {
        AxisUnit.PerSecond => Exact(value) + "/s",
        AxisUnit.Nanoseconds => Math.Abs(value) switch
        {
            0 => "0",
            < 1e3 => Exact(value) + " ns",
            < 1e6 => Exact(value / 1e3) + " us",
            < 1e9 => Exact(value / 1e6) + " ms",
            _ => Exact(value / 1e9) + " s",
        },
        AxisUnit.Ratio => Exact(value * 100) + " %",
        AxisUnit.Nines => Share(value),
        _ => Exact(value),
    };

    /// <summary>Whether a value has a place on this axis.</summary>
    public bool Has(double value) =>
        Math.Abs(value) <= Ticks.ValueMax && (Scale == AxisScale.Linear || value >= 1 / Ticks.ValueMax);

    // As many digits as there are nines, and two more.
    private static string Share(double value) => value <= 1
        ? "0 %"
        : Math.Round((1 - (1 / value)) * 100, Math.Min(12, 1 + (int)Math.Log10(value)))
            .ToString("0.############", CultureInfo.InvariantCulture) + " %";

    // Rounded to 15 digits first: 0.3 is 3 * 0.1, which is not quite 0.3.
    private static string Exact(double value) => Math.Abs(value) is 0 or (>= 1e-6 and < 1e15)
        ? value.ToString("#,0.############", CultureInfo.InvariantCulture)
        : value.ToString("G6", CultureInfo.InvariantCulture);
}
