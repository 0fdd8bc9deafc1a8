namespace Throng.Measurement;

/// <summary>
/// A run that did not come about: the same schema as <see cref="RunDocument"/>, a verdict that is not ok, and what
/// went wrong.
/// </summary>
public sealed record RunFailure(string Schema, Tool Tool, string Command, Verdict Verdict, RunError Error);
