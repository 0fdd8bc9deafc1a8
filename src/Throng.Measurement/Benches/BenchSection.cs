namespace Throng.Measurement;

/// <summary>The result of a bench as its section of the document has it.</summary>
public static class BenchSection
{
    /// <summary>Key of the rounds of a part.</summary>
    public const string Rounds = "rounds";

    /// <summary>Writes a result into a section, in the place of one that may stand there.</summary>
    public static void Write(Section into, BenchResult result)
    {
        into["echoes_per_s"] = result.First is { Rounds: > 0 } first ? first.EchoesPerSecond.Median : Node.Null;
        into["latency_ns"] = result.First?.Latency ?? LatencySummary.Empty;
        into["errors"] = result.Steps.Sum(static step => step.Errors.Total);
        into["rounds_missed"] = result.RoundsMissed ?? Node.Null;
        into["steps"] = Node.ListOf(
        [
            .. result.Steps.Select(step => (Node)StepOf(step, result)),
            .. result.Missing.Select(static missing => (Node)new Section
            {
                ["server"] = missing.Key,
                ["not_run"] = missing.Value,
            }),
        ]);
    }

    internal static Section Cpu(long userNs, long systemNs) => new() { ["user"] = userNs, ["system"] = systemNs };

    private static Section StepOf(BenchStep step, BenchResult result) => new()
    {
        ["server"] = step.Server,
        ["concurrency"] = step.Concurrency,
        ["rounds"] = step.Rounds,
        ["exchanges"] = step.Exchanges,
        ["echoes_per_s"] = step.EchoesPerSecond.Median,
        ["echoes_min_per_s"] = step.EchoesPerSecond.Min,
        ["echoes_max_per_s"] = step.EchoesPerSecond.Max,
        ["ratio"] = result.RatioOf(step) is { } ratio ? Math.Round(ratio, 3) : Node.Null,
        ["latency_ns"] = step.Latency,
        ["latency_max_ns"] = step.Latency.MaxNs ?? Node.Null,
        ["p50_min_ns"] = step.P50Ns.Min,
        ["p50_max_ns"] = step.P50Ns.Max,
        ["lag_ns"] = step.Lag,
        ["errors"] = Section.Of(step.Errors),
        ["server_cpu_ns"] = step.ServerUserNs is { } userNs ? Cpu(userNs, step.ServerSystemNs ?? 0) : Node.Null,
        ["client_cpu_ns"] = Cpu(step.ClientUserNs, step.ClientSystemNs),
        ["not_run"] = Node.Null,
    };
}
