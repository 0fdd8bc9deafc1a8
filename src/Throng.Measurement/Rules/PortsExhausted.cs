namespace Throng.Measurement;

/// <summary>Error when any connect found no free source port: the generator's own limit.</summary>
public sealed class PortsExhausted : IRule
{
    public Finding? Judge(RunDocument run)
    {
        long count = run.Connections.ConnectFailed[ReasonCounts.NoPort];
        return count == 0 ? null : new Finding(
            Severity.Error,
            "ports-exhausted",
            "this host ran out of source ports towards the target",
            $"{Units.Count(count)} connects had no port at a peak of {Units.Count(run.Connections.Peak)} connections",
            Reasons.Remedy(ReasonCounts.NoPort, run));
    }
}
