using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// No view of a document says what another one denies: headline, findings, counts, conditions, exit code, page, JUnit
/// and JSON are of one run. Documents are drawn at random, by the thousand, and made of simulated runs.
/// </summary>
public sealed partial class HonestyTests
{
    private static readonly int Documents = Suite.Rounds(few: 400, all: 1200);


    [Fact]
    public void No_view_of_a_document_denies_another()
    {
        HashSet<string> commands = [];
        HashSet<RunState> states = [];
        HashSet<int> codes = [];
        for (int seed = 1; seed <= Documents; seed++)
        {
            Prng random = new((ulong)seed);
            RunDocument run = Conditioned(ref random, DrawnRuns.Draw(ref random));
            Check(run, $"seed {seed}");
            _ = commands.Add(run.Command);
            _ = states.Add(RunStates.Of(run));
            _ = codes.Add(RunStates.ExitCode(run));
        }

        Assert.Equal(DrawnRuns.Commands.Order(), commands.Order());
        Assert.Equal(3, states.Count);
        Assert.Equal([0, 1, 99], codes.Order());
    }

    [Fact]
    public void No_view_of_a_simulated_run_denies_another()
    {
        for (ulong seed = 1; seed <= (ulong)Suite.Rounds(few: 40, all: 120); seed++)
        {
            using SimulationRun simulated = new(History.Draw(seed));
            simulated.Run();
            RunDocument run = simulated.Document();
            Check(run with { Verdict = Verdict.Judge(run) }, $"simulated {seed}");
        }
    }

    [Fact]
    public void Merged_parts_say_what_the_parts_add_up_to()
    {
        int merged = 0;
        for (int seed = 1; seed <= Documents / 3; seed++)
        {
            Prng random = new((ulong)seed);
            RunDocument one = DrawnRuns.Draw(ref random);
            RunDocument other = Draw(ref random, one.Command) with { Options = one.Options };
            if (!CommandView.For(one).AddsUp)
            {
                continue;
            }

            bool isMerged = RunMerge.TryMerge(
                [new("a", one), new("b", other)], out RunDocument? whole, out IReadOnlyList<string> errors);
            Assert.True(isMerged, $"seed {seed}: {string.Join("; ", errors)}");
            Check(whole!, $"merged {seed}");
            Assert.Equal(one.Connections.Lost + other.Connections.Lost, whole!.Connections.Lost);
            Assert.Equal(one.Connections.Opened + other.Connections.Opened, whole.Connections.Opened);
            Assert.Equal(
                (one.Messages?.Lost ?? 0) + (other.Messages?.Lost ?? 0), whole.Messages?.Lost ?? 0);
            Assert.Equal(
                (one.Messages?.TimedOut ?? 0) + (other.Messages?.TimedOut ?? 0), whole.Messages?.TimedOut ?? 0);
            merged++;
        }

        Assert.True(merged > Documents / 6, $"{merged} merged");
    }

    [Fact]
    public void A_run_compared_with_itself_is_the_same_and_what_is_better_one_way_is_worse_the_other()
    {
        for (int seed = 1; seed <= Documents / 3; seed++)
        {
            Prng random = new((ulong)seed);
            RunDocument one = DrawnRuns.Draw(ref random);
            RunDocument other = Draw(ref random, one.Command) with { Options = one.Options };
            RunComparison self = RunComparison.Compare([new("a", one), new("b", one)]);
            ComparisonVerdict none = ComparisonVerdict.Judge(self, 1);
            Assert.Empty(none.Better.Concat(none.Worse));
            Assert.DoesNotMatch(NoNumber(), ComparisonText.Render(self, []));

            RunComparison there = RunComparison.Compare([new("a", one), new("b", other)]);
            RunComparison back = RunComparison.Compare([new("b", other), new("a", one)]);
            string[] Names(IReadOnlyList<ComparedMetric> all) => [.. all.Select(metric => metric.Metric.Name).Order()];
            ComparisonVerdict forth = ComparisonVerdict.Judge(there, 1);
            ComparisonVerdict reverse = ComparisonVerdict.Judge(back, 1);
            Assert.Empty(Names(forth.Better).Intersect(Names(reverse.Better)));
            Assert.Empty(Names(forth.Worse).Intersect(Names(reverse.Worse)));
            Assert.DoesNotMatch(NoNumber(), ComparisonText.Render(there, []));
        }
    }

    private static RunDocument Draw(ref Prng random, string command)
    {
        RunDocument run;
        do
        {
            run = DrawnRuns.Draw(ref random);
        }
        while (run.Command != command);

        return run;
    }

    /// <summary>With some conditions that hold and some that do not.</summary>
    private static RunDocument Conditioned(ref Prng random, RunDocument run)
    {
        string[] names = [.. Metrics.Names];
        List<ThresholdOutcome> outcomes = [];
        for (long left = random.NextInRange(0, 3); left > 0; left--)
        {
            string name = names[random.NextInRange(0, names.Length - 1)];
            Assert.True(Metrics.TryFind(name, out MetricReading reading, out _));
            if (reading.Read(run) is { } value && (value != Math.Truncate(value) || reading.Unit == MetricUnit.Ratio))
            {
                continue;
            }

            string number = (reading.Read(run) ?? 0).ToString("0", CultureInfo.InvariantCulture)
                + (reading.Unit == MetricUnit.Nanoseconds ? "ns" : "");
            bool isRequired = random.NextInRange(0, 1) == 0;
            foreach ((string op, bool isTrue) in new[] { ("=", true), ("!=", false), (">=", true), ("<", false) })
            {
                bool isRead = Threshold.TryParse($"{name} {op} {number}", out Threshold threshold, out string error);
                Assert.True(isRead, error);
                ThresholdOutcome outcome = threshold.Judge(run, isRequired);
                Assert.Equal(reading.Read(run) is not null && isTrue == isRequired, outcome.IsOk);
                Assert.Equal(reading.Read(run), outcome.Value);
                if (random.NextInRange(0, 3) == 0)
                {
                    outcomes.Add(outcome);
                }
            }
        }

        return outcomes.Count == 0 ? run : run with { Thresholds = outcomes, Verdict = run.Verdict.With(outcomes) };
    }

    private static void Check(RunDocument run, string which)
    {
        Assert.Empty(Identities.Broken(run));
        byte[] json = SavedRuns.Written(run);
        RunDocument read = SavedRuns.Read(json);
        Assert.Equal(TextReport.Render(run), TextReport.Render(read));
        Assert.Equal(json, SavedRuns.Written(read));
        HashSet<long> known = [];
        using (JsonDocument parsed = JsonDocument.Parse(json))
        {
            Collect(parsed.RootElement, "", known, which);
        }

        CheckOutcome(run, which);
        CheckHeadline(run, known, which);
        CheckShares(run, which);
        foreach (string view in SavedRuns.Views(run).Concat([MarkdownReport.Render(run), JUnitReport.Render(run)]))
        {
            NoOddNumbers(view, which);
        }
    }

    /// <summary>Verdict, findings, conditions, exit code, JUnit, page and Markdown agree on how it came out.</summary>
    private static void CheckOutcome(RunDocument run, string which)
    {
        RunState state = RunStates.Of(run);
        int code = RunStates.ExitCode(run);
        bool hasError = run.Verdict.Findings.Any(finding => finding.Severity == Severity.Error);
        bool hasFailed = run.Thresholds.Any(outcome => !outcome.IsOk);
        Assert.True(run.Verdict.IsOk != hasError, $"{which}: ok is {run.Verdict.IsOk}, an error is {hasError}");
        Assert.True(code == 0 || state == RunState.Failed, $"{which}: {code} and {state}: {run.Verdict.Text}");
        Assert.True(
            state != RunState.Failed || code != 0 || (RunStates.IsSignal(run.EndedBy) && !hasFailed),
            $"{which}: failed, and exit code 0: {run.Verdict.Text}");
        Assert.True(code != 99 || hasFailed, $"{which}: 99 without a condition");
        Assert.True(state != RunState.AsAsked || run.Verdict.Findings.All(one => one.Severity == Severity.Info), which);

        XElement suite = XDocument.Parse(JUnitReport.Render(run)).Root!;
        int failures = suite.Descendants("failure").Count();
        Assert.Equal($"{failures}", suite.Attribute("failures")!.Value);
        Assert.True(
            failures == (run.Verdict.IsOk ? 0 : 1) + run.Thresholds.Count(outcome => !outcome.IsOk),
            $"{which}: {failures} failures");
        Assert.True((failures > 0) == (state == RunState.Failed), $"{which}: {failures} failures and {state}");
        foreach (ThresholdOutcome outcome in run.Thresholds)
        {
            Assert.True(
                run.Verdict.Text.Contains(Threshold.Describe(outcome), StringComparison.Ordinal) == !outcome.IsOk,
                $"{which}: {outcome.Text} in {run.Verdict.Text}");
        }

        string word = RunStates.Word(state);
        Assert.Contains($" {word}</span>", HtmlReport.Render(run), StringComparison.Ordinal);
        Assert.Contains($"**{word}**", MarkdownReport.Render(run), StringComparison.Ordinal);
        string report = Blanks().Replace(TextReport.Render(run), " ");
        Assert.StartsWith(run.Verdict.Text, report, StringComparison.Ordinal);
    }

    /// <summary>Every number of the headline is one of the document's, and it denies no loss.</summary>
    private static void CheckHeadline(RunDocument run, HashSet<long> known, string which)
    {
        string text = run.Verdict.Text.Split("; --")[0];
        Messages messages = run.Messages ?? new Messages();
        known.UnionWith(
        [
            messages.TimedOut + messages.Lost, messages.Lost - messages.Refused,
            messages.Refused - messages.NotPermitted,
            run.Connections.ConnectFailed.Total - run.Connections.ConnectFailed[CloseReason.Cancelled],
        ]);
        foreach (Match number in Numbers().Matches(text))
        {
            long value = long.Parse(number.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
            Assert.True(known.Contains(value), $"{which}: {value} in '{text}' is not in the document");
        }

        bool hasLost = run.Connections.Lost > 0;
        bool isUnanswered = messages.TimedOut + messages.Lost > 0;
        if (text.Contains("nothing lost", StringComparison.Ordinal))
        {
            Assert.True(!hasLost && !isUnanswered, $"{which}: {text}");
        }

        if (text.Contains("none lost", StringComparison.Ordinal))
        {
            Assert.False(hasLost, $"{which}: {text}");
        }

        if (AllDone().IsMatch(text))
        {
            Assert.True(!isUnanswered && messages.NotSent == 0, $"{which}: {text}");
        }

        if (run.Rate is { } rate && text.Contains(" offered, ", StringComparison.Ordinal))
        {
            Assert.Contains(
                $"{Units.Rate(rate.AchievedPerSecond)} of {Units.Rate(rate.OfferedPerSecond)} offered, ", text,
                StringComparison.Ordinal);
        }

        if (run.Result is SaturationResult search && GoodUpTo().Match(text) is { Success: true } good)
        {
            Assert.Equal(good.Groups[1].Value, Units.Rate(search.LastGoodPerSecond ?? double.NaN));
        }
    }

    /// <summary>A part is not shown as none or all of its base where it is neither, and of nothing there is no share.
    /// </summary>
    private static void CheckShares(RunDocument run, string which)
    {
        foreach (Metric metric in Metrics.All.Where(one => one.Whole is not null && !one.IsByReason))
        {
            double? part = Metrics.Value(run, metric.Name);
            double? whole = Metrics.Value(run, metric.Whole!);
            string shown = part is { } value ? Highlight.ShareOf(run, metric, value) : "";
            if (shown.Length == 0)
            {
                continue;
            }

            Assert.True(part <= whole, $"{which}: {metric.Name} {part} of {metric.Whole} {whole}");
            Assert.True(whole > 0, $"{which}: {metric.Name} is {shown}");
            string said = $"{which}: {metric.Name} {part} of {whole}: {shown}";
            Assert.True(shown.StartsWith("0 %", StringComparison.Ordinal) == (part == 0), said);
            Assert.True(shown.StartsWith("100 %", StringComparison.Ordinal) == (part == whole), said);
        }
    }

    private static void Collect(JsonElement element, string path, HashSet<long> integers, string which)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Number:
                Assert.True(element.GetDouble() >= 0, $"{which}: {path} is {element.GetRawText()}");
                if (element.TryGetInt64(out long integer))
                {
                    _ = integers.Add(integer);
                }

                break;

            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    Collect(member.Value, $"{path}.{member.Name}", integers, which);
                }

                break;

            case JsonValueKind.Array:
                _ = integers.Add(element.GetArrayLength());
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Collect(item, path, integers, which);
                }

                break;
        }
    }

    private static void NoOddNumbers(string view, string which)
    {
        Match odd = Odd().Match(view);
        Assert.False(odd.Success, $"{which}: '{odd.Value}' in {Around(view, odd.Index)}");
    }

    private static string Around(string view, int at) =>
        view[Math.Max(0, at - 60)..Math.Min(view.Length, at + 60)];

    /// <summary>A report breaks its lines.</summary>
    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\bNaN\b|\bInfinity\b|∞")]
    private static partial Regex NoNumber();

    [GeneratedRegex(@"\bNaN\b|\bInfinity\b|∞|(?<=[ \t|])-\d+(\.\d+)? (?:%|connections|messages|lost|ms|us|ns|s)\b")]
    private static partial Regex Odd();

    /// <summary>Whole numbers without a unit: counts.</summary>
    [GeneratedRegex(@"(?<![\d.,:/\w])\d{1,3}(?:,\d{3})*(?![\d.,]*\d|[:\w]| ?%| ?(?:/s|ns|us|ms|s|min|h|B|[KMG]iB)\b)")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\ball (?:answered|ended well)\b")]
    private static partial Regex AllDone();

    [GeneratedRegex(@"^good up to ([^ :,]+)")]
    private static partial Regex GoodUpTo();
}
