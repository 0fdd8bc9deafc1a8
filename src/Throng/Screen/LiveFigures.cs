using Throng.Engine;
using Throng.Measurement;
using static Throng.Measurement.Counter;

namespace Throng;

/// <summary>Figures of what a run does now, a row each with its history: the most wanted first.</summary>
public static class LiveFigures
{
    /// <summary>The figures that the run's command shows.</summary>
    public static IReadOnlyList<LiveFigure> Render(LiveView view) =>
        Commands.Runs.FirstOrDefault(command => command.Name == view.Command) is { } command ? command.Figures(view)
        : view.HasRate ? OfQueries(view)
        : OfConnections(view);

    public static IReadOnlyList<LiveFigure> OfConnections(LiveView view)
    {
        List<LiveFigure> figures =
        [
            Connections(view),
            Rate(view, "opened", point => point.Opened, view.Now[Opened]),
            Count(view, "connecting", view.Now.Connecting, point => point.Connecting),
            Rate(view, "ended", point => point.Closed, view.Now.ClosedTotal),
        ];
        if (view.Now[MessagesSent] > 0)
        {
            figures.Add(Rate(view, "answered", point => point.Answered, view.Now[MessagesAnswered]));
            AddLatency(figures, view, "response");
        }

        return figures;
    }

    public static IReadOnlyList<LiveFigure> OfQueries(LiveView view)
    {
        List<LiveFigure> figures = OfSchedule(view, "offered", "sent", "answered", "response");
        figures.Add(Connections(view));
        figures.Add(new LiveFigure("under way", Units.Count(Math.Max(0, view.Now.MessagesUnderWay)), []));
        return figures;
    }

    public static IReadOnlyList<LiveFigure> OfLives(LiveView view)
    {
        List<LiveFigure> figures = OfSchedule(view, "due", "begun", "ended well", "life");
        figures.Add(Count(view, "open", view.Now.Open, point => point.Open));
        figures.AddRange(Own(view));
        return figures;
    }

    /// <summary>Messages in short, then what is the command's own: disturbances, new connections, servers.</summary>
    public static IReadOnlyList<LiveFigure> OfMonitor(LiveView view) =>
    [
        Connections(view),
        Rate(view, "answered", point => point.Answered, view.Now[MessagesAnswered]),
        Latency(view, "response p99", point => point.Response?.P99Ns),
        .. Own(view),
    ];

    public static IReadOnlyList<LiveFigure> OfCapacity(LiveView view) =>
    [
        Count(view, "open", view.Now.Open, point => point.Open),
        Rate(view, "opened", point => point.Opened, view.Now[Opened]),
        Count(view, "connecting", view.Now.Connecting, point => point.Connecting),
        .. Own(view),
    ];

    public static IReadOnlyList<LiveFigure> OfBench(LiveView view) =>
    [
        Count(view, "open", view.Now.Open, point => point.Open),
        Rate(view, "opened", point => point.Opened, view.Now[Opened]),
        Rate(view, "answered", point => point.Answered, view.Now[MessagesAnswered]),
        Latency(view, "response p50", point => point.Response?.P50Ns),
        Latency(view, "         p99", point => point.Response?.P99Ns),
    ];

    public static IReadOnlyList<LiveFigure> OfIdle(LiveView view) =>
    [
        Count(view, "open", view.Now.Open, point => point.Open),
        Rate(view, "opened", point => point.Opened, view.Now[Opened]),
        Rate(view, "ended", point => point.Closed, view.Now.ClosedTotal),
        new LiveFigure("answered", Units.Count(view.Now[MessagesAnswered]), []),
    ];

    private static IEnumerable<LiveFigure> Own(LiveView view) =>
        view.Snapshot.Figures.Select(one => new LiveFigure(one.Key, one.Value, []) { IsWords = true });

    public static IReadOnlyList<LiveFigure> OfServer(LiveView view)
    {
        Sample now = view.Now;
        List<LiveFigure> figures = [];
        if (view.KnowsConnections)
        {
            figures.Add(Count(view, "open", now.Open, point => point.Open));
            figures.Add(Rate(view, "accepted", point => point.Opened, now[Opened]));
            figures.Add(Rate(view, "ended", point => point.Closed, now.ClosedTotal));
        }

        if (view.KnowsConnections || view.HasDatagrams)
        {
            figures.Add(Bytes(view, "received", point => point.BytesReceived, now[BytesReceived]));
            figures.Add(Bytes(view, "sent", point => point.BytesSent, now[BytesSent]));
        }

        if (view.HasDatagrams)
        {
            figures.Add(new LiveFigure("datagrams", $"{Units.Count(now[DatagramsReceived])} came", []));
            figures.Add(new LiveFigure("", $"{Units.Count(now[DatagramsSent])} went", []));
        }

        if (now[ExchangesAnswered] + now[ExchangesAborted] + now[ExchangesCut] > 0)
        {
            figures.Add(new LiveFigure("exchanges", $"{Units.Count(now[ExchangesAnswered])} answered", []));
        }

        figures.AddRange(view.EngineStatus.Select(one => new LiveFigure(one.Key, one.Value, [])));
        return figures;
    }

    private static List<LiveFigure> OfSchedule(
        LiveView view, string offered, string sent, string answered, string latency)
    {
        List<LiveFigure> figures =
        [
            Rate(view, offered, point => point.Offered, view.Now[MessagesOffered]),
            Rate(view, sent, point => point.Sent, view.Now[MessagesSent]),
            Rate(view, answered, point => point.Answered, view.Now[MessagesAnswered]),
        ];
        AddLatency(figures, view, latency);
        figures.Add(Latency(view, "lag p99", point => point.Lag?.P99Ns));
        return figures;
    }

    private static LiveFigure Connections(LiveView view)
    {
        Sample now = view.Now;
        Ink ink = now.Open >= now.Requested ? Ink.Plain : Ink.Warn;
        string value = now.Requested > 0
            ? $"{Units.Count(now.Open)} of {Units.Count(now.Requested)}"
            : Units.Count(now.Open);
        return new LiveFigure("connections", value, History(view, point => point.Open)) { Ink = ink };
    }

    private static LiveFigure Count(LiveView view, string label, long now, Func<SeriesPoint, long> of) =>
        new(label, Units.Count(now), History(view, point => of(point)));

    /// <summary>A rate over the last interval; before there is one, over the time so far.</summary>
    private static LiveFigure Rate(LiveView view, string label, Func<SeriesPoint, long> of, long total) =>
        new(label, Units.Rate(Math.Round(PerSecond(view, of, total))), History(view, of, perSecond: true));

    private static LiveFigure Bytes(LiveView view, string label, Func<SeriesPoint, long> of, long total) =>
        new(label, Units.Bytes(PerSecond(view, of, total)) + "/s", History(view, of, perSecond: true));

    private static void AddLatency(List<LiveFigure> figures, LiveView view, string label)
    {
        figures.Add(Latency(view, $"{label} p50", point => point.Response?.P50Ns));
        figures.Add(Latency(view, $"{"p99".PadLeft(label.Length + 4)}", point => point.Response?.P99Ns));
    }

    private static LiveFigure Latency(LiveView view, string label, Func<SeriesPoint, long?> of)
    {
        long? last = view.Snapshot.Series.Count > 0 ? of(view.Snapshot.Series[^1]) : null;
        string value = last is { } ns ? Units.Latency(ns) : "-";
        return new LiveFigure(label, value, [.. view.Snapshot.Series.Select(point => (double?)of(point))]);
    }

    private static double PerSecond(LiveView view, Func<SeriesPoint, long> of, long total) =>
        view.Snapshot.Series is [.., var last]
            ? of(last) * 1e9 / Math.Max(1, last.IntervalNs)
            : total * 1e9 / Math.Max(1, view.Now.AtNs);

    private static IReadOnlyList<double?> History(
        LiveView view, Func<SeriesPoint, long> of, bool perSecond = false) =>
        [.. view.Snapshot.Series.Select(point =>
            (double?)(perSecond ? of(point) * 1e9 / Math.Max(1, point.IntervalNs) : of(point)))];
}

/// <summary>One figure of a view.</summary>
/// <param name="History">A value for each interval, the oldest first; null where there was none.</param>
public sealed record LiveFigure(string Label, string Value, IReadOnlyList<double?> History)
{
    public Ink Ink { get; init; } = Ink.Plain;

    /// <summary>The value is words: aligned to the left, which numbers are not.</summary>
    public bool IsWords { get; init; }
}
