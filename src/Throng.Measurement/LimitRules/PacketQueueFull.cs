namespace Throng.Measurement;

/// <summary>
/// Warning when frames of a run without sockets were dropped, since a queue of its interface or the way from one worker
/// to another was full.
/// </summary>
public sealed class PacketQueueFull : IRule
{
    /// <summary>Share of the frames that, dropped, tells of more than a moment.</summary>
    private const double WorthMention = 0.0001;

    public RuleNote Note { get; } = new("packet-queue-full", "warning",
        "Frames of --engine packet were dropped, since this process had not taken those before.",
        "a lower rate, or a CPU for this process alone");

    public Finding? Judge(RunDocument run)
    {
        if (run.Packets is not { } packets)
        {
            return null;
        }

        long dropped = packets.RxFull + packets.PassFull;
        if (dropped == 0 || dropped < packets.FramesIn * WorthMention)
        {
            return null;
        }

        return Note.Found(
            Severity.Warning,
            packets.RxFull > 0
                ? $"rx dropped: {Units.Several(packets.RxFull, "frames")} found no room in {Queues(packets)}"
                : $"handed over: {Units.Several(packets.PassFull, "frames")} found no room on the way to their worker",
            $"{Units.Count(packets.FramesIn)} were taken; tx ring full {Units.Several(packets.TxFull, "times")}; "
                + (packets.Queues > 1 ? $"{Units.Count(packets.FramesPassed)} handed over from one worker to another, "
                    + $"{Units.Count(packets.PassFull)} dropped there; " : "")
                + "what was dropped is sent again after a while, and looks like loss on the path",
            "lower the rate, or leave a CPU to this process alone");
    }

    private static string Queues(PacketFigures packets) => packets is { Queues: > 1, RxFullQueue: { } fullest }
        ? $"the queues of {packets.Interface}, most in queue {fullest}"
        : $"the queue of {packets.Interface}";
}
