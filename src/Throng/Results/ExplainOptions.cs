using Throng.Measurement;

namespace Throng;

/// <summary>Command-line syntax of `throng explain`.</summary>
public static class ExplainOptions
{
    public static CommandSyntax Syntax { get; } = new()
    {
        Name = "explain",
        Operands = "[NAME...]",
        TakesWords = true,
        Choices = [.. CompletionWords.MetricNames, .. RuleNote.All.Select(note => note.Name)],
        Summary = "what a metric of a result means, or a rule of its findings",
        About =
        [
            "NAME is a metric, such as `response`, a statistic or reason of one, such as `response.p99`, or the rule "
                + "of a finding, such as `generator-late`. Without a NAME all are listed.",
        ],
        Examples =
        [
            new("throng explain response.p99", "unit, direction, how it adds up, where it stands"),
            new("throng explain connections.closed.reset", "one reason"),
            new("throng explain generator-late", "what a finding's rule looks at"),
            new("throng explain", "all of them, a line each"),
        ],
        Groups = [],
    };
}
