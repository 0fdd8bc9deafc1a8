namespace Throng.Measurement;

/// <summary>
/// The meanings that keys of a document have, by number. A number is raised when a key comes to mean something else, so
/// that documents of before and after are told apart; those of before stay readable and mean what they meant.
/// </summary>
public static class Meanings
{
    /// <summary>Documents without the number: <c>rate.achieved</c> is what was sent.</summary>
    public const int First = 1;

    /// <summary><c>rate.achieved</c> is what was answered in time.</summary>
    public const int AchievedIsAnswered = 2;

    public const int Current = AchievedIsAnswered;

    /// <summary>The keys that do not mean the same in all of these runs, one line each.</summary>
    public static IEnumerable<string> Differences(IEnumerable<RunDocument> runs)
    {
        int[] meanings = [.. runs.Where(run => run.Rate is not null).Select(run => run.Meanings)];
        if (meanings.Any(one => one < AchievedIsAnswered) && meanings.Any(one => one >= AchievedIsAnswered))
        {
            yield return "rate.achieved is what was sent in the runs of older versions, and what was answered in time "
                + "in the others: do not compare it";
        }
    }

    /// <summary>The rates of a run as they are meant today.</summary>
    public static Rate? RateOf(RunDocument run) =>
        run.Meanings < AchievedIsAnswered && run is { Rate: { } rate, Messages: { Offered: > 0 } messages }
            ? rate with { AchievedPerSecond = rate.OfferedPerSecond * messages.Answered / messages.Offered }
            : run.Rate;
}
