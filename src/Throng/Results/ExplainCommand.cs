using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng explain`: metrics and rules by name.</summary>
public sealed class ExplainCommand() : Command(Options)
{
    /// <summary>The longest word of a result has so many.</summary>
    private const int WordsMax = 3;

    private static CommandSyntax Options => new()
    {
        Name = "explain",
        Operands = "[NAME...]",
        TakesWords = true,
        Choices = [.. CompletionWords.MetricNames, .. RuleNote.All.Select(note => note.Name)],
        Summary = "what a word of a result means: a metric, a rule, a row, a reason",
        About =
        [
            "NAME is a metric, such as `response`, a statistic or reason of one, such as `response.p99`, or the rule "
                + "of a finding, such as `generator-late`, or any word that a result or a live view prints, such as "
                + "`held back` or `drained`. Without a NAME all metrics and rules are listed.",
        ],
        Examples =
        [
            new("throng explain response.p99", "unit, direction, where it stands"),
            new("throng explain connections.closed.reset", "one reason"),
            new("throng explain generator-late", "what a finding's rule looks at"),
            new("throng explain 'held back' drained", "words that stand in results"),
            new("throng explain", "all of them, a line each"),
        ],
        Groups = [],
    };

    public override int Run(Invocation call)
    {
        List<string> errors = [.. call.Arguments.Errors];
        List<string> texts = [];
        foreach (string name in Names(call.Values.Words))
        {
            if (RuleNote.Find(name) is { } rule)
            {
                texts.Add(ExplainText.Render(rule));
            }
            else if (TextMetric.Find(name) is { } words)
            {
                texts.Add(ExplainText.Render(words));
            }
            else if (Metrics.TryFind(name, out MetricReading reading, out _))
            {
                // A latency alone is all of it, not the statistic a condition on it means.
                bool isWhole = name.Trim().Equals(reading.Metric.Name, StringComparison.OrdinalIgnoreCase);
                texts.Add(ExplainText.Render(isWhole ? reading with { Part = null } : reading));
            }
            else if (Term.Find(name) is { } term)
            {
                texts.Add(ExplainText.Render(term));
            }
            else if (ExplainText.RenderWord(name) is { } text)
            {
                texts.Add(text);
            }
            else
            {
                IEnumerable<string> known =
                [
                    .. Metrics.Names, .. RuleNote.All.Select(note => note.Name), .. Term.Spellings,
                    .. GlossaryText.Words,
                ];
                errors.Add($"there is no metric, rule or word of a result '{Text.Plain(name)}'"
                    + Text.DidYouMean(name, known, "throng explain lists them"));
            }
        }

        if (errors.Count > 0)
        {
            return call.Failure.Usage(errors);
        }

        call.Shell.Print(texts.Count == 0 ? ExplainText.All() : string.Join('\n', texts));
        return ExitCode.Done;
    }

    /// <summary>Joins words that together are one word of a result.</summary>
    private static IEnumerable<string> Names(List<string> words)
    {
        for (int at = 0; at < words.Count; at++)
        {
            int most = Math.Min(WordsMax, words.Count - at);
            int taken = Enumerable.Range(2, Math.Max(0, most - 1)).LastOrDefault(
                count => Term.Find(string.Join(' ', words.Skip(at).Take(count))) is not null, 1);
            yield return string.Join(' ', words.Skip(at).Take(taken));
            at += taken - 1;
        }
    }
}
