namespace Throng.Tests.Cluster;

/// <summary>
/// Faults of a simulated cluster: probabilities that each happens at one opportunity, drawn so that most seeds have a
/// few of them at a high rate.
/// </summary>
internal sealed record ClusterFaults
{
    public static ClusterFaults None { get; } = new();

    public double PutUnknown { get; init; }
    public double ReadUnknown { get; init; }
    public double SaveFails { get; init; }
    public double LoadFails { get; init; }
    public double FigureDropped { get; init; }
    public double FigureLate { get; init; }
    public double OrderDoubled { get; init; }
    public double AnswerLost { get; init; }
    public double JobCrashes { get; init; }
    public double JobHangs { get; init; }
    public double StartFails { get; init; }

    public static ClusterFaults Draw(VirtualTime time) => new()
    {
        PutUnknown = Rate(time, 0.5),
        ReadUnknown = Rate(time, 0.4),
        SaveFails = Rate(time, 0.6),
        LoadFails = Rate(time, 0.6),
        FigureDropped = Rate(time, 0.5),
        FigureLate = Rate(time, 0.3),
        OrderDoubled = Rate(time, 0.5),
        AnswerLost = Rate(time, 0.1),
        JobCrashes = Rate(time, 0.3),
        JobHangs = Rate(time, 0.5),
        StartFails = Rate(time, 0.1),
    };

    private static double Rate(VirtualTime time, double most)
    {
        double rate = time.Draw(0, 1000) * most / 1000;
        return time.Draw(0, 3) == 0 ? rate : 0;
    }
}
