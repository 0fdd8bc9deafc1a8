namespace Throng.Measurement;

/// <summary>Result of `idle`: how long silence is remembered, and what else was searched for after that.</summary>
/// <param name="Searches">The one of established connections first.</param>
public sealed record IdleResult(IReadOnlyList<IdleSearched> Searches) : IOwnResult
{
    /// <summary>The search for how long a silent connection is remembered.</summary>
    public IdleSearched Established => Of(IdleKind.Established) ?? new IdleSearched();

    /// <summary>The one for the interval of keepalive; null where nobody asked, or it has not begun.</summary>
    public IdleSearched? Keepalive => Of(IdleKind.Keepalive);

    /// <summary>Whether there is something to say at the end: a bracket, or a bound.</summary>
    public bool IsFound => Established.Ending is IdleEnding.Found or IdleEnding.NotForgotten
        or IdleEnding.ForgottenAtFrom or IdleEnding.Varies;

    /// <summary>The one of connections whose client has sent its FIN; null where nobody asked, or it has not begun.
    /// </summary>
    public IdleSearched? HalfClosed => Of(IdleKind.HalfClosed);

    public string VerdictText
    {
        get
        {
            string crowding = Established.Crowdings.Count > 0 ? $"; {CrowdingText(Established.Crowdings[^1])}" : "";
            string keepalive = Keepalive is { } searched ? $"; {KeepaliveText(searched)}" : "";
            string halfClosed = HalfClosed is { } half ? $"; half-closed: {HalfClosedText(half)}" : "";
            return EstablishedText(Established) + crowding + halfClosed + keepalive;
        }
    }

    public IReadOnlyList<Highlight> Highlights
    {
        get
        {
            List<Highlight> all = [];
            void Add(string label, long? ns, string definition)
            {
                if (ns is { } known)
                {
                    all.Add(new Highlight(label, Units.Latency(known), definition));
                }
            }

            Add("remembered", Established.RememberedNs, "The longest silence after which a message was answered.");
            Add("forgotten", Established.ForgottenNs, "The shortest silence after which none was any more.");
            if (Established.Manner is not IdleOutcome.None and var manner)
            {
                all.Add(new Highlight("manner", IdleOutcomes.Name(manner), Established.Evidence + "."));
            }

            Add("half-closed, remembered", HalfClosed?.RememberedNs,
                "The longest silence after the client's FIN at which what the server sent arrived.");
            Add("half-closed, forgotten", HalfClosed?.ForgottenNs,
                "The shortest silence after the client's FIN at which it did not any more.");
            Add("keepalive", Keepalive?.RememberedNs, "The longest interval of TCP keepalive that keeps it alive.");
            return all;
        }
    }

    public StepTable Steps => new(
        ["", "lanes", "tried", "remembered", "forgotten", "verdict"],
        [.. Searches.SelectMany(search => search.Rounds).Select((round, at) => RowOf(round, at + 1))],
        EndsWithVerdict: true);

    Standing? IOwnResult.Standing => Established.Rounds.Count == 0 ? null
        : new Standing(SoFar(Established), Established.ForgottenNs is null);

    /// <summary>Says in words how a round came out.</summary>
    public static string VerdictOf(IdleRound round)
    {
        long longest = round.Lanes.Where(lane => lane.Outcome == IdleOutcome.Remembered)
            .Max(lane => (long?)lane.AtNs(round.Kind)) ?? 0;
        long shortest = round.Lanes.Where(lane => IdleOutcomes.IsForgotten(lane.Outcome))
            .Min(lane => (long?)lane.AtNs(round.Kind)) ?? 0;
        string good = longest > 0 ? $"remembered at {Units.Latency(longest)}" : "";
        string bad = shortest > 0 ? $"forgotten at {Units.Latency(shortest)}" : "";
        string both = good + (good.Length > 0 && bad.Length > 0 ? ", " : "") + bad;
        string others = string.Join(", ", IdleOutcomes.All
            .Where(outcome => !IdleOutcomes.Tells(outcome) && round.Count(outcome) > 0)
            .Select(outcome => $"{Units.Count(round.Count(outcome))} {IdleOutcomes.Name(outcome)}"));
        return both + (both.Length > 0 && others.Length > 0 ? "; " : "") + others;
    }

    private IdleSearched? Of(IdleKind kind) => Searches.FirstOrDefault(search => search.Kind == kind);

    private static string[] RowOf(IdleRound round, int number) =>
    [
        $"{number} {IdleNames.Kind(round.Kind)}, {IdleNames.Phase(round.Phase)}", Units.Count(round.Lanes.Count),
        TriedText(round), Units.Count(round.Remembered), Units.Count(round.Forgotten), VerdictOf(round),
    ];

    private static string TriedText(IdleRound round)
    {
        long least = round.Lanes.Min(lane => lane.TriedNs);
        long most = round.Lanes.Max(lane => lane.TriedNs);
        return least == most ? Units.Latency(least) : $"{Units.Latency(least)} to {Units.Latency(most)}";
    }

    private static string EstablishedText(IdleSearched search)
    {
        string evidence = search.Evidence.Length > 0 ? $": {search.Evidence}" : "";
        (string good, string bad) = IdleSearched.Apart(search.RememberedNs ?? 0, search.ForgottenNs ?? 0);
        return search.Ending switch
        {
            IdleEnding.Found => $"remembered for {good}, forgotten at {bad}{evidence}",
            IdleEnding.NotForgotten => $"remembered for at least {Units.Duration(search.ToNs)}",
            IdleEnding.ForgottenAtFrom =>
                $"forgotten within {Units.Duration(Math.Min(search.FromNs, search.ForgottenNs ?? search.FromNs))}"
                    + $"{evidence}; a shorter --from finds after how long",
            IdleEnding.Varies => $"{Ends(search)}, between these at one time and not at another{evidence}",
            IdleEnding.NoLanes => $"nothing was found: {NoLanes(search)}",
            _ => SoFar(search) + ": the run ended before the search did, after "
                + Units.Several(search.Rounds.Count, "rounds"),
        };
    }

    private static string Ends(IdleSearched search)
    {
        string good = search.RememberedNs is { } goodNs ? $"remembered for {Units.Latency(goodNs)}" : "";
        string bad = search.ForgottenNs is { } badNs ? $"forgotten from {Units.Latency(badNs)} on" : "";
        return good.Length + bad.Length == 0
            ? "no silence is always remembered, and none always forgotten"
            : good + (good.Length > 0 && bad.Length > 0 ? ", " : "") + bad;
    }

    private static string SoFar(IdleSearched search)
    {
        string good = search.RememberedNs is { } goodNs ? $"remembered for {Units.Latency(goodNs)}" : "nothing known";
        string bad = search.ForgottenNs is { } badNs ? $", forgotten at {Units.Latency(badNs)}" : "";
        return $"{good}{bad} so far";
    }

    /// <summary>Says what became of lanes that tell nothing of their silence.</summary>
    private static string NoLanes(IdleSearched search)
    {
        if (search.Rounds.Count == 0)
        {
            return "no round came to its end";
        }

        IdleRound last = search.Rounds[^1];
        string[] parts =
        [
            .. last.Lanes.GroupBy(lane => (lane.Outcome, lane.Reason)).OrderByDescending(group => group.Count())
                .Select(group => $"{Units.Count(group.Count())} {IdleOutcomes.Name(group.Key.Outcome)}"
                    + (group.Key.Reason.Length > 0 ? $" ({group.Key.Reason})" : "")),
        ];
        return $"of {Units.Several(last.Lanes.Count, "lanes")} {string.Join(", ", parts)}";
    }

    /// <summary>Lanes that ended by their number, in words.</summary>
    internal static string CrowdingText(IdleCrowding one)
    {
        string lanes = $"{Units.Count(one.Ended)} of {Units.Several(one.Lanes, "lanes")}";
        string left = $"so it went on with {Units.Count(one.Left)}";
        return one.Outcome == IdleOutcome.NotOpened
            ? $"{lanes} were not let in, {left}"
            : $"{lanes} ended early ({IdleOutcomes.Name(one.Outcome)} at {Units.Latency(one.AtNs)}) although longer "
                + $"silences were remembered: by their number, it seems, {left}";
    }

    private static string HalfClosedText(IdleSearched search) =>
        search.Ending == IdleEnding.NoLanes
            ? "not measured, its server has to send after the client's FIN: throng serve --mode later"
            : EstablishedText(search);

    private static string KeepaliveText(IdleSearched search)
    {
        string good = search.RememberedNs is { } goodNs ? Units.Duration(goodNs) : "";
        string bad = search.ForgottenNs is { } badNs ? Units.Duration(badNs) : "";
        return search.Ending switch
        {
            IdleEnding.Found => $"TCP keepalive every {good} keeps it alive, every {bad} does not",
            IdleEnding.NotForgotten => $"TCP keepalive every {Units.Duration(search.ToNs)} keeps it alive",
            IdleEnding.ForgottenAtFrom => $"TCP keepalive does not keep it alive, not even every {bad}",
            IdleEnding.Varies => "TCP keepalive keeps it alive at one time and not at another",
            _ => "nothing was found of TCP keepalive",
        };
    }
}
