namespace Throng.Measurement;

/// <summary>
/// A server that answers fewer messages than fall due, and many of them only when the run ends. Answers that take their
/// time are missing once, at the beginning: later as many come as fall due.
/// </summary>
internal static class FallenBehind
{
    private const double MissingRatio = 0.05;
    private const double Deviations = 4;
    private const int PointsMin = 4;

    /// <summary>Whether that is so. With answers that all took a good part of the run nobody can tell.</summary>
    public static bool IsSo(RunDocument run)
    {
        if (run.Messages is not { HasManyInDrain: true } || run.Series.Count < PointsMin
            || run.Response is not { MinNs: { } quickestNs } || quickestNs > run.DurationNs / PointsMin)
        {
            return false;
        }

        SeriesPoint[] half = [.. run.Series.Skip(run.Series.Count / 2)];
        double due = half.Sum(point => point.Offered);
        double missing = due - half.Sum(point => point.Answered + point.TimedOut + point.Lost);
        return missing > Math.Max(due * MissingRatio, Deviations * Math.Sqrt(due));
    }
}
