namespace Throng.Report;

/// <summary>The names of all series with their colours, in as many rows as they need.</summary>
internal static class Legend
{
    /// <summary>Width of the stroke that shows the colour, and of the gaps at its sides.</summary>
    public const double SwatchPixels = 34;

    public static LegendEntry[] Of(Chart chart, double fromPixels, double toPixels)
    {
        List<LegendEntry> entries = [];
        double at = fromPixels;
        int row = 0;
        foreach (Series series in chart.Panels.SelectMany(panel => panel.Series))
        {
            double width = SwatchPixels + TextWidth.Of(series.Name) + 12;
            if (at > fromPixels && at + width > toPixels)
            {
                at = fromPixels;
                row++;
            }

            entries.Add(new LegendEntry(series, entries.Count, at, row));
            at += width;
        }

        return [.. entries];
    }
}

/// <summary>One name of a legend.</summary>
/// <param name="Number">Counts through all panels; the colour follows from it.</param>
internal sealed record LegendEntry(Series Series, int Number, double AtPixels, int Row);
