namespace Throng.Measurement;

/// <summary>Bandwidth: read in bits or bytes a second, and written as both.</summary>
public static partial class Units
{
    private const string BandwidthHint = "write bits a second such as 8mbit or 1gbit, or bytes such as 100KiB or 2MB";

    /// <summary>
    /// A bandwidth in bytes per second: <c>8mbit</c>, <c>1Gbit/s</c>, <c>10Mbps</c>, <c>100KiB</c>, <c>2MB/s</c>;
    /// without <c>bit</c> it is bytes.
    /// </summary>
    public static bool TryParseBandwidth(string text, out long bytesPerSecond, out string error)
    {
        bytesPerSecond = 0;
        string typed = text.Trim();
        string amount = typed.EndsWith("/s", StringComparison.OrdinalIgnoreCase) ? typed[..^2] : typed;

        // Mbps is bits and MBps is bytes, the only place where a case counts.
        bool isPerSecond = amount.EndsWith("ps", StringComparison.Ordinal);
        amount = isPerSecond ? amount[..^2] : amount;
        string bit = amount.EndsWith("bits", StringComparison.OrdinalIgnoreCase) ? "bits"
            : amount.EndsWith("bit", StringComparison.OrdinalIgnoreCase) ? "bit"
            : isPerSecond && amount.EndsWith('b') ? "b"
            : "";
        if (!TrySplit(amount[..^bit.Length], out decimal number, out string unit, out error)
            || !TryScale(unit, CountScale(unit), number, out decimal scaled, out error))
        {
            error = Complain(text, "a bandwidth", error, BandwidthHint);
            return false;
        }

        decimal bytes = bit.Length > 0 ? scaled / 8 : scaled;
        if (bytes != decimal.Truncate(bytes) || bytes > long.MaxValue)
        {
            string why = bytes > long.MaxValue ? "it is too large" : "it is not a whole number of bytes";
            error = Complain(text, "a bandwidth", why, BandwidthHint);
            return false;
        }

        bytesPerSecond = (long)bytes;
        return true;
    }

    /// <summary><c>977 KiB/s (8.00 Mbit/s)</c>: bytes by powers of 1024, bits by powers of 1000, as links have them.
    /// </summary>
    public static string Bandwidth(double bytesPerSecond)
    {
        ReadOnlySpan<string> units = [" bit/s", " kbit/s", " Mbit/s", " Gbit/s", " Tbit/s"];
        double bits = bytesPerSecond * 8;
        int unit = 0;
        while (bits >= 999.5 && unit < units.Length - 1)
        {
            bits /= 1000;
            unit++;
        }

        return $"{Bytes(bytesPerSecond)}/s ({(unit == 0 ? DigitsOrWhole(bits) : Digits(bits))}{units[unit]})";
    }
}
