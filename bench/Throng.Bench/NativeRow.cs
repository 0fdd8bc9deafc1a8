using System.Globalization;

namespace Throng.Bench;

/// <summary>One figure of several programs, pair by pair.</summary>
/// <param name="title">What it is, with its unit.</param>
/// <param name="format">How a value is written.</param>
/// <param name="wanted">What is asked of it: of the value when a unit follows the number, else of the ratio.</param>
/// <param name="measure">Measures a program for this row and those that came with it; null for the later ones.</param>
internal sealed class NativeRow(string title, string format, string wanted, Action<NativeProgram>? measure)
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;
    private readonly Dictionary<string, List<double>> _values = [];

    public Action<NativeProgram>? Measure { get; private init; } = measure;

    /// <summary>Rows whose values come from one measurement.</summary>
    public static NativeRow[] Together(
        Func<NativeProgram, double[]> measure, params (string Title, string Format, string Wanted)[] rows)
    {
        NativeRow[] made = new NativeRow[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            made[i] = new(rows[i].Title, rows[i].Format, rows[i].Wanted, i > 0 ? null : program =>
            {
                double[] values = measure(program);
                for (int row = 0; row < values.Length; row++)
                {
                    made[row].Add(program.Title, values[row]);
                }
            });
        }

        return made;
    }

    public void Add(string program, double value)
    {
        _values.TryAdd(program, []);
        _values[program].Add(value);
    }

    public void Take(NativeProgram program) => Measure?.Invoke(program);

    public void Tell(Report report, NativeProgram[] programs)
    {
        List<double>[] columns = [.. programs.Select(program => _values[program.Title])];
        report.Row([
            title,
            .. columns.Select(values => values.Count == 1 ? values[0].ToString(format, Plain)
                : Report.Spread(values, format)),
            .. columns[..^1].Select(past => Ratio(columns[^1], past)),
            wanted,
        ]);
    }

    /// <summary>The ratio of the medians; in brackets the lowest and highest of single pairs.</summary>
    private static string Ratio(List<double> present, List<double> past)
    {
        double[] ratios = [.. present.Select((value, pair) => value / past[pair])];
        string median = (Report.Median(present) / Report.Median(past)).ToString("0.00", Plain);
        return ratios.Length == 1 ? median
            : string.Create(Plain, $"{median} ({ratios.Min():0.00}–{ratios.Max():0.00})");
    }
}
