using System.Text.RegularExpressions;

namespace Throng.Tests.Tidy;

/// <summary>One file of the repository: its text, and for C# the text taken apart.</summary>
/// <param name="Path">From the root, with slashes.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private string[]? _lines;
    private CSharpText? _parts;
    private IReadOnlyList<Member>? _members;

    public string[] Lines => _lines ??= Text.TrimEnd('\n').Split('\n');

    /// <summary>Code, comments and literals apart; each as long as the text, so positions agree.</summary>
    public CSharpText Parts => _parts ??= CSharpText.Of(Text);

    /// <summary>Every declaration in it, nested ones too.</summary>
    public IReadOnlyList<Member> Members => _members ??= Member.In(this);

    /// <summary>The name without folder and extension; of <c>Ring.Events.cs</c> too it is <c>Ring</c>.</summary>
    public string Stem => System.IO.Path.GetFileName(Path).Split('.')[0];

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    public int LineAt(int position) => 1 + Text.AsSpan(0, position).Count('\n');

    /// <summary>A violation at every match in <paramref name="part"/>, which is as long as the text.</summary>
    public IEnumerable<Violation> Matches(Regex pattern, string part, Func<Match, string> say) =>
        pattern.Matches(part).Select(match => new Violation(Path, LineAt(match.Index), say(match)));
}
