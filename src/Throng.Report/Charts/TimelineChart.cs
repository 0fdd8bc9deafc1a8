using System.Globalization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A run over its time: connections above, throughput below, and the episodes of <c>monitor</c> as bands through both.
/// </summary>
public static class TimelineChart
{
    private const int TitleLettersMax = 84;
    private const int TargetLettersMax = 44;
    private const int EpisodesMax = 2_000;

    public static Chart Of(RunDocument run)
    {
        TimeUnit time = TimeUnit.For(run.Series.Count == 0 ? 0 : run.Series.Max(point => point.TimeNs));
        List<Panel> panels = [ConnectionsOf(run, time)];
        if (run.Series.Any(point => point.BytesSent > 0 || point.BytesReceived > 0))
        {
            panels.Add(ThroughputOf(run, time));
        }

        return new Chart
        {
            Title = TitleOf(run),
            Subtitle = SubtitleOf(run),
            XAxis = new Axis($"time since the start, {time.Name}", AxisUnit.Count) { HasZero = true },
            Panels = panels,
            Bands = [.. EpisodesOf(run).Take(EpisodesMax).Select(episode => BandOf(episode, time))],
            BandName = "episode",
        };
    }

    private static Panel ConnectionsOf(RunDocument run, TimeUnit time)
    {
        List<Series> series =
        [
            new("open", [new(0, 0), .. run.Series.Select(point => new ChartPoint(time.Of(point.TimeNs), point.Open))],
                SeriesStyle.Area),
        ];
        if (run.Series.Any(point => point.Failed > 0))
        {
            series.Add(RateOf(run, time, "failed a second", point => point.Failed));
        }

        series.Add(RateOf(run, time, "new a second", point => point.Opened));
        return new Panel { YAxis = AxisOf("connections"), Series = run.Series.Count == 0 ? [] : series };
    }

    private static Panel ThroughputOf(RunDocument run, TimeUnit time)
    {
        ByteUnit unit = ByteUnit.For(run.Series.Max(point => Math.Max(
            Seconds.PerSecond(point.BytesSent, point), Seconds.PerSecond(point.BytesReceived, point))));
        return new Panel
        {
            YAxis = AxisOf($"{unit.Name} a second"),
            Series =
            [
                RateOf(run, time, "received", point => point.BytesReceived, unit.Bytes, SeriesStyle.Area),
                RateOf(run, time, "sent", point => point.BytesSent, unit.Bytes),
            ],
            HeightPixels = 190,
        };
    }

    private static Axis AxisOf(string label) => new(label, AxisUnit.Count) { HasZero = true };

    // A rate is that of its whole interval: a step, so that nothing begins on the drawing before it did.
    private static Series RateOf(
        RunDocument run, TimeUnit time, string name, Func<SeriesPoint, long> of, double each = 1,
        SeriesStyle style = SeriesStyle.Line)
    {
        List<ChartPoint> points = new(2 * run.Series.Count);
        foreach (SeriesPoint point in run.Series)
        {
            double perSecond = Seconds.PerSecond(of(point), point) / each;
            points.Add(new ChartPoint(time.Of(point.TimeNs - point.IntervalNs), perSecond));
            points.Add(new ChartPoint(time.Of(point.TimeNs), perSecond));
        }

        return new Series(name, points, style);
    }

    private static IEnumerable<Section> EpisodesOf(RunDocument run) =>
        run.Own?.Find("episodes") is { Kind: NodeKind.List } list
            ? list.Items.Where(item => item.Kind == NodeKind.Section).Select(item => item.Section)
            : [];

    private static ChartBand BandOf(Section episode, TimeUnit time)
    {
        double startNs = Number(episode, "start_ns");
        double endNs = startNs + Number(episode, "duration_ns");
        string cause = episode.Find("cause") is { Kind: NodeKind.Text } text ? text.Text : "";
        string title = $"{Units.Latency(endNs - startNs)} from {Units.Latency(startNs)}: {cause}, "
            + $"{Units.Count((long)Number(episode, "connections"))} connections, "
            + $"{Units.Count((long)Number(episode, "lost"))} lost";

        // What this program was late with itself says nothing of the path.
        ChartTone tone = cause == "generator" ? ChartTone.Plain : ChartTone.Bad;
        return new ChartBand(time.Of(startNs), time.Of(endNs), tone, title);
    }

    private static double Number(Section section, string name) =>
        section.Find(name) is { Kind: NodeKind.Integer or NodeKind.Real } number ? number.Real : 0;

    /// <summary>The verdict as far as a line has room for it.</summary>
    private static string TitleOf(RunDocument run)
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

    private static string SubtitleOf(RunDocument run)
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
