namespace Throng.Measurement;

/// <summary>What a search has found so far, or in the end.</summary>
public sealed record SaturationResult
{
    public required SearchEnding Ending { get; init; }

    /// <summary>The highest rate below the first bad one that met the rule; null when none did.</summary>
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
        CauseTold ?? SaturationCause.Of(FirstBad?.Verdict, FirstBad?.Figures, LastGood?.Figures, Base);

    /// <summary>The cause as a saved result names it; null where it follows from the steps.</summary>
    public SaturationCause? CauseTold { get; init; }
}

/// <summary>The rates outside which repeated trials agreed.</summary>
public sealed record SaturationSpread(double LowPerSecond, double HighPerSecond)
{
    /// <summary>How wide that is, as a share of its lower end.</summary>
    public double Ratio => LowPerSecond > 0 ? (HighPerSecond - LowPerSecond) / LowPerSecond : 0;
}
