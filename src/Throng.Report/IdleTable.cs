using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// The lanes of `idle` that say most, as a table: of each round the longest silences that were remembered and the
/// shortest that were not. All of them are in the result document.
/// </summary>
internal static class IdleTable
{
    /// <summary>Shown of a round: so many that were remembered, and so many of the others.</summary>
    private const int NearestMax = 4;

    private const string Unknown = "-";

    public static IEnumerable<string> Lines(IdleResult result)
    {
        (int Round, IdleLane Lane)[] all =
        [
            .. result.Searches.SelectMany(search => search.Rounds)
                .SelectMany((round, at) => round.Lanes.Select(lane => (at + 1, lane))),
        ];
        (int Round, IdleLane Lane)[] shown = [.. all.GroupBy(one => one.Round).SelectMany(Nearest)];
        IEnumerable<string> table = TextTable.Lines(
            [
                Column(shown, "round", one => Units.Count(one.Round)),
                Column(shown, "tried", one => Units.Latency(one.Lane.TriedNs)),
                Column(shown, "silence", one => one.Lane.SilenceNs > 0 ? Units.Latency(one.Lane.SilenceNs) : Unknown),
                Column(shown, "answer", one => one.Lane.AnswerNs is { } ns ? Units.Latency(ns) : Unknown),
                Column(shown, "again", one => one.Lane.Retransmits is { } again ? Units.Count(again) : Unknown),
                Column(shown, "outcome", one => IdleOutcomes.Name(one.Lane.Outcome)
                    + (one.Lane.Reason.Length > 0 ? $" ({one.Lane.Reason})" : "")),
            ],
            5);
        return shown.Length == all.Length
            ? table
            : table.Append($"({Units.Count(all.Length - shown.Length)} more in the result document, --json)");
    }

    private static IEnumerable<(int Round, IdleLane Lane)> Nearest(IEnumerable<(int Round, IdleLane Lane)> lanes)
    {
        (int Round, IdleLane Lane)[] inOrder = [.. lanes.OrderBy(one => one.Lane.TriedNs)];
        (int Round, IdleLane Lane)[] remembered =
            [.. inOrder.Where(one => one.Lane.Outcome == IdleOutcome.Remembered).TakeLast(NearestMax)];
        return remembered.Concat(
            inOrder.Where(one => one.Lane.Outcome is not (IdleOutcome.Remembered or IdleOutcome.NotNeeded))
                .Take(NearestMax));
    }

    private static string[] Column(
        (int Round, IdleLane Lane)[] lanes, string heading, Func<(int Round, IdleLane Lane), string> cell) =>
        [heading, .. lanes.Select(cell)];
}
