namespace Throng.Report;

/// <summary>One thing that was checked, as systems that run tests show it.</summary>
/// <param name="Failure">In one line; null when all is well.</param>
/// <param name="Details">What stands behind a failure, lines.</param>
public sealed record JUnitCase(string Name, string? Failure = null, string Details = "");
