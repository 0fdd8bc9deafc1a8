using System.Globalization;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// The series of a run as CSV: a line of names, then one row for each interval, and one for the drain.
/// Names carry the unit and are those of the JSON, nested ones joined; new columns come at the end, and behind them
/// those of the run: its id and a column for each label, the same in every row. What was not measured is an empty
/// cell.
/// </summary>
public static class CsvReport
{
    // Columns that came after the others had their places.
    private static readonly string[] Later = ["connecting", "dropped", "time", "drain"];

    private static readonly (string Name, Func<SeriesPoint, object?> Of)[] Columns =
    [
        .. JsonTypes.KeysOf(JsonTypes.Read<SeriesPoint>()).SelectMany(ColumnsOf)
            .OrderBy(column => Array.IndexOf(Later, column.Name)),
    ];

    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        StringBuilder text = new();
        (string Name, string Value)[] own = [.. IdentityOf(run)];
        IEnumerable<string> names = Columns.Select(column => column.Name).Concat(own.Select(one => one.Name));
        text.AppendJoin(',', names).Append('\n');
        string identity = string.Concat(own.Select(one => "," + one.Value));
        foreach (SeriesPoint point in run.Drain is { } drain ? [.. run.Series, drain] : run.Series)
        {
            text.AppendJoin(',', Columns.Select(column => Cell(column.Of(point)))).Append(identity).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<(string Name, Func<SeriesPoint, object?> Of)> ColumnsOf(JsonPropertyInfo key)
    {
        if (key.PropertyType != typeof(IntervalLatency))
        {
            yield return (key.Name, key.Get!);
            yield break;
        }

        foreach (JsonPropertyInfo figure in JsonTypes.KeysOf(JsonTypes.Read<IntervalLatency>()))
        {
            string name = key.Name.Replace("_ns", $"_{figure.Name}_ns", StringComparison.Ordinal);
            yield return (name, point => key.Get!(point) is { } latency ? figure.Get!(latency) : null);
        }
    }

    private static IEnumerable<(string Name, string Value)> IdentityOf(RunDocument run) =>
        RunIdentity.Of(run).Select(one => (
            Quoted(one.Name == RunIdentity.IdKey ? one.Name : "label_" + one.Name), Quoted(one.Value)));

    private static string Quoted(string text)
    {
        string plain = Letters.Plain(text);
        return plain.AsSpan().ContainsAny(',', '"', ' ')
            ? $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : plain;
    }

    // No number is in exponential form.
    private static string Cell(object? value) => value switch
    {
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double number when double.IsFinite(number) =>
            number.ToString("0.################", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        DateTimeOffset time => StartedConverter.Text(time),
        _ => "",
    };
}
