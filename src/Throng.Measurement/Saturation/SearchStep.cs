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
    /// <summary>Number by which it was told, where another process leads the search; 0: its place in the list.
    /// </summary>
    public long Number { get; init; }

    /// <summary>
    /// The generator was late for want of nothing of its own: the step says nothing and was run again. It is no trial.
    /// </summary>
    public bool IsDisturbed { get; init; }

    /// <summary>It was bad, and one more trial is needed to believe that.</summary>
    public bool IsAlone { get; init; }

    /// <summary>The judgement of the step and what came of it, as results name it.</summary>
    public string Text => (IsDisturbed ? DisturbedWords : IsAlone ? AloneWords : "") + Verdict.Text;

    internal const string DisturbedWords = "disturbed, not counted: ";
    internal const string AloneWords = "not believed alone: ";

    /// <summary>In the place of <see cref="DisturbedWords"/> in older documents.</summary>
    private const string OlderWords = "disturbed, run again: ";

    /// <summary>A step as results tell it.</summary>
    /// <param name="text">As <see cref="Text"/> has it.</param>
    public static SearchStep Told(double ratePerSecond, SearchPhase phase, StepFigures figures, string text)
    {
        string? before = ((string[])[DisturbedWords, OlderWords, AloneWords])
            .FirstOrDefault(words => text.StartsWith(words, StringComparison.Ordinal));
        return new SearchStep(ratePerSecond, phase, figures, StepVerdict.Told(text[(before ?? "").Length..]))
        {
            IsDisturbed = before is DisturbedWords or OlderWords, IsAlone = before is AloneWords,
        };
    }
}
