using System.Globalization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>Differences between runs as people read them.</summary>
internal static class DifferenceText
{
    /// <summary>In percent of the base, or by how much where the base is 0.</summary>
    public static string Render(MetricReading metric, Difference difference) => difference switch
    {
        { Direction: Direction.Same } => "same",
        { Ratio: { } ratio } => Percent(ratio),
        _ => (difference.Absolute < 0 ? "-" : "+") + metric.Text(Math.Abs(difference.Absolute)),
    };

    public static string Percent(double ratio)
    {
        double percent = ratio * 100;
        string form = Math.Abs(percent) < 99.95 ? "+0.0;-0.0" : "+#,0;-#,0";
        return percent.ToString(form, CultureInfo.InvariantCulture) + " %";
    }

    /// <summary>Without a sign.</summary>
    public static string Share(double ratio) => Percent(ratio).TrimStart('+', '-');

    public static string Render(Direction direction) => direction switch
    {
        Direction.Better => "better",
        Direction.Worse => "worse",
        _ => "",
    };

    /// <summary>A letter for each run, so that columns stay narrow.</summary>
    public static string Letter(int run) => ((char)('A' + run)).ToString();

    public static string[] LettersOf(RunComparison comparison) => [.. comparison.Runs.Select((_, at) => Letter(at))];
}
