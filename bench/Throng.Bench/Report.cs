using System.Globalization;
using System.Text;
using Throng.Linux;

namespace Throng.Bench;

/// <summary>A result file: what it was made on and with, then tables.</summary>
internal sealed class Report
{
    private readonly StringBuilder _text = new();

    public Report(string title, Settings settings)
    {
        Line($"# {title}");
        Line();
        Line($"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC · Linux {Host.KernelRelease} · {Environment.ProcessorCount} CPUs"
            + $" ({CpuModel()}) · load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} at the start");
        Line();
        Line($"    bench/{settings.Line}");
        Line();
    }

    public void Line(string line = "") => _text.AppendLine(line);

    public void Row(params IEnumerable<string> cells) => Line($"| {string.Join(" | ", cells)} |");

    public void Head(params string[] cells)
    {
        Row(cells);
        Row(cells.Select((_, i) => i == 0 ? "---" : "---:"));
    }

    public void Write(string path)
    {
        Console.Write(_text);
        File.WriteAllText(path, _text.ToString());
        Console.Error.WriteLine($"written to {path}");
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>"median (min-max)".</summary>
    public static string Spread(IReadOnlyList<double> values, string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Median(values).ToString(format, CultureInfo.InvariantCulture)} "
            + $"({values.Min().ToString(format, CultureInfo.InvariantCulture)}"
            + $"–{values.Max().ToString(format, CultureInfo.InvariantCulture)})");

    private static string CpuModel() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))
        ?.Split(':')[1].Trim() ?? "unknown";
}
