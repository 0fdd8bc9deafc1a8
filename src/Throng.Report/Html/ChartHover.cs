using System.Globalization;
using System.Text;
using System.Text.Json;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// Values that the script of a page shows of a drawing under the pointer: every place along the axis that has values
/// (of a long series one of a few), and each series' value there as text. It is JSON that may stand inside a page.
/// </summary>
internal static class ChartHover
{
    // A drawing is not that many pixels wide.
    private const int PlacesMax = 1_200;

    /// <summary>Empty for a drawing without values along its axis.</summary>
    public static string Render(Chart chart, ChartLayout layout)
    {
        double[] places =
        [
            .. chart.Panels.SelectMany(panel => panel.Series).Where(IsShown).SelectMany(series => series.Points)
                .Where(point => double.IsFinite(point.Y) && chart.XAxis.Has(point.X))
                .Select(point => point.X).Distinct().Order(),
        ];
        if (places.Length == 0)
        {
            return "";
        }

        if (places.Length > PlacesMax)
        {
            int each = (places.Length + PlacesMax - 1) / PlacesMax;
            places = [.. places.Where((_, at) => at % each == 0 || at == places.Length - 1)];
        }

        Dictionary<string, int> numbers = Legend.NumbersOf(chart);
        Section shown = new()
        {
            ["axis"] = chart.XAxis.Label,
            ["x"] = Node.ListOf(places, place => Math.Round(layout.Across.At(place), 1)),
            ["at"] = Node.ListOf(places, place => Text(chart.XAxis, place)),
            ["series"] = Node.ListOf([.. chart.Panels.SelectMany(
                panel => panel.Series.Where(IsShown).Select(series =>
                    SeriesOf(series, panel, chart.Panels.Count > 1, numbers[series.Name], places)))]),
        };

        // The usual encoder: nothing in it can end a script.
        return Encoding.UTF8.GetString(JsonReport.Render(shown, default(JsonWriterOptions))).TrimEnd('\n');
    }

    private static Node SeriesOf(Series series, Panel panel, bool isOneOfMany, int number, double[] places)
    {
        // Where two steps meet, the first is the interval that ends there.
        Dictionary<double, double> values = [];
        foreach (ChartPoint point in series.Points)
        {
            values.TryAdd(point.X, point.Y);
        }

        return new Section
        {
            ["name"] = isOneOfMany ? $"{series.Name} ({panel.YAxis.Label})" : series.Name,
            ["number"] = number % SvgStyle.Colours,
            ["values"] = Node.ListOf(places, place =>
                values.TryGetValue(place, out double value) && panel.YAxis.Has(value) ? Text(panel.YAxis, value) : ""),
        };
    }

    private static bool IsShown(Series series) => series.Style != SeriesStyle.Spans;

    private static string Text(Axis axis, double value) => axis.Unit == AxisUnit.Count
        ? value.ToString(Math.Abs(value) >= 1_000 ? "#,0" : "#,0.##", CultureInfo.InvariantCulture)
        : axis.ToText(value);
}
