using System.Globalization;
using System.Text;
using System.Text.Json;

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

        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes)) // the usual encoder: nothing in it can end a script
        {
            json.WriteStartObject();
            json.WriteString("axis", chart.XAxis.Label);
            json.WriteStartArray("x");
            foreach (double place in places)
            {
                json.WriteNumberValue(Math.Round(layout.Across.At(place), 1));
            }

            json.WriteEndArray();
            json.WriteStartArray("at");
            foreach (double place in places)
            {
                json.WriteStringValue(Text(chart.XAxis, place));
            }

            json.WriteEndArray();
            WriteSeries(json, chart, places);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void WriteSeries(Utf8JsonWriter json, Chart chart, double[] places)
    {
        Dictionary<string, int> numbers = Legend.NumbersOf(chart);
        json.WriteStartArray("series");
        foreach (Panel panel in chart.Panels)
        {
            foreach (Series series in panel.Series.Where(IsShown))
            {
                // Where two steps meet, the first is the interval that ends there.
                Dictionary<double, double> values = [];
                foreach (ChartPoint point in series.Points)
                {
                    values.TryAdd(point.X, point.Y);
                }

                json.WriteStartObject();
                json.WriteString("name", chart.Panels.Count > 1 ? $"{series.Name} ({panel.YAxis.Label})" : series.Name);
                json.WriteNumber("number", numbers[series.Name] % SvgStyle.Colours);
                json.WriteStartArray("values");
                foreach (double place in places)
                {
                    bool has = values.TryGetValue(place, out double value) && panel.YAxis.Has(value);
                    json.WriteStringValue(has ? Text(panel.YAxis, value) : "");
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static bool IsShown(Series series) => series.Style != SeriesStyle.Spans;

    private static string Text(Axis axis, double value) => axis.Unit == AxisUnit.Count
        ? value.ToString(Math.Abs(value) >= 1_000 ? "#,0" : "#,0.##", CultureInfo.InvariantCulture)
        : axis.ToText(value);
}
