using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `bench`.</summary>
public static class BenchRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(BenchSpec bench, RunSpec run)
    {
        bench = bench with { Connections = bench.ConcurrencyMax };
        BenchGuide guide = new(bench);
        int workers = 1;
        return LoadRun.Start(
            bench, run,
            new LoadRunSpec((_, _, layout) => Section(bench, guide.Result, layout))
            {
                KeepsConnections = false,
                KeepsNumber = "a bench chooses what it opens",
                Guide = guide,
                BeforeStart = number => workers = number,
            },
            (targets, _) => new Bench(bench, guide.NewTally(workers), targets));
    }

    private static Section Section(BenchSpec bench, BenchResult result, LoadLayout layout) => new()
    {
        ["server"] = layout.Server,
        ["mode"] = bench.ForNs > 0 ? "closed loop" : "one message a connection",
        ["message_bytes"] = bench.MessageBytes,
        ["reply_bytes"] = bench.WholeReplyBytes,
        ["echoes_per_s"] = result.First is { Rounds: > 0 } first ? first.EchoesPerSecond.Median : Node.Null,
        ["latency_ns"] = result.First?.Latency ?? LatencySummary.From(new Histogram()),
        ["errors"] = result.Steps.Sum(step => step.Errors.Total),
        ["steps"] = Node.ListOf(
        [
            .. result.Steps.Select(step => (Node)Step(step, result)),
            .. result.Missing.Select(missing => (Node)new Section
            {
                ["server"] = missing.Key,
                ["not_run"] = missing.Value,
            }),
        ]),
    };

    private static Section Step(BenchStep step, BenchResult result)
    {
        Section errors = [];
        foreach (KeyValuePair<string, long> error in step.Errors.ByCount())
        {
            errors[error.Key] = error.Value;
        }

        return new Section
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
            ["errors"] = errors,
            ["server_cpu_ns"] = step.ServerUserNs is { } userNs ? Cpu(userNs, step.ServerSystemNs ?? 0) : Node.Null,
            ["client_cpu_ns"] = Cpu(step.ClientUserNs, step.ClientSystemNs),
            ["not_run"] = Node.Null,
        };
    }

    private static Section Cpu(long userNs, long systemNs) => new() { ["user"] = userNs, ["system"] = systemNs };
}
