using System.Globalization;

namespace Throng.Report;

/// <summary>One unit for all bytes of a table or drawing, so that its rows compare.</summary>
internal sealed record ByteUnit(string Name, double Bytes)
{
    private static readonly ByteUnit[] All =
        [new("B", 1), new("KiB", 1L << 10), new("MiB", 1L << 20), new("GiB", 1L << 30), new("TiB", 1L << 40)];

    /// <summary>The largest unit of which the largest value has one.</summary>
    public static ByteUnit For(double maxBytes) => All.LastOrDefault(unit => maxBytes >= unit.Bytes) ?? All[0];

    /// <summary>With a digit behind the point, but of single bytes.</summary>
    public string ToText(double bytes) =>
        (bytes / Bytes).ToString(Bytes > 1 ? "N1" : "N0", CultureInfo.InvariantCulture);
}
