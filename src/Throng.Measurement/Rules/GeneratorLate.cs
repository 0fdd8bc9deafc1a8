namespace Throng.Measurement;

/// <summary>
/// Warning when 1 % of the messages left more than 1 ms after their time: twice what the loop may coalesce by design,
/// so the schedule was not kept. Response times contain it, service times hide it.
/// </summary>
public sealed class GeneratorLate : IRule
{
    private const long LagMaxNs = 1_000_000;

    public Finding? Judge(RunDocument run)
    {
        if (run.Lag is not { P99Ns: > LagMaxNs } lag)
        {
            return null;
        }

        return new Finding(
            Severity.Warning,
            "generator-late",
            "messages left later than intended: every connection was waiting, or the generator was",
            $"lag p99 {Units.Latency(lag.P99Ns.Value)}, max {Units.Latency(lag.MaxNs ?? 0)}",
            "use more connections (-c) if the server is slow, more --threads if cpu.busy_max is near 1");
    }
}
