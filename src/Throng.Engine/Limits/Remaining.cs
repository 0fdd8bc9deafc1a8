using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sums that several limits make.</summary>
internal static class Remaining
{
    /// <summary>The row of a limit that is a number of things.</summary>
    public static LimitRow Row(string name, string setting, long number) =>
        new(name, setting, Units.Count(number)) { HasNumber = number };

    /// <summary>
    /// The row of a limit of the whole host, of which a network namespace other than the first shows nothing.
    /// </summary>
    public static LimitRow Unread(string name, string setting) => new(name, setting, "not shown here")
    {
        Note = "one for the whole host, which this network namespace does not show and obeys all the same",
    };

    /// <summary>How many times <paramref name="each"/> goes into what is left.</summary>
    public static long Of(double has, double used, double each) =>
        has <= used ? 0 : (long)Math.Min(long.MaxValue / 2, (has - used) / each);

    /// <summary>A limit to set for what is needed: a tenth more, two digits and zeros.</summary>
    public static long Rounded(double needed)
    {
        double wanted = Math.Max(1, needed * 1.1);
        double step = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(wanted)) - 1));
        return (long)(Math.Ceiling(wanted / step) * step);
    }
}
