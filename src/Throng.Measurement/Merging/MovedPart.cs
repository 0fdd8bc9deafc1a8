namespace Throng.Measurement;

/// <summary>A part of a plan that was taken from an agent that was lost, and cut into pieces for others.</summary>
public sealed record MovedPart
{
    /// <summary>The part, as <c>--share</c> counts it.</summary>
    public required string Part { get; init; }

    /// <summary>Name of the agent that was lost.</summary>
    public required string Agent { get; init; }

    /// <summary>Names of the agents that have taken it over.</summary>
    public required IReadOnlyList<string> By { get; init; }

    /// <summary>From when on all of it is carried out again; null: they were not told yet.</summary>
    public DateTimeOffset? At { get; init; }
}
