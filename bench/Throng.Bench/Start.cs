using System.Globalization;

namespace Throng.Bench;

/// <summary>
/// Time and memory of one run of a program from its start to its end, as `floor/started` prints them.
/// </summary>
internal readonly record struct Start(double WallMs, double UserMs, double SystemMs, double PeakMebibytes)
{
    public static Start Parse(string line)
    {
        Dictionary<string, double> values = line.Split(' ').Select(static word => word.Split('=')).ToDictionary(
            static pair => pair[0], static pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
        return new Start(
            values["wall_us"] / 1e3, values["user_us"] / 1e3, values["system_us"] / 1e3, values["peak_kib"] / 1024);
    }
}
