namespace Throng.Report;

/// <summary>Facts about a run that goes on, as its page shows them beside the document.</summary>
public sealed record LiveFacts
{
    /// <summary>running, ending or ended.</summary>
    public required string State { get; init; }

    /// <summary>Where the run is, in the glossary's words; empty once it has ended.</summary>
    public string Phase { get; init; } = "";

    /// <summary>How much of it is done, 0 to 1; null where nobody knows.</summary>
    public double? Done { get; init; }

    /// <summary>Figures of the last interval, the most wanted first.</summary>
    public IReadOnlyList<LiveValue> Values { get; init; } = [];

    /// <summary>Settings that a person can change while it goes on.</summary>
    public IReadOnlyList<LiveDial> Dials { get; init; } = [];
}

/// <summary>A figure as it is now.</summary>
/// <param name="History">A value for each interval, the oldest first; null where there was none.</param>
public sealed record LiveValue(string Label, string Value, IReadOnlyList<double?> History);

/// <summary>One setting that can be changed.</summary>
/// <param name="Key">Its name in the body of a PATCH of the run.</param>
/// <param name="Value">A number, or <c>true</c> or <c>false</c> of a switch.</param>
public sealed record LiveDial(string Key, string Label, string Value)
{
    public bool IsSwitch => Value is "true" or "false";

    /// <summary>Smallest difference that means something: <c>1</c>, or <c>any</c>.</summary>
    public string Step { get; init; } = "1";
}
