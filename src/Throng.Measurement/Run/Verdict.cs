namespace Throng.Measurement;

/// <summary>The first line of a result, and what stands behind it.</summary>
/// <param name="IsOk">Whether the job was done; poor figures alone do not make it false.</param>
public sealed record Verdict(bool IsOk, string Text, IReadOnlyList<Finding> Findings)
{
    /// <summary>Of a document that has not been judged yet.</summary>
    public static Verdict None { get; } = new(false, "not judged", []);
}
