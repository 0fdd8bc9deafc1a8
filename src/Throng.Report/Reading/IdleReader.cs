using Throng.Measurement;

namespace Throng.Report;

/// <summary>Reader of the result of `idle`, from the section in which it is written.</summary>
internal static class IdleReader
{
    public static IdleResult Read(JsonPart part)
    {
        ILookup<long, IdleLane> lanes = part.List("lanes", LaneOf).ToLookup(one => one.Round, one => one.Lane);
        IReadOnlyList<IdleRound> rounds = part.List("rounds", one => new IdleRound(
            IdleNames.FindKind(one.Text("kind")), IdleNames.FindPhase(one.Text("phase")),
            [.. lanes[one.Count("round")]], one.Count("took_ns")));
        IReadOnlyList<(IdleKind Kind, IdleCrowding Crowding)> crowdings = part.List("crowding", CrowdingOf);
        IdleSearched SearchedOf(JsonPart from, IdleKind kind) => new()
        {
            Kind = kind,
            Ending = IdleEndings.Find(from.Text("ending")),
            FromNs = from.Count("from_ns"),
            ToNs = from.Count("to_ns"),
            Rounds = [.. rounds.Where(round => round.Kind == kind)],
            Crowdings = [.. crowdings.Where(one => one.Kind == kind).Select(one => one.Crowding)],
        };
        IdleSearched established = SearchedOf(part, IdleKind.Established);
        List<IdleSearched> searches = [established];
        if (part.Part("half_closed") is { } halfClosed)
        {
            searches.Add(SearchedOf(halfClosed, IdleKind.HalfClosed));
        }

        if (part.Part("keepalive") is { } keepalive)
        {
            searches.Add(SearchedOf(keepalive, IdleKind.Keepalive));
        }

        return new IdleResult(searches);
    }

    private static (long Round, IdleLane Lane) LaneOf(JsonPart part) => (part.Count("round"), new IdleLane
    {
        TriedNs = part.Count("tried_ns"),
        Outcome = IdleOutcomes.Find(part.Text("outcome")),
        SilenceNs = part.Count("silence_ns"),
        AnswerNs = (long?)part.Number("answer_ns"),
        Retransmits = (long?)part.Number("retransmits"),
        Reason = part.Text("reason"),
        Counts = part.Flag("counts"),
    });

    private static (IdleKind Kind, IdleCrowding Crowding) CrowdingOf(JsonPart part) => (
        IdleNames.FindKind(part.Text("kind")),
        new IdleCrowding(
            (int)part.Count("lanes"), (int)part.Count("left"), (int)part.Count("ended"),
            IdleOutcomes.Find(part.Text("outcome")), part.Count("at_ns")));
}
