using Throng.Measurement;

namespace Throng;

/// <summary>How much is used of what there is only so much of.</summary>
public static class LiveLimits
{
    /// <summary>From this share on a bar warns, and from that one it is nearly full.</summary>
    private const double Near = 0.8;
    private const double Full = 0.95;

    /// <summary>More workers than this are one row.</summary>
    private const int WorkersMax = 4;

    public static IReadOnlyList<LiveLimit> Read(LiveView view)
    {
        List<LiveLimit> limits = [];
        IReadOnlyList<double> busy = view.Snapshot.Busy;
        if (busy.Count > WorkersMax)
        {
            double busiest = busy.Max();
            string text = $"{Percent(busy.Average())}, max {Percent(busiest)}";
            limits.Add(new LiveLimit($"{busy.Count} workers", text, busiest) { Ink = InkOf(busiest) });
        }
        else
        {
            limits.AddRange(busy.Select((share, worker) =>
                new LiveLimit($"worker {worker}", Percent(share), share) { Ink = InkOf(share) }));
        }

        if (view.MemoryMaxBytes > 0)
        {
            string memory = $"{Units.Bytes(view.MemoryUsedBytes)} of {Units.Bytes(view.MemoryMaxBytes)}";
            limits.Add(Row("memory", memory, view.MemoryUsedBytes, view.MemoryMaxBytes));
        }

        if (view.Snapshot.PortsMax > 0)
        {
            limits.Add(Counted("ports", view.Snapshot.PortsUsed, view.Snapshot.PortsMax));
        }

        if (view.SocketsMax > 0)
        {
            limits.Add(Counted("sockets", view.SocketsUsed, view.SocketsMax));
        }

        long soft = (long)Math.Min(view.Descriptors.Soft, long.MaxValue);
        if (view.Descriptors.Used >= 0 && soft is > 0 and < long.MaxValue)
        {
            limits.Add(Counted("descriptors", view.Descriptors.Used, soft));
        }

        return limits;
    }

    private static LiveLimit Counted(string label, long used, long max) =>
        Row(label, $"{Units.Count(used)} of {Units.Count(max)}", used, max);

    private static LiveLimit Row(string label, string text, double used, double max) =>
        new(label, text, used / max) { Ink = InkOf(used / max) };

    private static Ink InkOf(double share) => share >= Full ? Ink.Bad : share >= Near ? Ink.Warn : Ink.Accent;

    private static string Percent(double share) => $"{Math.Round(share * 100)} %";
}

/// <summary>One limit of a view.</summary>
/// <param name="Share">Of it used, 0 to 1.</param>
public sealed record LiveLimit(string Label, string Value, double Share)
{
    public Ink Ink { get; init; } = Ink.Accent;
}
