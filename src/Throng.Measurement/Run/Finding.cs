using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>The figures stand, with a reservation.</summary>
    Warning,

    /// <summary>The job was not done.</summary>
    Error,
}

/// <summary>A fact about a run that a rule found.</summary>
/// <param name="Rule">Name of the rule, lower-case with hyphens.</param>
/// <param name="Text">What is the case, and whose limit it is.</param>
/// <param name="Evidence">The figures that say so.</param>
/// <param name="Remedy">What to do about it; empty when there is nothing to do.</param>
public sealed record Finding(
    Severity Severity, [property: RegularExpression("^[a-z][a-z0-9-]*$")] string Rule, string Text, string Evidence,
    string Remedy)
{
    /// <summary>The run in which the finding was made, for a merged document; null for a run of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description(RunSource.NameSaid)]
    public string? Source { get; init; }
}
