using Throng.Measurement;

namespace Throng.Report;

/// <summary>Options in which runs differ, as one line.</summary>
public static class OptionLine
{
    /// <summary>Each with its values: <c>rate_per_s 1,000 (A), 2,000 (B); ping yes (A), no (B)</c>.</summary>
    /// <param name="names">Of the runs.</param>
    public static string Render(IReadOnlyList<OptionDifference> options, IReadOnlyList<string> names) =>
        string.Join("; ", options.Select(option => $"{option.Name} " + string.Join(
            ", ", option.Values.Select((value, at) => $"{ValueOf(option.Name, value)} ({names[at]})"))));

    private static string ValueOf(string name, Node? value) => value switch
    {
        null or { Kind: NodeKind.Null } or { Kind: NodeKind.List, Items: { Count: 0 } } => "none",
        _ => TextLines.ValueText(name, value),
    };
}
