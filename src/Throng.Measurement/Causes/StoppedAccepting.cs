namespace Throng.Measurement;

/// <summary>
/// A listener whose accept queue stays full and whose connections do not become more: its program has stopped
/// accepting, mostly because it has as many clients as it takes. A longer queue would only hide that.
/// </summary>
internal static class StoppedAccepting
{
    private const int PointsMin = 3;

    public const string Remedy = "raise the server's limit on clients; hold --ping finds how many it serves (the "
        + "others wait in its accept queue), and a longer queue only hides it";

    /// <summary>Whether that is so over the second half of the run; a run under way has no such half yet.</summary>
    public static bool IsSo(RunDocument run)
    {
        IReadOnlyList<SeriesPoint> half = [.. run.Series.Skip(run.Series.Count / 2)];
        return half.Count >= PointsMin && run.Network?.ListenOverflows > 0
            && run.Connections is { Target: { } target } connections && connections.Held < target
            && connections.Held > 0 && half.All(point => point.Open == half[0].Open) && connections.Lost == 0;
    }

    public static string Text(RunDocument run)
    {
        SeriesPoint? last = run.Series.LastOrDefault(point => point.Opened > 0);
        string since = last is null ? "" : $" since {Units.Duration(last.TimeNs)}";
        return $"the server has stopped accepting: "
            + Units.Several(run.Connections.Held, "connection is open", "connections are open")
            + $", and no more have come{since}";
    }
}
