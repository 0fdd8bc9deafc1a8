namespace Throng.Measurement;

/// <summary>
/// Warning when a run without sockets dropped segments for want of room in its own memory; info when requests only
/// waited for it.
/// </summary>
public sealed class PacketRoomFull : IRule
{
    /// <summary>Share of the segments that, dropped, tells of more than a moment.</summary>
    private const double WorthMention = 0.0001;

    private const string Remedy = "have fewer connections open, send or close at once: a lower rate";

    public RuleNote Note { get; } = new("packet-room-full", "warning, info",
        "Memory of --engine packet for what is under way was full: segments were dropped, or, info, requests waited.",
        "a lower rate");

    public Finding? Judge(RunDocument run)
    {
        if (run.Packets is not { } packets)
        {
            return null;
        }

        long dropped = packets.ArrivalsDropped + packets.OutOfOrderDropped;
        if (dropped > 0 && dropped >= packets.SegmentsIn * WorthMention)
        {
            return Note.Found(
                Severity.Warning,
                $"no room: {Units.Several(dropped, "segments")} that came were dropped by this process",
                $"{Units.Count(packets.ArrivalsDropped)} found all buffers or {Units.Count(packets.Blocks)} control "
                    + $"blocks in use, {Units.Count(packets.OutOfOrderDropped)} came behind a gap; they are sent again "
                    + "after a while, which looks like loss on the path",
                Remedy);
        }

        return packets switch
        {
            { BlocksFull: > 0 } => Waited(
                packets.BlocksFull, "requests", packets.Blocks, "control blocks, one for each connection that opens, "
                + "closes or has bytes that are not acknowledged"),
            { ChunksFull: > 0 } => Waited(
                packets.ChunksFull, "segments", packets.Chunks, "pieces of 512 bytes that are not acknowledged"),
            _ => null,
        };
    }

    private Finding Waited(long count, string things, long limit, string ofWhat) => Note.Found(
        Severity.Info,
        $"no room: {Units.Several(count, things)} waited for this process's own memory",
        $"it has {Units.Count(limit)} {ofWhat}; nothing was lost",
        Remedy);
}
