namespace Throng.Measurement;

/// <summary>
/// The meanings that keys of a document have, by number. A number is raised when a key comes to mean something else, so
/// that documents of before and after are told apart; those of before stay readable and mean what they meant.
/// </summary>
public static class Meanings
{
    /// <summary>Documents without the number: <c>rate.achieved</c> is what was sent.</summary>
    public const int First = 1;

    /// <summary>
    /// <c>rate.achieved</c> is what was answered in time, and <c>query.answers</c> and <c>query.truncated</c> leave out
    /// the answers of the warm-up.
    /// </summary>
    public const int AchievedIsAnswered = 2;

    /// <summary><c>lag</c> of query leaves out the wait for a connection, which is <c>query.held_back</c>.</summary>
    public const int LagIsOwn = 3;

    /// <summary><c>rate.achieved</c> leaves out what was answered while the run ended.</summary>
    public const int AchievedWhileItLasted = 4;

    public const int Current = AchievedWhileItLasted;

    /// <summary>The number that a document has.</summary>
    public static long Of(RunDocument run) => run.Meanings ?? First;

    /// <summary>Differences between runs whose keys have different meanings, one line each.</summary>
    public static IEnumerable<string> Differences(IEnumerable<RunDocument> runs)
    {
        long[] meanings = [.. runs.Where(run => run.Rate is not null).Select(Of)];
        if (meanings.Any(one => one < AchievedIsAnswered) && meanings.Any(one => one >= AchievedIsAnswered))
        {
            yield return "rate.achieved is what was sent in the runs of older versions, and what was answered in time "
                + "in the others: do not compare it";
        }
        else if (meanings.Any(one => one < AchievedWhileItLasted) && meanings.Any(one => one >= AchievedWhileItLasted))
        {
            yield return "rate.achieved has the answers in it that came while the run ended in the runs of older "
                + "versions, and not in the others, where they are messages.answered_in_drain";
        }

        long[] queries = [.. runs.Where(run => run.Command == "query").Select(Of)];
        if (queries.Any(one => one < LagIsOwn) && queries.Any(one => one >= LagIsOwn))
        {
            yield return "lag has the wait for a connection in it in the runs of older versions, and not in the "
                + "others, where that is query.held_back";
        }
    }

    /// <summary>The rates of a run as they are meant today.</summary>
    public static Rate? RateOf(RunDocument run) =>
        Of(run) < AchievedIsAnswered && run is { Rate: { } rate, Messages: { Offered: > 0 } messages }
            ? rate with { AchievedPerSecond = rate.OfferedPerSecond * messages.Answered / messages.Offered }
            : run.Rate;

    /// <summary>The rates of a run as they were meant before <see cref="AchievedWhileItLasted"/>: with all answers.
    /// </summary>
    public static Rate? OlderRateOf(RunDocument run) =>
        Of(run) >= AchievedWhileItLasted && run is { Rate: { } rate, Messages: { Offered: > 0 } messages }
            ? rate with
            {
                AchievedPerSecond = rate.AchievedPerSecond
                    + (rate.OfferedPerSecond * messages.AnsweredInDrain / messages.Offered),
            }
            : RateOf(run);
}
