namespace Throng.Measurement;

/// <summary>
/// Warning when 1 % of the messages left more than 1 ms after their time, and more than ten mean turns of the loop:
/// what a turn coalesces by design is no debt. The schedule was not kept. Response times contain it, service times hide
/// it.
/// </summary>
public sealed class GeneratorLate : IRule
{
    private const long LagMaxNs = 1_000_000;
    private const double TurnsMax = 10;

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run))
        {
            return null;
        }

        LatencySummary lag = run.Lag!;
        string turn = run.Cpu?.TurnNs is { } turnNs ? $"; a turn takes {Units.Latency(turnNs)}" : "";
        return new Finding(
            Severity.Warning,
            "generator-late",
            "generator-limited: messages left later than intended; every connection was waiting, or the generator was",
            $"lag p99 {Units.Latency(lag.P99Ns ?? 0)}, max {Units.Latency(lag.MaxNs ?? 0)}{turn}",
            "use more connections (-c) if the server is slow, more --threads if cpu.busy_max is near 1");
    }

    internal static bool IsSo(RunDocument run) =>
        run.Lag is { P99Ns: > LagMaxNs and var lagNs } && lagNs > (run.Cpu?.TurnNs ?? 0) * TurnsMax;
}
