namespace Throng.Measurement;

/// <summary>Result of a search, so far or in the end.</summary>
public sealed record SaturationResult : IOwnResult
{
    public required SearchEnding Ending { get; init; }

    /// <summary>
    /// The highest rate below the first bad one that met the rule; where none was bad and none has all its trials, the
    /// highest that was good. Null when none was.
    /// </summary>
    public double? LastGoodPerSecond { get; init; }

    /// <summary>The lowest rate that did not meet the rule; null when all did.</summary>
    public double? FirstBadPerSecond { get; init; }

    /// <summary>
    /// The boundaries, moved outwards over every repeated rate with a trial on the other side: at the lower end and
    /// below it no repeated trial was bad, at the upper end and above it none was good. Null while a boundary is
    /// missing.
    /// </summary>
    public SaturationSpread? Spread { get; init; }

    /// <summary>The step that others are compared with; null before there is one.</summary>
    public StepFigures? Base { get; init; }

    /// <summary>The last trial of <see cref="LastGoodPerSecond"/> that was good.</summary>
    public SearchStep? LastGood { get; init; }

    /// <summary>The last trial of <see cref="FirstBadPerSecond"/> that was bad.</summary>
    public SearchStep? FirstBad { get; init; }

    /// <summary>Every step in the order run.</summary>
    public required IReadOnlyList<SearchStep> Steps { get; init; }

    /// <summary>Why the path gave in, as far as the figures say.</summary>
    public SaturationCause Cause =>
        CauseTold ?? (Ending == SearchEnding.None && FirstBad is null
            ? SaturationCause.NoneSoFar(Steps.Count)
            : SaturationCause.Of(FirstBad?.Verdict, FirstBad?.Figures, LastGood?.Figures, Base));

    /// <summary>The cause as a saved result names it; null where it follows from the steps.</summary>
    public SaturationCause? CauseTold { get; init; }

    public string VerdictText
    {
        get
        {
            double? last = LastGoodPerSecond
                ?? Steps.Where(step => step.Verdict.IsGood).Max(step => (double?)step.RatePerSecond);
            string good = last is { } rate ? $"good up to {Units.Rate(rate)}" : "no rate was good";
            string bad = FirstBadPerSecond is { } first ? $", bad at {Units.Rate(first)}" : "";
            if (last >= FirstBadPerSecond)
            {
                // A rate below was bad when it was tried again: what was good before says nothing any more.
                (good, bad) = ("no rate stayed good", $": {Units.Rate(FirstBadPerSecond ?? 0)} was bad in the end");
            }

            if (Ending == SearchEnding.Led)
            {
                return $"{Units.Several(Steps.Count, "steps")} of a search that another process leads";
            }

            string whose = Cause.IsGenerator ? ", the generator's own limit and not the path's" : "";
            if (Ending == SearchEnding.None && Steps.Count > 0)
            {
                string steps = Units.Several(Steps.Count, "steps");
                string why = FirstBad is null ? "" : $"{whose}: {Cause.Name}, {Cause.Evidence}";
                return $"{good}{bad} so far{why}{(why.Length > 0 ? ";" : ":")} the run ended before the "
                    + $"search did, after {steps}";
            }

            return Steps.Count == 0 ? "no step was finished" : $"{good}{bad}{whose}: {Cause.Name}, {Cause.Evidence}";
        }
    }

    public IReadOnlyList<Highlight> Highlights
    {
        get
        {
            List<Highlight> all = [];
            if (LastGoodPerSecond is { } good)
            {
                all.Add(new(
                    "last good", Units.Rate(good), "The highest rate below the first bad one that met the rule."));
            }

            if (FirstBadPerSecond is { } bad)
            {
                all.Add(new("first bad", Units.Rate(bad), "The lowest rate that did not meet the rule."));
            }

            if (Spread is { } spread)
            {
                all.Add(new("spread", Units.Percent(Math.Round(spread.Ratio, 3)),
                    $"Repeated trials agreed outside {Units.Rate(spread.LowPerSecond)} to "
                        + $"{Units.Rate(spread.HighPerSecond)}."));
            }

            all.Add(new("cause", Cause.Name, Cause.Evidence + "."));
            return all;
        }
    }

    /// <summary>Each step in a line, with its number.</summary>
    public IEnumerable<string> StepLines => Steps.Select((step, at) =>
        $"step {at + 1} at {Units.Rate(step.RatePerSecond)}: {Units.Count(step.Figures.Ok)} of "
            + $"{Units.Count(step.Figures.Due)} ended well, life p99 {Life(step.Figures.LifeP99Ns)}: {step.Text}");

    StepTable IOwnResult.Steps => new(
        ["", "begun", "ended well", "life p50", "p99", "verdict"], [.. Steps.Select(RowOf)], EndsWithVerdict: true);

    Standing IOwnResult.Standing
    {
        get
        {
            if (Ending == SearchEnding.Led)
            {
                return new Standing(VerdictText, IsGood: true);
            }

            string good = LastGoodPerSecond is { } last ? $"good up to {Units.Rate(last)}" : "no rate was good yet";
            string bad = FirstBadPerSecond is { } first ? $", bad at {Units.Rate(first)}: {Cause.Name}" : "";
            return new Standing(good + bad, bad.Length == 0);
        }
    }

    private static string[] RowOf(SearchStep step)
    {
        StepFigures figures = step.Figures;
        return
        [
            Units.Rate(step.RatePerSecond), Units.Count(figures.Due - figures.NotSent), Units.Count(figures.Ok),
            Life(figures.LifeP50Ns), Life(figures.LifeP99Ns), step.Text,
        ];
    }

    /// <summary>Nothing takes no time: 0 is of a step in which none lived to its end.</summary>
    private static string Life(long ns) => ns > 0 ? Units.Latency(ns) : "-";
}

/// <summary>The rates outside which repeated trials agreed.</summary>
public sealed record SaturationSpread(double LowPerSecond, double HighPerSecond)
{
    /// <summary>How wide that is, as a share of its lower end.</summary>
    public double Ratio => LowPerSecond > 0 ? (HighPerSecond - LowPerSecond) / LowPerSecond : 0;
}
