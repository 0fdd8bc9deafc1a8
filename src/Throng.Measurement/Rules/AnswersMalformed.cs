namespace Throng.Measurement;

/// <summary>
/// Messages that came and were no answers at all, too short for one. Error when they were half of what came, which is
/// another protocol rather than a server that does not answer.
/// </summary>
public sealed class AnswersMalformed : IRule
{
    private const double MostRatio = 0.5;

    public RuleNote Note { get; } = new("answers-malformed", "error, warning",
        "Messages came that were too short to be an answer; error when they were half of all that came.",
        "check what listens there, and what lies between");

    public Finding? Judge(RunDocument run)
    {
        long malformed = CountOf(run);
        if (malformed == 0)
        {
            return null;
        }

        long all = malformed + (run.Messages?.Answered ?? 0);
        return Note.Found(
            IsMost(run) ? Severity.Error : Severity.Warning,
            $"{Units.Count(malformed)} of {Units.Count(all)} messages from {Reasons.Target(run)} were malformed: too "
                + "short to be an answer",
            $"{Units.Percent((double)malformed / all)} of what came; a query whose id could be read in one counts as "
                + "invalid, others time out",
            "check what listens there, and what lies between");
    }

    /// <summary>Whether what came was mostly that, or answers to something else.</summary>
    internal static bool IsMost(RunDocument run)
    {
        long wrong = Math.Max(CountOf(run), run.Messages?.Invalid ?? 0);
        return wrong > 0 && wrong >= (wrong + (run.Messages?.Answered ?? 0)) * MostRatio;
    }

    private static long CountOf(RunDocument run) => (long)(Metrics.Value(run, "query.malformed") ?? 0);
}
