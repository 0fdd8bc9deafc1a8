using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Makes the section of `idle` in the document.</summary>
internal static class IdleSection
{
    public static Section Of(IdleSpec idle, IdleResult result, LoadLayout layout)
    {
        Section section = new()
        {
            ["targets"] = layout.Targets,
            ["server"] = layout.Server,
            ["protocol"] = idle.Message.ToString().ToLowerInvariant(),
        };
        foreach (KeyValuePair<string, Node> entry in Of(result.Established))
        {
            section[entry.Key] = entry.Value;
        }

        section["half_closed"] = result.HalfClosed is { } halfClosed ? Of(halfClosed) : Node.Null;
        section["keepalive"] = result.Keepalive is { } keepalive ? Of(keepalive) : Node.Null;
        section["crowding"] = Node.ListOf(
        [
            .. result.Searches.SelectMany(search => search.Crowdings.Select(one => (Node)Crowding(search.Kind, one))),
        ]);
        IdleRound[] rounds = [.. result.Searches.SelectMany(search => search.Rounds)];
        section["rounds"] = Node.ListOf([.. rounds.Select((round, at) => (Node)Round(round, at + 1))]);
        section["lanes"] = Node.ListOf(
            [.. rounds.SelectMany((round, at) => round.Lanes.Select(lane => (Node)Lane(lane, at + 1)))]);
        return section;
    }

    private static Section Of(IdleSearched search)
    {
        IReadOnlyList<long> seenNs = search.SeenNs;
        return new Section
        {
            ["ending"] = IdleEndings.Name(search.Ending),
            ["from_ns"] = search.FromNs,
            ["to_ns"] = search.ToNs,
            ["remembered_ns"] = search.RememberedNs is { } goodNs ? goodNs : Node.Null,
            ["forgotten_ns"] = search.ForgottenNs is { } badNs ? badNs : Node.Null,
            ["spread_ns"] = search.Bracket.OverlapNs,
            ["manner"] = search.Manner == IdleOutcome.None ? Node.Null : IdleOutcomes.Name(search.Manner),
            ["evidence"] = search.Evidence.Length > 0 ? search.Evidence : Node.Null,
            ["seen_min_ns"] = seenNs.Count > 0 ? seenNs[0] : Node.Null,
            ["seen_p50_ns"] = seenNs.Count > 0 ? seenNs[seenNs.Count / 2] : Node.Null,
            ["seen_max_ns"] = seenNs.Count > 0 ? seenNs[^1] : Node.Null,
        };
    }

    private static Section Crowding(IdleKind kind, IdleCrowding one) => new()
    {
        ["kind"] = IdleNames.Kind(kind),
        ["lanes"] = one.Lanes,
        ["ended"] = one.Ended,
        ["left"] = one.Left,
        ["at_ns"] = one.AtNs,
        ["outcome"] = IdleOutcomes.Name(one.Outcome),
    };

    private static Section Round(IdleRound round, int number) => new()
    {
        ["round"] = number,
        ["kind"] = IdleNames.Kind(round.Kind),
        ["phase"] = IdleNames.Phase(round.Phase),
        ["lanes"] = round.Lanes.Count,
        ["shortest_ns"] = round.Lanes.Count > 0 ? round.Lanes.Min(lane => lane.TriedNs) : Node.Null,
        ["longest_ns"] = round.Lanes.Count > 0 ? round.Lanes.Max(lane => lane.TriedNs) : Node.Null,
        ["remembered"] = round.Remembered,
        ["forgotten"] = round.Forgotten,
        ["took_ns"] = round.TookNs,
        ["verdict"] = IdleResult.VerdictOf(round),
    };

    private static Section Lane(IdleLane lane, int round) => new()
    {
        ["round"] = round,
        ["tried_ns"] = lane.TriedNs,
        ["silence_ns"] = lane.SilenceNs,
        ["answer_ns"] = lane.AnswerNs is { } answerNs ? answerNs : Node.Null,
        ["retransmits"] = lane.Retransmits is { } again ? again : Node.Null,
        ["counts"] = lane.Counts,
        ["reason"] = lane.Reason.Length > 0 ? lane.Reason : Node.Null,
        ["outcome"] = IdleOutcomes.Name(lane.Outcome),
    };
}
