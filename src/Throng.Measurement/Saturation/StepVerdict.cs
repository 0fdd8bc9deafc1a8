namespace Throng.Measurement;

/// <summary>Whether a step met the rule; if not, every criterion that it broke, in their order.</summary>
public sealed record StepVerdict(IReadOnlyList<BrokenCriterion> Broken)
{
    private readonly string _told = "";

    private StepVerdict(string told)
        : this([]) => _told = told;

    public static StepVerdict Good { get; } = new([]);

    public bool IsGood => _told.Length == 0 && Broken.Count == 0;

    /// <summary><c>good</c>, or what was broken, joined.</summary>
    public string Text => _told.Length > 0 ? _told
        : IsGood ? "good"
        : string.Join("; ", Broken.Select(one => one.Text));

    /// <summary>Verdict of a saved result, which has the text alone: then no criterion is known to be broken.</summary>
    public static StepVerdict Told(string text) =>
        text.Length == 0 || text == Good.Text ? Good : new StepVerdict(text);

    public bool Breaks(SaturationCriterion criterion) => Broken.Any(one => one.Criterion == criterion);
}
