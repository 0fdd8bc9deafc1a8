namespace Throng.Measurement;

/// <summary>Failures of several runs by the time they happened: the first and the last of all of them.</summary>
internal static class FailureMerge
{
    /// <summary>Merges the lists; null where no run has one.</summary>
    /// <param name="offsetsNs">From the first start to theirs.</param>
    /// <param name="notKept">Failures that are in no list then, or were in none before.</param>
    public static IReadOnlyList<ConnectionFailure>? Merge(
        IReadOnlyList<NamedRun> runs, long[] offsetsNs, out long? notKept)
    {
        notKept = null;
        if (runs.All(static one => one.Run.Failures is null))
        {
            return null;
        }

        FirstAndLast<ConnectionFailure> all = new(RunDocument.FailuresMax);
        foreach (ConnectionFailure failure in runs
            .SelectMany((one, at) => Shifted(one, offsetsNs[at])).OrderBy(static one => one.EndNs))
        {
            all.Add(failure);
        }

        long missing = all.NotKept + runs.Sum(static one => one.Run.FailuresNotKept ?? 0);
        notKept = missing > 0 ? missing : null;
        return [.. all.Kept];
    }

    private static IEnumerable<ConnectionFailure> Shifted(NamedRun one, long offsetNs) =>
        (one.Run.Failures ?? []).Select(failure => failure with
        {
            BeginNs = failure.BeginNs + offsetNs,
            EndNs = failure.EndNs + offsetNs,
            Source = failure.Source ?? one.Name,
        });
}
