using Throng.Report;

namespace Throng;

/// <summary>Options and syntax of `throng report`.</summary>
public static class ReportOptions
{
    public static RepeatableOption<string> Analyze { get; } = new(Kinds.OneOf(Names), name => name)
    {
        Name = "analyze", Argument = "NAME", Default = "the report of the run",
        Help = "print this table in the place of the report, repeatable: throughput or connections (a row an "
            + "interval), hosts or episodes (of monitor)",
    };

    public static Option<string> Html { get; } = Declare.File(
        "html",
        "all of it as one page with its drawings, which needs no network; - prints it in the place of the report",
        argument: "FILE|-");

    public static Option<string> Svg { get; } = Declare.File(
        "svg",
        "one drawing: the one that tells most about the command, or --chart; - prints it in the place of the report",
        argument: "FILE|-");

    public static Option<string> Chart { get; } = new(Kinds.OneOf(ChartNames), "", SharedOptions.ShowText)
    {
        Name = "chart", Scope = "report", Argument = "NAME", Default = "by command",
        Help = "what --svg draws: connections, rate, response, spectrum (percentiles), disturbances (of monitor), "
            + "saturation or bench",
    };

    public static Option<string> Json { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "json", Scope = "report", Argument = "FILE", Implied = "-", Default = "none",
        Help = "print the document again, as this version writes it, or write it to FILE",
    };

    public static Option<string> Markdown { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "markdown", Scope = "report", Argument = "FILE", Implied = "-", Default = "none",
        Help = "print verdict, findings and figures for an issue or a wiki, or write them to FILE",
    };

    public static Option<bool> Rfc9693 { get; } = Declare.Flag(
        "rfc9693",
        "one report of all FILEs on a box that keeps state: runs of capacity, saturate, churn and idle, the settings, "
            + "and what was not measured; as Markdown, with --html as a page");

    /// <summary>Options that name a place for one view of one run.</summary>
    public static IReadOnlyList<Option<string>> Views { get; } = 
        [Html, Svg, SharedOptions.Csv, Json, Markdown, SharedOptions.JUnit];

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "report",
        Operands = "FILE...",
        TakesFiles = true,
        Summary = "print, analyse and draw what a run has saved",
        About =
        [
            "FILE is what --out or --json of a run has written; - is standard input. Prints what the run itself "
                + "printed, or the tables asked for. Ends with 3 when a FILE cannot be read or is no "
                + "result, and with 99 when a condition failed.",
        ],
        Examples =
        [
            new("throng report run.json", "the report again"),
            new("throng report run.json --analyze throughput", "messages and bytes, second by second"),
            new("throng report run.json --analyze connections", "open, new, closed and failed"),
            new("throng report run.json --analyze hosts --analyze episodes", "what monitor saw of a fail-over"),
            new("throng report run.json --html run.html", "everything as one page"),
            new("throng report run.json --svg run.svg", "one drawing of it"),
            new("throng report run.json --svg tail.svg --chart spectrum", "its percentiles"),
            new("throng report before.json after.json", "one after the other"),
            new("throng report capacity.json saturate.json idle.json --rfc9693 --html box.html", "of a box"),
            new("throng report run.json --require 'response.p99 < 20ms' --junit run.xml", "judged afterwards"),
        ],
        Groups = 
        [
            new("What it prints", Analyze, Html, Svg, Chart, SharedOptions.Csv, Json, Markdown, SharedOptions.JUnit,
                Rfc9693, SharedOptions.FailOn, SharedOptions.Require),
        ],
    };

    private static string[] ChartNames => [.. RunChart.All.Select(one => one.Name)];

    private static string[] Names => [.. Analysis.All.Select(one => one.Name)];

    /// <summary>Errors in the words given, one line each.</summary>
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

        if (values.IsTyped(Chart) && values.Get(Svg).Length == 0)
        {
            yield return $"{values.Origin(Chart)} says what --svg draws; give --svg FILE, or --svg - to print it";
        }

        foreach (string error in values.Get(Rfc9693) ? BoxErrors(values) : [])
        {
            yield return error;
        }

        Dictionary<string, Option<string>> taken = [];
        foreach (Option<string> view in Views.Where(view => values.Get(view).Length > 0))
        {
            foreach (string error in Errors(values, view, taken))
            {
                yield return error;
            }
        }
    }

    /// <summary>Options that are about one run have no place in a report of all.</summary>
    private static IEnumerable<string> BoxErrors(Values values) =>
        ((Option[])
            [Analyze, Svg, SharedOptions.Csv, Json, SharedOptions.JUnit, SharedOptions.FailOn, SharedOptions.Require])
            .Where(values.IsTyped)
            .Select(option => $"{values.Origin(option)} is about one run, {values.Origin(Rfc9693)} about all of them: "
                + "--markdown and --html show those");

    private static IEnumerable<string> Errors(
        Values values, Option<string> view, Dictionary<string, Option<string>> taken)
    {
        string path = values.Get(view);
        string origin = values.Origin(view);
        string verb = view == Svg ? "draws" : "shows";
        if (values.Words.Count > 1 && !values.Get(Rfc9693))
        {
            bool isPrinted = path == "-" && view.Implied.Length > 0;
            string others = isPrinted ? $"; to write it to a file: {view.Spelling}=FILE"
                : view == Html || view == Svg || view == Markdown ? "; throng compare shows several"
                : "";
            yield return $"{origin} {verb} one run, not {values.Words.Count}{others}";
        }

        if (path == "-" && values.IsTyped(Analyze))
        {
            yield return $"{origin} - contradicts {values.Origin(Analyze)}: both would print there";
        }

        string place = path == "-" || path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path);
        bool isDevice = place.StartsWith("/dev/", StringComparison.Ordinal);
        if (!isDevice && !taken.TryAdd(place, view))
        {
            yield return $"{origin} {Text.Plain(path)} contradicts {values.Origin(taken[place])}: both would write "
                + "there";
        }

        if (path != "-" && values.Words.Any(word => word != "-" && RunFiles.IsSame(word, path)))
        {
            yield return $"{origin} {Text.Plain(path)} would take the place of the result it {verb}";
        }
    }
}
