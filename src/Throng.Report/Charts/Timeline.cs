using System.Globalization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>The series of a run along its time: what every drawing over time is made of.</summary>
internal sealed class Timeline
{
    private const int TitleLettersMax = 84;
    private const int TargetLettersMax = 44;
    private const int BandsMax = 500;

    private readonly RunDocument _run;
    private readonly TimeUnit _time;
    private readonly double _fromNs;

    /// <param name="among">Runs that are drawn along one axis of time, this one among them; empty: this one alone.
    /// </param>
    public Timeline(RunDocument run, params IReadOnlyList<RunDocument> among)
    {
        _run = run;
        _time = TimeUnit.For(
            among.Prepend(run).SelectMany(one => one.Series).Select(point => point.TimeNs).DefaultIfEmpty().Max());
        _fromNs = RunWindow.FromNs(run);
    }

    /// <summary>A drawing of such panels, with the episodes of <c>monitor</c> as bands through all of them.</summary>
    public Chart ChartOf(params IReadOnlyList<Panel> panels) => new()
    {
        Title = TitleOf(_run),
        Subtitle = SubtitleOf(_run),
        XAxis = XAxis,
        Panels = panels,
        Bands = [.. LongestOf(_run).Select(BandOf)],
        BandName = "episode",
    };

    public Axis XAxis => new($"time since the start, {_time.Name}", AxisUnit.Count)
    {
        HasZero = _fromNs == 0,
    };

    /// <summary>Where a moment of the run lies along the axis.</summary>
    public double At(double timeNs) => _time.Choose(timeNs);

    public static Axis AxisOf(string label) => new(label, AxisUnit.Count) { HasZero = true };

    /// <summary>Series of the values that stood at the end of each interval.</summary>
    public Series Standing(string name, Func<SeriesPoint, double> of, SeriesStyle style) =>
        new(
            name,
            [
                .. _fromNs == 0 ? [new(0, 0)] : Array.Empty<ChartPoint>(),
                .. _run.Series.Select(point => new ChartPoint(At(point.TimeNs), of(point))),
            ],
            style);

    // A rate is that of its whole interval: a step, so that nothing begins on the drawing before it did.
    public Series Rate(
        string name, Func<SeriesPoint, long> of, double each = 1, SeriesStyle style = SeriesStyle.Line) =>
        Steps(name, point => Seconds.PerSecond(of(point), point) / each, style);

    /// <summary>A value that holds for the whole of each interval; NaN is a gap.</summary>
    public Series Steps(string name, Func<SeriesPoint, double> of, SeriesStyle style = SeriesStyle.Line)
    {
        List<ChartPoint> points = new(2 * _run.Series.Count);
        foreach (SeriesPoint point in _run.Series)
        {
            double value = of(point);
            points.Add(new ChartPoint(At(point.TimeNs - point.IntervalNs), value));
            points.Add(new ChartPoint(At(point.TimeNs), value));
        }

        return new Series(name, points, style);
    }

    public static IEnumerable<Section> EpisodesOf(RunDocument run) => SectionsOf(run, "episodes");

    /// <summary>A list of the command's own section; empty where there is none.</summary>
    public static IEnumerable<Section> SectionsOf(RunDocument run, string name) =>
        run.Own?.Find(name) is { Kind: NodeKind.List } list
            ? list.Items.Where(item => item.Kind == NodeKind.Section).Select(item => item.Section)
            : [];

    // More than that cannot be told apart on a drawing, and their texts would be most of the file.
    private Section[] LongestOf(RunDocument run)
    {
        Section[] all =
        [
            .. EpisodesOf(run).Where(one => one.Number("start_ns") + one.Number("duration_ns") >= _fromNs),
        ];
        return all.Length <= BandsMax
            ? all
            :
            [
                .. all.OrderByDescending(one => one.Number("duration_ns")).Take(BandsMax)
                    .OrderBy(one => one.Number("start_ns")),
            ];
    }

    private ChartBand BandOf(Section episode)
    {
        double startNs = episode.Number("start_ns");
        double endNs = startNs + episode.Number("duration_ns");
        string cause = episode.Text("cause");
        string title = $"{Units.Latency(endNs - startNs)} from {Units.Latency(startNs)}: {cause}, "
            + $"{Units.Several((long)episode.Number("connections"), "connections")}, "
            + $"{Units.Count((long)episode.Number("lost"))} lost";

        // What this program was late with itself says nothing of the path.
        ChartTone tone = cause == "generator" ? ChartTone.Plain : ChartTone.Bad;
        return new ChartBand(At(Math.Max(_fromNs, startNs)), At(endNs), tone, title);
    }

    /// <summary>The verdict as far as a line has room for it.</summary>
    public static string TitleOf(RunDocument run)
    {
        string verdict = run.Verdict.Text;
        if (verdict.Length <= TitleLettersMax)
        {
            return verdict;
        }

        int end = verdict.LastIndexOfAny([';', ','], TitleLettersMax);
        int blank = verdict.LastIndexOf(' ', TitleLettersMax - 4);
        return end > 0 ? verdict[..end] : verdict[..(blank > 0 ? blank : TitleLettersMax - 4)] + " ...";
    }

    public static string SubtitleOf(RunDocument run)
    {
        string target = run.Options.Find("target") is { Kind: NodeKind.List } list
            ? string.Join(", ", list.Items.Where(item => item.Kind == NodeKind.Text).Select(item => item.Text))
            : "";
        string towards = target.Length is > 0 and <= TargetLettersMax ? $" of {target}" : "";
        string started = run.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        string engine = run.Host.Engine.Length is > 0 and <= TargetLettersMax ? $", {run.Host.Engine}" : "";
        return $"{Name(run)}{towards}, {Units.Duration(run.DurationNs)} from {started} UTC{engine}";
    }

    private static string Name(RunDocument run) =>
        run.Command.Length <= TargetLettersMax ? $"{run.Tool.Name} {run.Command}" : "a run";
}
