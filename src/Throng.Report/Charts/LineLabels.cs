namespace Throng.Report;

/// <summary>Puts the labels of lines above a frame: beside their line, and in rows where they would overlap.</summary>
internal static class LineLabels
{
    private const double GapPixels = 4;

    /// <summary>
    /// In the order of the lines. The first of two stands to the left of its line and the others to the right, as long
    /// as there is room: two boundaries that lie close together then share a row.
    /// </summary>
    public static PlacedLabel[] Place(IReadOnlyList<ChartLine> lines, AxisRuler across, double minPixels,
        double maxPixels)
    {
        List<PlacedLabel> placed = [];
        foreach (ChartLine line in lines.Where(line => across.Axis.Has(line.Value)).OrderBy(line => line.Value))
        {
            double at = across.At(line.Value);
            double width = TextWidth.Measure(line.Label) + GapPixels;
            bool isBefore = (placed.Count == 0 && lines.Count > 1 && at - width >= minPixels) || at + width > maxPixels;
            double from = isBefore ? at - width : at;
            int row = 0;
            while (placed.Any(one => one.Row == row && one.FromPixels < from + width && from < one.ToPixels))
            {
                row++;
            }

            placed.Add(new PlacedLabel(line, isBefore, row, from, from + width));
        }

        return [.. placed];
    }
}

/// <summary>A label with its place along the axis. Row 0 is the nearest to the frame.</summary>
internal sealed record PlacedLabel(ChartLine Line, bool IsBefore, int Row, double FromPixels, double ToPixels)
{
    /// <summary>Where the text begins, or ends when it stands before its line.</summary>
    public double AnchorPixels => IsBefore ? ToPixels - 4 : FromPixels + 4;
}
