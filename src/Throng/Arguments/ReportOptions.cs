using Throng.Report;

namespace Throng;

/// <summary>What `throng report` takes.</summary>
public static class ReportOptions
{
    public static RepeatableOption<string> Analyze { get; } = new(Kinds.OneOf(Names), name => name)
    {
        Name = "analyze", Argument = "NAME", Default = "the report of the run",
        Help = "print this table in the place of the report, repeatable: throughput or connections (a row an "
            + "interval), hosts or episodes (of monitor)",
    };

    public static Option<string> Svg { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "svg", Argument = "FILE|-", Default = "none",
        Help = "draw connections and throughput over time, episodes shaded; - prints the drawing in the place of the "
            + "report",
    };

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "report",
        Operands = "FILE...",
        TakesFiles = true,
        Summary = "print, analyse and draw what a run has saved",
        About =
        [
            "FILE is what --out or --json of a run has written; - is standard input. Prints what the run itself "
                + "printed, or the tables asked for. Ends with 3 when a FILE cannot be read or is no result.",
        ],
        Examples =
        [
            new("throng report run.json", "the report again"),
            new("throng report run.json --analyze throughput", "messages and bytes, second by second"),
            new("throng report run.json --analyze connections", "open, new, closed and failed"),
            new("throng report run.json --analyze hosts --analyze episodes", "what monitor saw of a fail-over"),
            new("throng report run.json --svg run.svg", "the same as a drawing"),
            new("throng report before.json after.json", "one after the other"),
        ],
        Groups = [new("What it prints", Analyze, Svg)],
    };

    private static string[] Names => [.. Analysis.All.Select(one => one.Name)];

    /// <summary>What is wrong with the words, one line each.</summary>
    public static IEnumerable<string> Errors(Values values)
    {
        if (values.Words.Count == 0)
        {
            yield return "FILE is missing; give what --out or --json of a run has written, or -";
        }

        if (values.Words.Count(word => word == "-") > 1)
        {
            yield return "- twice: standard input is read once";
        }

        string svg = values.Of(Svg);
        string origin = values.Origin(Svg);
        if (svg.Length > 0 && values.Words.Count > 1)
        {
            yield return $"{origin} draws one run, not {values.Words.Count}";
        }

        if (svg == "-" && values.IsTyped(Analyze))
        {
            yield return $"{origin} - contradicts {values.Origin(Analyze)}: both would print there";
        }

        if (svg.Length > 0 && svg != "-" && values.Words.Any(word => word != "-" && IsSame(word, svg)))
        {
            yield return $"{origin} {Text.Plain(svg)} would take the place of the result it draws";
        }
    }

    private static bool IsSame(string file, string other) =>
        file.Length > 0 && !file.Contains('\0', StringComparison.Ordinal)
        && Path.GetFullPath(file) == Path.GetFullPath(other);
}
