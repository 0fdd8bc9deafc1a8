using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng explain`: metrics and rules by name.</summary>
public sealed class ExplainCommand() : Command(ExplainOptions.Syntax)
{
    public override int Run(Invocation call)
    {
        List<string> errors = [.. call.Arguments.Errors];
        List<string> texts = [];
        foreach (string name in call.Values.Words)
        {
            if (RuleNote.Find(name) is { } rule)
            {
                texts.Add(ExplainText.Render(rule));
            }
            else if (Metrics.TryFind(name, out MetricReading reading, out _))
            {
                // A latency alone is all of it, not the statistic a condition on it means.
                bool isWhole = name.Trim().Equals(reading.Metric.Name, StringComparison.OrdinalIgnoreCase);
                texts.Add(ExplainText.Render(isWhole ? reading with { Part = null } : reading));
            }
            else
            {
                IEnumerable<string> known = Metrics.Names.Concat(RuleNote.All.Select(note => note.Name));
                errors.Add($"there is no metric and no rule '{Text.Plain(name)}'"
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
}
