using System.Globalization;

namespace Throng.Originals;

/// <summary>A time as Rust prints it: in the largest unit of which there is one, all decimals.</summary>
public static class RustDuration
{
    private static readonly (long Ns, int Digits, string Unit)[] Units =
        [(1_000_000_000, 9, "s"), (1_000_000, 6, "ms"), (1_000, 3, "µs")];

    public static string Text(long ns)
    {
        foreach ((long unitNs, int digits, string unit) in Units)
        {
            if (ns >= unitNs)
            {
                string whole = (ns / unitNs).ToString(CultureInfo.InvariantCulture);
                string part = (ns % unitNs).ToString($"D{digits}", CultureInfo.InvariantCulture).TrimEnd('0');
                return part.Length == 0 ? whole + unit : $"{whole}.{part}{unit}";
            }
        }

        return $"{ns}ns";
    }
}
