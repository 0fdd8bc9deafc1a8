using Throng.Measurement;

namespace Throng;

/// <summary>
/// Words that can stand at each place on a command line, as the scripts take them from the declarations.
/// </summary>
public static class CompletionWords
{
    /// <summary>A metric by name, with its statistics and reasons.</summary>
    public static IReadOnlyList<string> MetricNames { get; } = 
        [.. Metrics.Names.Concat(TextMetric.All.Select(metric => metric.Name)).Order(StringComparer.Ordinal)];

    /// <summary>The words a value of this option begins with; none when it is free.</summary>
    public static IReadOnlyList<string> WordsOf(Option option) => IsCondition(option) ? MetricNames : option.Words;

    /// <summary>Whether its value is the name of a file.</summary>
    public static bool IsFile(Option option) =>
        option.Argument.Split('|').Any(form => form is "FILE" or "PATH" or "DIR");

    /// <summary>A condition begins with a metric.</summary>
    public static bool IsCondition(Option option) => option.Name is "fail-on" or "require";

    /// <summary>Words that can follow `throng` alone, each with its summary.</summary>
    public static IEnumerable<(string Name, string Summary)> Commands(IReadOnlyList<CommandSyntax> all) =>
    [
        .. all.Select(command => (command.Name, command.Summary)),
        ("version", "print the version"), ("help", "the help of throng or of one command"),
    ];

    /// <summary>The words its operand can be; those of a command that takes the name of another are all names.
    /// </summary>
    public static IReadOnlyList<string> ChoicesOf(CommandSyntax command, IReadOnlyList<CommandSyntax> all) =>
        command.TakesCommand ? [.. all.Select(other => other.Name)] : command.Choices;

    /// <summary>Every spelling of its options, the help among them.</summary>
    public static IEnumerable<string> SpellingsOf(CommandSyntax command) =>
        command.Shown.SelectMany(option => option.Spellings).Append("--help");
}
