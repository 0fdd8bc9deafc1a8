using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A run as JUnit XML, for systems that show the results of tests: one suite, a case for the verdict and one for each
/// threshold. What failed has a message and the evidence. Suite and class have the moment of the start in their names,
/// so that two runs of one command are two where files are merged.
/// </summary>
public static class JUnitReport
{
    /// <summary>The whole document, ending in a newline.</summary>
    public static string Render(RunDocument run)
    {
        List<JUnitCase> cases = [VerdictCase("verdict", run.Verdict)];
        foreach (ThresholdOutcome outcome in run.Thresholds)
        {
            string text = outcome.Required == true ? $"require {outcome.Text}" : outcome.Text;
            string name = outcome.Source is { } source ? $"{text} in {source}" : text;
            cases.Add(new JUnitCase(name, outcome.IsOk ? null : Threshold.Describe(outcome), run.Verdict.Text));
        }

        string started = run.Started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return Render(
            $"{run.Command} {started}", cases, run.DurationNs, run.Started, TextReport.Render(run),
            RunIdentity.Of(run));
    }

    /// <summary>
    /// A comparison: a case for the verdict of each run but the base, and one for each threshold and run. Differences
    /// alone fail: a verdict does when the base's was good.
    /// </summary>
    public static string Render(RunComparison comparison, IReadOnlyList<DifferenceOutcome> outcomes)
    {
        bool isBaseOk = comparison.Runs[0].Run.Verdict.IsOk;
        List<JUnitCase> cases =
        [
            .. comparison.Runs.Skip(1).Select(one => VerdictCase($"verdict of {one.Name}", one.Run.Verdict))
                .Select(verdict => isBaseOk ? verdict : verdict with { Failure = null }),
        ];
        foreach (DifferenceOutcome outcome in outcomes)
        {
            cases.Add(new JUnitCase(
                $"{outcome.Threshold.Text} in {outcome.Run}",
                outcome.IsOk ? null : outcome.Describe(),
                $"the base is {comparison.Runs[0].Name}"));
        }

        string names = string.Join(' ', comparison.Runs.Select(one => one.Name));
        return Render($"compare {names}", cases, 0, null, ComparisonText.Render(comparison, outcomes));
    }

    private static JUnitCase VerdictCase(string name, Verdict verdict)
    {
        IEnumerable<string> findings = verdict.Findings.Select(finding =>
            $"{WordConverter<Severity>.WordOf(finding.Severity)} {finding.Rule}: {finding.Text}\n{finding.Evidence}\n"
                + (finding.Remedy.Length > 0 ? $"-> {finding.Remedy}\n" : ""));
        return new JUnitCase(name, verdict.IsOk ? null : verdict.Text, string.Concat(findings));
    }

    private static string Render(
        string suite, List<JUnitCase> cases, long durationNs, DateTimeOffset? started, string report,
        IEnumerable<(string Name, string Value)>? properties = null)
    {
        string seconds = (durationNs / 1e9).ToString("0.000", CultureInfo.InvariantCulture);
        int failures = cases.Count(one => one.Failure is not null);
        string counts = $"tests=\"{cases.Count}\" failures=\"{failures}\" errors=\"0\"";
        string timestamp = started?.UtcDateTime is { } utc
            ? $" timestamp=\"{utc.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)}\""
            : "";
        // A dot would begin a package of its own.
        string className = "throng." + suite.Replace('.', '_').Replace(' ', '.');
        StringBuilder xml = new();
        xml.Append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.Append($"<testsuites name=\"throng\" {counts} time=\"{seconds}\">\n");
        xml.Append($"  <testsuite name=\"throng {Escaped(suite)}\" {counts} skipped=\"0\" time=\"{seconds}\"");
        xml.Append($"{timestamp}>\n");
        string[] lines = [.. (properties ?? []).Select(
            one => $"      <property name=\"{Escaped(one.Name)}\" value=\"{Escaped(one.Value)}\"/>\n")];
        xml.Append(lines.Length > 0 ? $"    <properties>\n{string.Concat(lines)}    </properties>\n" : "");
        foreach (JUnitCase one in cases)
        {
            // The whole run is the verdict's; judging a threshold takes no time.
            string time = one.Name == "verdict" ? seconds : "0.000";
            xml.Append($"    <testcase classname=\"{Escaped(className)}\" name=\"{Escaped(one.Name)}\"");
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
    private static string Escaped(string text) => SvgText.Marked(Letters.Lines(text), isApostrophe: false);
}
