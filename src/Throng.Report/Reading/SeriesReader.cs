using Throng.Measurement;

namespace Throng.Report;

/// <summary>The <c>series</c> of a document, as <see cref="JsonSeries"/> writes it.</summary>
internal static class SeriesReader
{
    public static SeriesPoint PointOf(JsonPart part) => new()
    {
        TimeNs = part.Count("t_ns"),
        IntervalNs = part.Count("interval_ns"),
        Open = part.Count("open"),
        Opened = part.Count("opened"),
        Closed = part.Count("closed"),
        Failed = part.Count("failed"),
        Connecting = part.Count("connecting"),
        Offered = part.Count("offered"),
        Sent = part.Count("sent"),
        Answered = part.Count("answered"),
        TimedOut = part.Count("timed_out"),
        Lost = part.Count("lost"),
        Dropped = part.Count("dropped"),
        BytesSent = part.Count("bytes_sent"),
        BytesReceived = part.Count("bytes_received"),
        Retransmits = part.Count("retransmits"),
        Response = part.Part("response_ns", LatencyOf),
        Lag = part.Part("lag_ns", LatencyOf),
        UserNs = part.Count("user_ns"),
        SystemNs = part.Count("system_ns"),
        BusyMax = part.Number("busy_max"),
    };

    private static IntervalLatency LatencyOf(JsonPart part) =>
        new(part.Count("p50"), part.Count("p99"), part.Count("max"));
}
