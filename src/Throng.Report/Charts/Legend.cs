namespace Throng.Report;

/// <summary>
/// The names of all series, and of the bands, with their colours, in as many rows as they need. A name that stands in
/// several panels is the same thing there: it has one colour and one entry.
/// </summary>
internal static class Legend
{
    /// <summary>Width of the stroke that shows the colour, and of the gaps at its sides.</summary>
    public const double SwatchPixels = 34;

    public static LegendEntry[] Place(Chart chart, double fromPixels, double toPixels)
    {
        List<LegendEntry> entries = [];
        double at = fromPixels;
        int row = 0;
        foreach (Series series in chart.Panels.SelectMany(panel => panel.Series).DistinctBy(series => series.Name))
        {
            Add(series.Name, series, ChartTone.Plain);
        }

        if (chart is { BandName.Length: > 0, Bands.Count: > 0 })
        {
            Add(chart.BandName, null, chart.Bands[0].Tone);
        }

        return [.. entries];

        void Add(string name, Series? series, ChartTone tone)
        {
            double width = SwatchPixels + TextWidth.Measure(name) + 12;
            if (at > fromPixels && at + width > toPixels)
            {
                at = fromPixels;
                row++;
            }

            entries.Add(new LegendEntry(name, series, tone, entries.Count, at, row));
            at += width;
        }
    }

    /// <summary>The number of each name, from which its colour follows.</summary>
    public static Dictionary<string, int> NumbersOf(Chart chart) =>
        chart.Panels.SelectMany(panel => panel.Series).Select(series => series.Name).Distinct()
            .Select((name, number) => (name, number)).ToDictionary(one => one.name, one => one.number);
}

/// <summary>One name of a legend.</summary>
/// <param name="Series">Null for the bands, which have a tone.</param>
/// <param name="Number">Counts through all panels; the colour follows from it.</param>
internal sealed record LegendEntry(
    string Name, Series? Series, ChartTone Tone, int Number, double AtPixels, int Row);
