namespace Throng.Tests.Tidy;

/// <summary>Where a rule is broken, and what to do instead.</summary>
internal sealed record Violation(string Path, int Line, string Text)
{
    public override string ToString() => $"{Path}:{Line}: {Text}";
}
