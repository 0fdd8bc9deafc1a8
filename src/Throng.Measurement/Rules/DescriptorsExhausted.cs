namespace Throng.Measurement;

/// <summary>Error when any connect found no descriptor: the generator's own limit.</summary>
public sealed class DescriptorsExhausted : IRule
{
    public Finding? Judge(RunDocument run)
    {
        long count = run.Connections.ConnectFailed[ReasonCounts.NoDescriptor];
        return count == 0 ? null : new Finding(
            Severity.Error,
            "descriptors-exhausted",
            "this host ran out of descriptors",
            $"{Units.Count(count)} connects had none at a peak of {Units.Count(run.Connections.Peak)} connections; "
                + $"nofile is {Units.Count(run.Host.Nofile)}",
            Reasons.Remedy(ReasonCounts.NoDescriptor, run));
    }
}
