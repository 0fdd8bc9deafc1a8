using Throng.Measurement;

namespace Throng.Report;

/// <summary>Reader of the results of a bench, from the section in which they are written.</summary>
internal static class BenchReader
{
    public static BenchResult Read(JsonPart part)
    {
        IReadOnlyList<(BenchStep Step, string? Reason)> steps = part.List(
            "steps", step => (StepOf(step), step.TextOrNull("not_run")));
        return new BenchResult(
            [.. steps.Where(one => one.Reason is null).Select(one => one.Step)],
            [.. steps.Where(one => one.Reason is not null).Select(one => KeyValuePair.Create(
                one.Step.Server, one.Reason!))])
        {
            Rounds = part.List("rounds", RoundOf), RoundsMissed = part.CountOrNull("rounds_missed"),
        };
    }

    private static RoundFigures RoundOf(JsonPart part)
    {
        JsonPart? client = part.Part("client_cpu_ns");
        return new RoundFigures
        {
            Number = (int)Math.Clamp(part.Count("round"), 0, int.MaxValue),
            Server = part.Text("server"),
            Concurrency = part.Count("concurrency"),
            Connections = part.Count("connections"),
            IsMissed = part.Flag("missed"),
            Exchanges = part.Count("exchanges"),
            Counted = part.Count("counted"),
            TookNs = part.Count("took_ns"),
            Latency = part.Latency("latency_ns") ?? LatencySummary.Empty,
            Lag = part.Latency("lag_ns") ?? LatencySummary.Empty,
            Errors = part.Reasons("errors"),
            ClientUserNs = client?.Count("user") ?? 0,
            ClientSystemNs = client?.Count("system") ?? 0,
        };
    }

    // The median of the rounds' medians is not written; that of all exchanges stands for it.
    private static BenchStep StepOf(JsonPart part)
    {
        LatencySummary latency = part.Latency("latency_ns") ?? LatencySummary.Empty;
        JsonPart? server = part.Part("server_cpu_ns");
        JsonPart? client = part.Part("client_cpu_ns");
        return new BenchStep
        {
            Server = part.Text("server"),
            Concurrency = part.Count("concurrency"),
            Rounds = (int)Math.Clamp(part.Count("rounds"), 0, int.MaxValue),
            Exchanges = part.Count("exchanges"),
            EchoesPerSecond = new RoundSpread(
                part.Number("echoes_per_s") ?? 0, part.Number("echoes_min_per_s") ?? 0,
                part.Number("echoes_max_per_s") ?? 0),
            P50Ns = new RoundSpread(
                latency.P50Ns ?? 0, part.Number("p50_min_ns") ?? 0, part.Number("p50_max_ns") ?? 0),
            Latency = latency,
            Lag = part.Latency("lag_ns") ?? LatencySummary.Empty,
            Errors = part.Reasons("errors"),
            ServerUserNs = server?.Count("user"),
            ServerSystemNs = server?.Count("system"),
            ClientUserNs = client?.Count("user") ?? 0,
            ClientSystemNs = client?.Count("system") ?? 0,
        };
    }
}
