using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// The verdict of a comparison in a line for each run: <c>B is better: response p99 5.07 s → 48.9 ms, timed out
/// 5,541 → 0</c>.
/// </summary>
internal static class ComparisonVerdictText
{
    private const int NamedMax = 3;

    /// <param name="names">Of the runs.</param>
    public static IEnumerable<string> Lines(RunComparison comparison, IReadOnlyList<string> names)
    {
        for (int run = 1; run < names.Count; run++)
        {
            yield return Line(comparison, names, run);
        }
    }

    private static string Line(RunComparison comparison, IReadOnlyList<string> names, int run)
    {
        if (!comparison.IsOneCommand)
        {
            return $"{names[run]} is neither better nor worse than {names[0]}: not all are runs of one command";
        }

        ComparisonVerdict verdict = ComparisonVerdict.Judge(comparison, run);
        string better = Named(verdict.Better, run);
        string worse = Named(verdict.Worse, run);
        return verdict.Direction switch
        {
            Direction.Same => $"{names[run]} is like {names[0]}: nothing that matters differs by 5 % or more",
            Direction.Better => $"{names[run]} is better: {better}{(worse.Length > 0 ? $"; but worse {worse}" : "")}",
            Direction.Worse => $"{names[run]} is worse: {worse}{(better.Length > 0 ? $"; but better {better}" : "")}",
            _ => $"{names[run]} is better in some things and worse in others: better {better}; worse {worse}",
        };
    }

    private static string Named(IReadOnlyList<ComparedMetric> metrics, int run)
    {
        string named = string.Join(", ", metrics.Take(NamedMax).Select(metric => Change(metric, run)));
        return metrics.Count > NamedMax ? $"{named} and {Units.Count(metrics.Count - NamedMax)} more" : named;
    }

    private static string Change(ComparedMetric metric, int run) => $"{ComparisonText.NameOf(metric)} "
        + $"{ComparisonText.ValueOf(metric, 0)} → {ComparisonText.ValueOf(metric, run)}";
}
