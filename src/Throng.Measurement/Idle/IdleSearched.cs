using System.Globalization;

namespace Throng.Measurement;

/// <summary>Result of one search: the rounds, and what follows from them.</summary>
public sealed record IdleSearched
{
    public IdleKind Kind { get; init; }

    public IdleEnding Ending { get; init; }

    /// <summary>The shortest that was to be tried.</summary>
    public long FromNs { get; init; }

    /// <summary>The longest.</summary>
    public long ToNs { get; init; }

    public IReadOnlyList<IdleRound> Rounds { get; init; } = [];

    public IReadOnlyList<IdleCrowding> Crowdings { get; init; } = [];

    /// <summary>Bounds that follow from the lanes that the search believes.</summary>
    public IdleBracket Bracket => IdleBracket.Of(Kind, [.. Counting]);

    /// <summary>The longest silence, or interval, at which the connection was still known; null for none.</summary>
    public long? RememberedNs => Bracket.GoodNs;

    /// <summary>The shortest at which it no longer was; null for none.</summary>
    public long? ForgottenNs => Bracket.BadNs;

    /// <summary>How most of those that count were forgotten; <see cref="IdleOutcome.None"/> for none.</summary>
    public IdleOutcome Manner =>
        Forgotten.GroupBy(lane => lane.Outcome).MaxBy(group => group.Count())?.Key ?? IdleOutcome.None;

    /// <summary>Silences at which a connection that counts was seen to end by itself, in order.</summary>
    public IReadOnlyList<long> SeenNs =>
        [.. Forgotten.Where(lane => IdleOutcomes.IsSeen(lane.Outcome)).Select(lane => lane.SilenceNs).Order()];

    /// <summary>Evidence that it was forgotten, in words; empty where nothing was.</summary>
    public string Evidence
    {
        get
        {
            IdleLane[] lanes = [.. Forgotten.Where(lane => lane.Outcome == Manner)];
            string others = string.Join("", Forgotten.Where(lane => lane.Outcome != Manner)
                .GroupBy(lane => lane.Outcome)
                .Select(group => $"; {Units.Several(group.Count(), "lanes")} {IdleOutcomes.Name(group.Key)}"));
            return lanes.Length == 0 ? "" : Words(lanes) + others;
        }
    }

    private IEnumerable<IdleLane> Counting => Rounds.SelectMany(round => round.Lanes).Where(lane => lane.Counts);

    private IEnumerable<IdleLane> Forgotten => Counting.Where(lane => lane.Outcome != IdleOutcome.Remembered);

    private string Words(IdleLane[] lanes)
    {
        string when = Middle(lanes.Select(lane => lane.AnswerNs)) is { } ns ? Units.Latency(ns) : "some time";
        IReadOnlyList<long> seenNs = SeenNs;
        string seen = seenNs.Count == 0 ? ""
            : seenNs[0] == seenNs[^1] ? $"after {Seconds(seenNs[0], 3)} of silence"
            : $"after {Seconds(seenNs[0], 3)} to {Seconds(seenNs[^1], 3)} of silence";
        return Manner switch
        {
            IdleOutcome.NotAcknowledged when Middle(lanes.Select(lane => lane.Retransmits)) is > 0 and var again =>
                $"silently: {Units.Several(again, "retransmissions")} and no answer",
            IdleOutcome.NotAcknowledged => "silently: no answer",
            IdleOutcome.NotArrived => "silently: what the server sent does not arrive",
            IdleOutcome.NotAnswered => "the message is acknowledged and not answered",
            IdleOutcome.ResetInAnswer => $"a RST answers the message, after {when}",
            IdleOutcome.ClosedInAnswer => $"a FIN answers the message, after {when}",
            IdleOutcome.ResetWhileSilent => $"a RST comes by itself {seen}",
            IdleOutcome.ClosedWhileSilent => $"a FIN comes by itself {seen}",
            _ => "silently: probes of keepalive are not answered",
        };
    }

    private static long? Middle(IEnumerable<long?> values)
    {
        long[] known = [.. values.OfType<long>().Order()];
        return known.Length == 0 ? null : known[known.Length / 2];
    }

    /// <summary>Seconds with so many digits behind the point.</summary>
    private static string Seconds(long ns, int digits) =>
        (ns / 1e9).ToString($"F{digits}", CultureInfo.InvariantCulture) + " s";

    /// <summary>Two times with as few digits as tell them apart.</summary>
    public static (string Good, string Bad) Apart(long goodNs, long badNs)
    {
        // Minutes and hours would hide what lies between.
        bool inSeconds = badNs >= Ns.Second && badNs - goodNs < Math.Max(Ns.Second, badNs / 20);
        (string Good, string Bad) texts = (Units.Duration(goodNs), Units.Duration(badNs));
        for (int digits = 1; digits <= 3 && (inSeconds || texts.Good == texts.Bad); digits++)
        {
            texts = (Seconds(goodNs, digits), Seconds(badNs, digits));
            inSeconds = false;
        }

        return texts;
    }
}
