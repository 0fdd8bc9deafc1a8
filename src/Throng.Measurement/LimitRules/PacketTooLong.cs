namespace Throng.Measurement;

/// <summary>
/// Warning when packets that came to a run without sockets were longer than it can take. They are those that a network
/// stack has put together: a program in generic mode comes behind GRO, and a veth hands over what its other end would
/// leave a card to cut. A message of several segments then comes one at a time, if at all.
/// </summary>
public sealed class PacketTooLong : IRule
{
    /// <summary>Share of the frames that, dropped, tells of more than a moment.</summary>
    private const double WorthMention = 0.0001;

    public RuleNote Note { get; } = new("packet-too-long", "warning",
        "Frames of --engine packet were dropped that were longer than it takes: packets that a stack put together.",
        "`ethtool -K` gro and lro off; of a veth, tso and gso off at its other end");

    public Finding? Judge(RunDocument run)
    {
        if (run.Packets is not { RxDropped: > 0 } packets || packets.RxDropped < packets.FramesIn * WorthMention)
        {
            return null;
        }

        return Note.Found(
            Severity.Warning,
            $"rx dropped: {Units.Count(packets.RxDropped)} frames that came to {packets.Interface} were too long",
            $"{Units.Count(packets.FramesIn)} were taken, in {packets.XdpMode} mode; a stack has put them together, "
                + "and they are sent again in pieces, one after another",
            $"ethtool -K {packets.Interface} gro off lro off; of a veth, at its other end: ethtool -K PEER tso off gso "
                + "off, or an MTU of 1,500");
    }
}
