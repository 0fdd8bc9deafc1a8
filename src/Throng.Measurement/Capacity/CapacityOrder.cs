namespace Throng.Measurement;

/// <summary>Kinds of orders that the search for a capacity gives to all workers.</summary>
public enum CapacityOrderKind : byte
{
    None = 0,

    /// <summary>
    /// Open connections at a rate until so many are there, or until so many were attempted; meanwhile check a random
    /// few of the old ones.
    /// </summary>
    Fill,

    /// <summary>Open none and check none; what is under way comes to its end.</summary>
    Stop,

    /// <summary>Check the old ones, each with the same probability.</summary>
    Survey,

    /// <summary>Close connections until so many are left.</summary>
    Lower,
}

/// <summary>An order of the search for a capacity; the next one takes its place.</summary>
/// <param name="Number">Counts the orders; a worker says by it which one it has carried out.</param>
/// <param name="Connections">Connections that there are to be in the whole run, of a fill or a lowering.</param>
/// <param name="RatePerSecond">Connects of a fill, checks of a survey.</param>
public sealed record CapacityOrder(
    int Number, CapacityOrderKind Kind, long Connections = 0, double RatePerSecond = 0)
{
    /// <summary>Attempts that a fill makes, however they end.</summary>
    public long AttemptsMax { get; init; } = long.MaxValue;

    /// <summary>Share of the old connections that a survey checks.</summary>
    public double Ratio { get; init; } = 1;

    /// <summary>A lowering closes with a reset; else in order.</summary>
    public bool Resets { get; init; }
}
