namespace Throng.Measurement;

/// <summary>One figure of the messages of a run: a metric, and a word in the text.</summary>
/// <param name="Key">In the JSON, and behind <c>messages.</c> as a metric.</param>
/// <param name="Definition">One line.</param>
/// <param name="Whole">The metric that it is a part of.</param>
public sealed record MessageFigure(
    string Key, Better Better, string Definition, Func<Messages, long?> Of, string? Whole = null)
{
    /// <summary>
    /// The word behind its number in the text, which leaves out a number of 0; null: the text has no such word.
    /// </summary>
    public Func<MessageWords, string>? Word { get; init; }

    /// <summary>Whether the text has it, where that is not for its number alone.</summary>
    public Func<Messages, bool>? IsTold { get; init; }

    /// <summary>Its place in the text, from the first on.</summary>
    public int Place { get; init; }

    /// <summary>Whether it may fall while a run goes on.</summary>
    public bool CanFall { get; init; }

    public bool IsShown(Messages messages) => IsTold?.Invoke(messages) ?? Of(messages) > 0;

    public Metric ToMetric()
    {
        Metric metric = Metric.Counter(
            "messages." + Key, Better, Definition, run => run.Messages is { } messages ? Of(messages) : null, Whole);
        return CanFall ? metric.Falling() : metric;
    }
}
