namespace Throng;

/// <summary>Options and syntax of `throng merge`.</summary>
public static class MergeOptions
{
    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "merge",
        Operands = "FILE FILE...",
        TakesFiles = true,
        Summary = "the results of several generators as one",
        About =
        [
            "FILE is what --out or --json of a run has written; - is standard input. Counts add up, histograms become "
                + "the one that had recorded all of them, and times span from the first start to the last end. "
                + "Findings, events, thresholds and series keep the run they come from. All runs are of one command; "
                + "options in which they differ are said, seed and --source aside. Prints the report of the whole.",
        ],
        Examples =
        [
            new("throng merge a.json b.json --out both.json", "two generators, one result"),
            new("throng merge a.json b.json --json", "the same on standard output"),
            new("throng merge - b.json --out both.json", "one of them from a pipe"),
            new("throng merge a.json b.json --require 'response.p99 < 20ms'", "a gate for both together"),
        ],
        Groups = 
        [
            new("What it prints", SharedOptions.Json, SharedOptions.Out, SharedOptions.JUnit, SharedOptions.FailOn,
                SharedOptions.Require),
        ],
    };

    /// <summary>Errors in the words given, one line each.</summary>
    public static IEnumerable<string> Errors(Values values)
    {
        if (values.Words.Count < 2)
        {
            yield return values.Words.Count == 0
                ? "two FILEs are missing; give what --out or --json of two runs have written"
                : "a second FILE is missing: one run is merged with another";
        }

        if (values.Words.GroupBy(word => word).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            yield return twice.Key == RunFiles.Dash
                ? "- twice: standard input is read once"
                : $"{Text.Plain(twice.Key)} twice: it would count twice";
        }

        foreach (Option<string> option in (Option<string>[])[SharedOptions.Out, SharedOptions.JUnit])
        {
            string path = values.Get(option);
            if (path.Length > 0 && values.Words.Any(word => word != RunFiles.Dash && RunFiles.IsSame(word, path)))
            {
                yield return $"{values.Origin(option)} {Text.Plain(path)} would take the place of a result it is made "
                    + "of";
            }
        }

        string junit = values.Get(SharedOptions.JUnit);
        bool isDevice = junit.StartsWith("/dev/", StringComparison.Ordinal);
        if (junit.Length > 0 && !isDevice && RunFiles.IsSame(values.Get(SharedOptions.Out), junit))
        {
            yield return $"{values.Origin(SharedOptions.JUnit)} {Text.Plain(junit)} contradicts "
                + $"{values.Origin(SharedOptions.Out)}: both would write there";
        }
    }
}
