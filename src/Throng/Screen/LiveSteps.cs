using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>What a guided run has measured so far, a line for each step: the newest last.</summary>
public static class LiveSteps
{
    /// <summary>A heading and the last steps; nothing where there are no steps yet, or no room for one.</summary>
    public static IReadOnlyList<StyledLine> Of(Glance glance, int rowsMax)
    {
        List<string[]> rows = glance.Search is { } search ? [.. search.Steps.Select(Searched)]
            : glance.Bench is { } bench ? [.. bench.Steps.Select(Benched)]
            : [];
        string[] heading = glance.Search is not null
            ? ["", "begun", "ended well", "life p50", "p99", "verdict"]
            : ["server", "connections", "rounds", "echoes", "p50", "p99"];
        int shown = Math.Min(rows.Count, rowsMax - 1);
        if (shown < 1)
        {
            return [];
        }

        string[][] table = [heading, .. rows.Skip(rows.Count - shown)];
        int[] widths = [.. heading.Select((_, column) => table.Max(row => row[column].Length))];
        bool lastIsText = glance.Search is not null;
        return [.. table.Select((row, at) => Line(row, widths, lastIsText, at == 0 ? Ink.Dim : Ink.Plain))];
    }

    private static StyledLine Line(string[] cells, int[] widths, bool lastIsText, Ink ink)
    {
        StyledLine line = new();
        for (int column = 0; column < cells.Length; column++)
        {
            bool isText = column == 0 || (lastIsText && column == cells.Length - 1);
            string cell = isText ? cells[column].PadRight(widths[column]) : cells[column].PadLeft(widths[column]);
            Ink shown = ink == Ink.Plain && isText && column > 0 ? (cell.StartsWith("good", StringComparison.Ordinal)
                ? Ink.Good : Ink.Warn) : ink;
            line.Add(column == 0 ? cell : "   " + cell, shown);
        }

        return line;
    }

    private static string[] Searched(SearchStep step)
    {
        StepFigures figures = step.Figures;
        return
        [
            Units.Rate(step.RatePerSecond), Units.Count(figures.Due - figures.NotSent), Units.Count(figures.Ok),
            Units.Latency(figures.LifeP50Ns), Units.Latency(figures.LifeP99Ns), step.Text,
        ];
    }

    private static string[] Benched(BenchStep step) =>
    [
        step.Server, Units.Count(step.Concurrency), Units.Count(step.Rounds),
        Units.Rate(Math.Round(step.EchoesPerSecond.Median)), Latency(step.Latency.P50Ns), Latency(step.Latency.P99Ns),
    ];

    private static string Latency(long? ns) => ns is { } known ? Units.Latency(known) : "-";
}
