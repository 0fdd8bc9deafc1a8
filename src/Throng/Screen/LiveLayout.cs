using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// A view of a run as lines of text: a function of what is to be shown and of a size. No line is wider than the
/// terminal, and there are never more lines than it has rows; the last one is the prompt.
/// </summary>
public static class LiveLayout
{
    /// <summary>The other half is for answers.</summary>
    private const int ShareOfRows = 2;
    private const int LinesMax = 18;

    /// <summary>With fewer columns than this, limits stand below the figures.</summary>
    private const int ColumnsOfTwo = 72;
    private const int LabelColumns = 13;
    private const int ValueColumns = 10;
    private const int LimitLabelColumns = 12;
    private const int LimitColumnsMin = 38;
    private const int LimitColumnsMax = 52;
    private const int BarColumnsMin = 4;
    private const int HistoryColumnsMin = 4;

    /// <param name="columns">Of the terminal, at least 1.</param>
    /// <param name="rows">Of the terminal, at least 1.</param>
    public static LiveLines Render(LiveView view, PromptLine prompt, int columns, int rows, Glyphs glyphs)
    {
        int linesMax = Math.Clamp(rows / ShareOfRows, 1, LinesMax) - 1;
        List<StyledLine> lines = [];
        if (linesMax > 0)
        {
            lines.Add(linesMax == 1 ? State(view, withClock: true) : Title(view, columns, glyphs));
        }

        if (linesMax > 1)
        {
            lines.Add(State(view, withClock: false));
        }

        if (linesMax > 4 && Progress(view, columns, glyphs) is { } progress)
        {
            lines.Add(progress);
        }

        IReadOnlyList<StyledLine> steps = LiveSteps.Render(view.Snapshot, StepRows(linesMax - lines.Count));
        lines.AddRange(Panels(view, columns, Math.Max(0, linesMax - lines.Count - steps.Count), glyphs));
        lines.AddRange(steps);
        for (int i = 0; i < lines.Count; i++)
        {
            lines[i] = lines[i].CutTo(columns);
        }

        StyledLine last = prompt.Render(view.Command, columns, out int cursor);
        return new LiveLines([.. lines, last], cursor);
    }

    /// <summary>
    /// Rows for the steps. Steps get the larger part of the room that is left: figures and limits are in the result
    /// too.
    /// </summary>
    private static int StepRows(int left) => left * 3 / 5;

    private static StyledLine Title(LiveView view, int columns, Glyphs glyphs)
    {
        string rule = glyphs.Rule.ToString();
        int workers = view.Snapshot.Busy.Count;
        string engine = workers == 0 ? view.Engine : $"{view.Engine}, {workers} worker{(workers == 1 ? "" : "s")}";
        StyledLine title = new StyledLine().Add(rule + rule + " ", Ink.Dim).Add(view.Command, Ink.Strong);
        title.Add(" " + view.Where).Add($" {rule} {engine} ", Ink.Dim);
        string clock = Clock(view);
        int left = columns - title.Columns - clock.Length - 4;
        if (left < 0)
        {
            title = new StyledLine().Add(rule + rule + " ", Ink.Dim).Add(view.Command, Ink.Strong).Add(" ");
            left = columns - title.Columns - clock.Length - 4;
        }

        return title.Add(new string(glyphs.Rule, Math.Max(0, left)), Ink.Dim)
            .Add($" {clock} ").Add(rule + rule, Ink.Dim);
    }

    private static StyledLine State(LiveView view, bool withClock)
    {
        (string text, Ink ink) = LiveVerdict.SoFar(view);
        StyledLine state = new StyledLine().Add(LiveVerdict.Phase(view), Ink.Strong).Add("  ").Add(text, ink);
        return withClock ? state.Add("  " + Clock(view), Ink.Dim) : state;
    }

    private static string Clock(LiveView view)
    {
        string now = Units.Duration(view.Now.AtNs / 100_000_000 * 100_000_000);
        return EndNs(view) is { } endNs ? $"{now} of {Units.Duration(endNs)}" : now;
    }

    /// <summary>When it ends, since its start; null where that is not known.</summary>
    private static long? EndNs(LiveView view) =>
        view.Spec.DurationNs > 0 ? view.Spec.DurationNs
        : view.Snapshot is { ScheduleNs: { } scheduleNs, BeginNs: { } beginNs, Result: null } ? scheduleNs + beginNs
        : null;

    /// <summary>Share of a run with an end, or on its way to all that it wants; null for any other run.</summary>
    public static double? Done(LiveView view)
    {
        Sample now = view.Now;
        bool isGrowing = !view.Snapshot.HasReached && now.Requested > 0;
        double? share = view.Spec.UntilHeld || (isGrowing && EndNs(view) is null) ? (double)now.Open / now.Requested
            : EndNs(view) is { } endNs ? (double)now.AtNs / endNs
            : view.Snapshot.Done;
        return share is { } done ? Math.Clamp(done, 0, 1) : null;
    }

    private static StyledLine? Progress(LiveView view, int columns, Glyphs glyphs)
    {
        if (Done(view) is not { } done)
        {
            return null;
        }

        string percent = $"{Math.Floor(done * 100)} %".PadLeft(6);
        return new StyledLine().Add(glyphs.Bar(done, Math.Max(0, columns - percent.Length)), Ink.Good).Add(percent);
    }

    private static IEnumerable<StyledLine> Panels(LiveView view, int columns, int rows, Glyphs glyphs)
    {
        IReadOnlyList<LiveFigure> figures = LiveFigures.Render(view);
        IReadOnlyList<LiveLimit> limits = LiveLimits.Read(view);
        if (columns < ColumnsOfTwo)
        {
            int wide = BarColumns(limits, columns);
            return figures.Select(figure => Figure(figure, columns, glyphs))
                .Concat(limits.Select(limit => Limit(limit, wide, glyphs))).Take(rows);
        }

        int limitColumns = Math.Clamp(columns * 44 / 100, LimitColumnsMin, LimitColumnsMax);
        int figureColumns = columns - limitColumns - 3;
        int bar = BarColumns(limits, limitColumns);
        List<StyledLine> lines = [];
        for (int row = 0; row < Math.Min(rows, Math.Max(figures.Count, limits.Count)); row++)
        {
            StyledLine line = row < figures.Count ? Figure(figures[row], figureColumns, glyphs) : new StyledLine();
            line = line.CutTo(figureColumns);
            if (row < limits.Count)
            {
                line.PadTo(figureColumns + 3).Add(Limit(limits[row], bar, glyphs));
            }

            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Label, value, and its history against the right edge in what is left.</summary>
    private static StyledLine Figure(LiveFigure figure, int columns, Glyphs glyphs)
    {
        StyledLine line = new StyledLine().Add(figure.Label.PadRight(LabelColumns), Ink.Dim)
            .Add(figure.IsWords ? figure.Value : figure.Value.PadLeft(ValueColumns), figure.Ink);
        int left = Math.Min(columns - line.Columns - 2, LiveView.IntervalsMax);
        return figure.History.Count == 0 || left < HistoryColumnsMin
            ? line
            : line.PadTo(columns - left).Add(glyphs.History(figure.History, left), Ink.Accent);
    }

    /// <summary>Label, bar and value; the bar goes where there is no room for it.</summary>
    private static StyledLine Limit(LiveLimit limit, int bar, Glyphs glyphs)
    {
        StyledLine line = new StyledLine().Add(limit.Label.PadRight(LimitLabelColumns), Ink.Dim);
        return bar >= BarColumnsMin
            ? line.Add(glyphs.Bar(limit.Share, bar), limit.Ink).Add(" ").Add(limit.Value)
            : line.Add(limit.Value, limit.Ink == Ink.Accent ? Ink.Plain : limit.Ink);
    }

    /// <summary>All bars are as long as the longest value leaves room for.</summary>
    private static int BarColumns(IReadOnlyList<LiveLimit> limits, int columns)
    {
        int longest = limits.Count == 0 ? 0 : limits.Max(limit => limit.Value.Length);
        return Math.Min(columns / 3, columns - LimitLabelColumns - 1 - longest);
    }

    private static StyledLine Add(this StyledLine line, (string Full, string Left) bar, Ink ink) =>
        line.Add(bar.Full, ink).Add(bar.Left, Ink.Dim);
}

/// <summary>Lines of a view, and the column of the last line, from 0, where the cursor stands.</summary>
public sealed record LiveLines(IReadOnlyList<StyledLine> Lines, int Cursor);
