namespace Throng.Fuzz;

/// <summary>A property that did not hold.</summary>
/// <param name="Kind">The same for inputs that show the same fault, as far as can be told.</param>
public sealed record Fault(string Kind, string Text);
