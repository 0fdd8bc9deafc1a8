namespace Throng.Measurement;

/// <summary>Whether a step met the rule; if not, every criterion that it broke, in their order.</summary>
public sealed record StepVerdict(IReadOnlyList<BrokenCriterion> Broken)
{
    public static StepVerdict Good { get; } = new([]);

    public bool IsGood => Broken.Count == 0;

    /// <summary><c>good</c>, or what was broken, joined.</summary>
    public string Text => IsGood ? "good" : string.Join("; ", Broken.Select(one => one.Text));

    public bool Breaks(SaturationCriterion criterion) => Broken.Any(one => one.Criterion == criterion);
}
