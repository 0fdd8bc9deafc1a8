using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A run as JUnit XML, for systems that show the results of tests: one suite, a case for the verdict and one for each
/// threshold. What failed has a message and the evidence.
/// </summary>
public static class JUnitReport
{
    /// <summary>The whole document, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        List<JUnitCase> cases = [VerdictCase("verdict", run.Verdict)];
        foreach (ThresholdOutcome outcome in run.Thresholds)
        {
            string name = outcome.Source is { } source ? $"{outcome.Text} in {source}" : outcome.Text;
            cases.Add(new JUnitCase(name, outcome.IsOk ? null : Threshold.Describe(outcome), run.Verdict.Text));
        }

        return Render(run.Command, cases, run.DurationNs, run.Started, TextReport.Render(run));
    }

    /// <summary>A comparison: a case for the verdict of each run, and one for each threshold and run.</summary>
    public static string Render(RunComparison comparison, IReadOnlyList<DifferenceOutcome> outcomes)
    {
        List<JUnitCase> cases =
            [.. comparison.Runs.Select(one => VerdictCase($"verdict of {one.Name}", one.Run.Verdict))];
        foreach (DifferenceOutcome outcome in outcomes)
        {
            cases.Add(new JUnitCase(
                $"{outcome.Threshold.Text} in {outcome.Run}",
                outcome.IsOk ? null : outcome.Describe(),
                $"the base is {comparison.Runs[0].Name}"));
        }

        return Render("compare", cases, 0, null, ComparisonText.Render(comparison, outcomes));
    }

    private static JUnitCase VerdictCase(string name, Verdict verdict)
    {
        IEnumerable<string> findings = verdict.Findings.Select(finding =>
            $"{WordConverter<Severity>.WordOf(finding.Severity)} {finding.Rule}: {finding.Text}\n{finding.Evidence}\n"
                + (finding.Remedy.Length > 0 ? $"-> {finding.Remedy}\n" : ""));
        return new JUnitCase(name, verdict.IsOk ? null : verdict.Text, string.Concat(findings));
    }

    private static string Render(
        string command, List<JUnitCase> cases, long durationNs, DateTimeOffset? started, string report)
    {
        string seconds = (durationNs / 1e9).ToString("0.000", CultureInfo.InvariantCulture);
        int failures = cases.Count(one => one.Failure is not null);
        string counts = $"tests=\"{cases.Count}\" failures=\"{failures}\" errors=\"0\"";
        string timestamp = started?.UtcDateTime is { } utc
            ? $" timestamp=\"{utc.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)}\""
            : "";
        StringBuilder xml = new();
        xml.Append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.Append($"<testsuites name=\"throng\" {counts} time=\"{seconds}\">\n");
        xml.Append($"  <testsuite name=\"throng {Escaped(command)}\" {counts} skipped=\"0\" time=\"{seconds}\"");
        xml.Append($"{timestamp}>\n");
        foreach (JUnitCase one in cases)
        {
            // The whole run is the verdict's; judging a threshold takes no time.
            string time = one.Name == "verdict" ? seconds : "0.000";
            xml.Append($"    <testcase classname=\"throng.{Escaped(command)}\" name=\"{Escaped(one.Name)}\"");
            xml.Append($" time=\"{time}\"");
            xml.Append(one.Failure is { } failure
                ? $">\n      <failure message=\"{Escaped(failure)}\" type=\"{(one.Name.StartsWith("verdict",
                    StringComparison.Ordinal) ? "verdict" : "threshold")}\">{Escaped(one.Details)}</failure>\n"
                    + "    </testcase>\n"
                : "/>\n");
        }

        xml.Append($"    <system-out>{Escaped(report)}</system-out>\n");
        return xml.Append("  </testsuite>\n</testsuites>\n").ToString();
    }

    // XML has no place for most control characters and for halves of surrogate pairs, escaped or not.
    private static string Escaped(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\n' or '\t' => rune.ToString(),
                < ' ' or 0x7f or 0xfffe or 0xffff => "?",
                _ => rune.ToString(),
            });
        }

        return escaped.ToString();
    }
}
