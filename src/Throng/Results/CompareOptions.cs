using Throng.Measurement;

namespace Throng;

/// <summary>Options and syntax of `throng compare`.</summary>
public static class CompareOptions
{
    /// <summary>A letter for each.</summary>
    private const int RunsMax = 26;

    public static Option<string> Markdown { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "markdown", Scope = "compare", Argument = "FILE", Implied = "-", Default = "none",
        Help = "print a Markdown table, for the text of a pull request, or write it to FILE",
    };

    public static Option<bool> All { get; } = Declare.Flag("all", "every metric, and not only the rows that matter");

    public static Option<string> Svg { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "svg", Scope = "compare", Argument = "FILE|-", Default = "none",
        Help = "one drawing of all runs: bars of what has changed, percentiles, p99 over time; - prints it in the "
            + "place of the table",
    };

    public static Option<string> Html { get; } = new(Kinds.Path, "", SharedOptions.ShowText)
    {
        Name = "html", Scope = "compare", Argument = "FILE|-", Default = "none",
        Help = "the same as a page, with every metric; it needs no network; - prints it in the place of the table",
    };

    public static RepeatableOption<DifferenceThreshold> FailOn { get; } = new(
        Kinds.DifferenceThreshold, threshold => threshold.Text)
    {
        Name = "fail-on", Argument = "CONDITION", Default = "none",
        Help = "end with 99 when this is true of a run against the first one, such as 'response.p99 > +10%' or "
            + "'connections.held < -5', or has no data; repeatable",
    };

    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "compare",
        Operands = "FILE FILE...",
        TakesFiles = true,
        Summary = "saved runs side by side, and what is better or worse",
        About =
        [
            "FILE is what --out or --json of a run has written; - is standard input. The first is the base. Says "
                + "which run is better and by what, then shows the rows that matter with their difference to the "
                + "base: in percent, or in their unit where the base is 0. What differs by less than 0.05 % is the "
                + "same, and by less than 5 % neither better nor worse in the verdict. Three runs or more with the "
                + "same options also show how far they spread.",
        ],
        Examples =
        [
            new("throng compare before.json after.json", "what has changed"),
            new("throng compare before.json after.json --html compared.html", "the same with pictures"),
            new("throng compare a.json b.json c.json", "how far repeated runs spread"),
            new("throng compare before.json after.json --fail-on 'response.p99>+10%'", "a gate"),
            new("throng compare before.json after.json --markdown", "for a pull request"),
        ],
        Groups = [new("What it prints", All, SharedOptions.Json, Markdown, Svg, Html, SharedOptions.JUnit, FailOn)],
    };

    /// <summary>Errors in the words given, one line each.</summary>
    public static IEnumerable<string> Errors(Values values)
    {
        int runs = values.Words.Count;
        if (runs < 2)
        {
            yield return runs == 0
                ? "two FILEs are missing; give what --out or --json of two runs have written"
                : "a second FILE is missing: one run is compared with another; throng report shows one";
        }

        if (runs > RunsMax)
        {
            yield return $"{runs} runs are more than {RunsMax}";
        }

        if (values.Words.Count(word => word == RunFiles.Dash) > 1)
        {
            yield return "- twice: standard input is read once";
        }
    }
}
