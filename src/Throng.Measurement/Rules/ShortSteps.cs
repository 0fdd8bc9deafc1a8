namespace Throng.Measurement;

/// <summary>
/// Worth knowing of a search in short steps: a limiter that saves up what was not used, and lets that through first,
/// passes a step in which it is not used up.
/// </summary>
public sealed class ShortSteps : IRule
{
    /// <summary>From here on what a usual limiter saves up is a small part of a step.</summary>
    private const long StepEnoughNs = 5 * Ns.Second;

    public RuleNote Note { get; } = new("short-steps", "info",
        "saturate found a rate in steps of less than 5 s: a limiter with a burst allowance (a token bucket) can hide "
            + "in them.",
        "--step 10s, or longer");

    public Finding? Judge(RunDocument run)
    {
        if (run.Result is not SaturationResult { LastGoodPerSecond: { } good }
            || run.Options.Find("step_ns") is not { Kind: NodeKind.Integer, Integer: < StepEnoughNs and var stepNs })
        {
            return null;
        }

        string burst = Units.Count((long)(good * stepNs / Ns.Second));
        return Note.Found(
            Severity.Info,
            $"a limiter that lets up to {burst} connections through at once can hide in steps of "
                + Units.Duration(stepNs),
            $"at {Units.Rate(good)} a step has {burst} connections",
            "use --step 10s or longer: then its saved-up burst (a token bucket) is a small part of a step");
    }
}
