namespace Throng.Measurement;

/// <summary>Purpose of a step of a search.</summary>
public enum SearchPhase : byte
{
    /// <summary>The first rate; later steps are compared with it.</summary>
    Base,

    /// <summary>Each rate a fixed factor above the one before.</summary>
    Growth,

    /// <summary>Between the last good rate and the first bad one.</summary>
    Bisection,

    /// <summary>A boundary once more.</summary>
    Confirm,
}

/// <summary>One step of a search as it was run and judged.</summary>
/// <param name="RatePerSecond">The rate the search asked for.</param>
public sealed record SearchStep(
    double RatePerSecond, SearchPhase Phase, StepFigures Figures, StepVerdict Verdict)
{
    /// <summary>
    /// The generator was late for want of nothing of its own: the step says nothing and was run again. It is no trial.
    /// </summary>
    public bool IsDisturbed { get; init; }

    /// <summary>The judgement of the step, as results name it.</summary>
    public string Text => IsDisturbed ? $"disturbed, run again: {Verdict.Text}" : Verdict.Text;
}
