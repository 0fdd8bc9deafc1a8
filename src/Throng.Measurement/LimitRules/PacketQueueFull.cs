namespace Throng.Measurement;

/// <summary>
/// Warning when frames of a run without sockets were dropped, since the queue of its interface was full.
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
        if (run.Packets is not { RxFull: > 0 } packets || packets.RxFull < packets.FramesIn * WorthMention)
        {
            return null;
        }

        return Note.Found(
            Severity.Warning,
            $"rx dropped: {Units.Count(packets.RxFull)} frames found no room in the queue of {packets.Interface}",
            $"{Units.Count(packets.FramesIn)} were taken; tx ring full {Units.Several(packets.TxFull, "times")}; what "
                + "was dropped is sent again after a while, and looks like loss on the path",
            "lower the rate, or leave a CPU to this process alone");
    }
}
