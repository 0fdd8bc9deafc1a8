using Throng.Linux;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>
/// ctraffic's list of connections, from the records of `monitor`: there a record is a connection that was open, here a
/// slot begins when it is wanted and has the attempts in it.
/// </summary>
public static class CtrafficSlots
{
    /// <param name="network">tcp or udp, as errors name it.</param>
    public static IReadOnlyList<CtrafficSlot> From(
        RunDocument document, long connections, bool reconnects, string network)
    {
        IReadOnlyList<Node> records =
            document.Own?.Find("connections") is { Kind: NodeKind.List } list ? list.Items : [];
        ILookup<long, Section> bySeat = records.Select(record => record.Section)
            .OrderBy(record => record["begin_ns"].Integer)
            .ToLookup(record => record["connection"].Integer);

        // All are wanted from the start; 0 would say of one that it never was.
        long firstNs = Math.Max(1, records.Count == 0 ? 1 : records.Min(one => one.Section["begin_ns"].Integer));
        List<CtrafficSlot> slots = [];
        for (long seat = 0; seat < connections; seat++)
        {
            long wantedNs = firstNs;
            bool isWanted = true;
            foreach (Section record in bySeat[seat])
            {
                slots.Add(SlotOf(record, wantedNs, network));
                wantedNs = record["end_ns"].Integer;
                isWanted = reconnects && !CloseReasons.IsOwn(CloseReasons.Find(record["reason"].Text));
            }

            if (isWanted)
            {
                slots.Add(new CtrafficSlot { Started = wantedNs, Ended = Math.Max(1, document.DurationNs) });
            }
        }

        return [.. slots.OrderBy(slot => slot.Started)];
    }

    private static CtrafficSlot SlotOf(Section record, long wantedNs, string network)
    {
        string local = record["local"].Text;
        string remote = record["remote"].Text;
        return new CtrafficSlot
        {
            Started = wantedNs,
            Connect = record["begin_ns"].Integer + record["connect_ns"].Integer,
            Ended = record["end_ns"].Integer,
            Err = ErrorOf(record["reason"].Text, (int)record["errno"].Integer, $"read {network} {local}->{remote}: "),
            Sent = record["sent"].Integer,
            Received = record["received"].Integer,
            Dropped = record["dropped"].Integer,
            Retransmits = record["retransmits"].Integer,
            Local = local,
            Remote = remote,
            Host = record["host"].Text,
        };
    }

    private static string ErrorOf(string name, int errno, string where) => CloseReasons.Find(name) switch
    {
        var reason when CloseReasons.IsOwn(reason) => "",
        CloseReason.PeerClosed => "EOF",
        CloseReason.ReplyTimeout => where + "i/o timeout",
        _ when errno != 0 => $"{where}read: {Errno.Text(errno)}",
        CloseReason.Reset => $"{where}read: {Errno.Text(Errno.ECONNRESET)}",
        CloseReason.InvalidReply => where + "the answer is not what was sent",
        _ => where + name,
    };
}
