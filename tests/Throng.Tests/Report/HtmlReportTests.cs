using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>The page of a run: all of it, nothing from elsewhere, and no text that becomes markup.</summary>
public sealed partial class HtmlReportTests
{
    private const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u2028<!--";

    [Fact]
    public void The_hash_of_the_script_is_the_one_that_the_page_allows()
    {
        byte[] script = System.Text.Encoding.UTF8.GetBytes("\n" + HtmlScript.Text + "\n");
        string hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(script));
        Assert.Equal(HtmlScript.Hash, "sha256-" + hash);
    }

    [Fact]
    public void The_charts_are_those_the_run_has_something_for_and_the_most_telling_is_first()
    {
        Assert.Equal(
            ["connections", "rate", "response", "spectrum", "disturbances"],
            ChartsOf(SavedRuns.Read(SavedRuns.Monitor)));
        Assert.Equal(["response", "connections", "rate", "spectrum"], ChartsOf(SampleRun.Full));
        Assert.Equal(["saturation"], ChartsOf(Again(SavedSections.Saturate)));
        Assert.Equal(["bench", "spectrum"], ChartsOf(Again(SavedSections.Bench)));
        Assert.Empty(ChartsOf(SampleRun.Held));
    }

    [Fact]
    public void Everything_of_a_document_is_on_its_page_without_a_script()
    {
        RunDocument run = SampleRun.Full;
        string page = JsonBlock().Replace(HtmlReport.Render(run), "");
        string text = WebUtility.HtmlDecode(page[..page.IndexOf("<script>", StringComparison.Ordinal)])
            .Replace('\u00a0', ' ');
        string[] wanted =
        [
            run.Verdict.Text, .. run.Verdict.Findings.SelectMany(one => new[] { one.Text, one.Evidence, one.Remedy }),
            run.Host.Kernel, run.Host.EngineReason, "set rate 200000.5", "response.p99 > 20ms", "10.0.0.3:53",
            "Response time: received - intended; the headline.", "net.core.somaxconn", "150 us",
            .. run.Options.Select(one => one.Key),
        ];
        Assert.All(wanted, one => Assert.Contains(one, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_fetched_from_anywhere()
    {
        foreach (RunDocument run in Runs())
        {
            string page = HtmlReport.Render(run);
            string without = page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);
            Assert.DoesNotContain("http:", without, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("https:", without, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("url(", without, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("@import", without, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotMatch(@"\ssrc=", without);
            Assert.All(Reference().Matches(without), match =>
                Assert.Matches("^(#|data:,$)", match.Groups[1].Value));
        }
    }

    [Fact]
    public void No_text_of_a_document_becomes_markup()
    {
        Section own = new()
        {
            [Hostile] = Hostile,
            ["episodes"] = Node.ListOf(new Section { [Hostile] = Hostile, ["cause"] = Hostile }),
            ["steps"] = Node.ListOf(new Section { ["server"] = Hostile, ["concurrency"] = 3, ["echoes_per_s"] = 3 }),
        };
        foreach (string command in (string[])["hold", "monitor", "bench", "saturate", Hostile])
        {
            RunDocument run = Again(SampleRun.Full with
            {
                Tool = new Tool(Hostile, Hostile),
                Command = command,
                Own = own,
                Options = own,
                EndedBy = Hostile,
                Host = new Host { Kernel = Hostile, Engine = Hostile, EngineReason = Hostile, More = own },
                Verdict = new Verdict(
                    false, Hostile, [new Finding(Severity.Warning, Hostile, Hostile, Hostile, Hostile)]),
                Events = [new RunEvent(1, Hostile)],
                Thresholds = [new ThresholdOutcome(Hostile, false, 1)],
                Connections = new Connections { Closed = new ReasonCounts { { Hostile, 1 } } },
            });
            string page = HtmlReport.Render(run);
            Balanced(page);
            int charts = RunChart.AllOf(run).Count();
            Assert.True(Script().Count(page) <= charts + 1, $"{Script().Count(page)} scripts for {charts} charts");
            Assert.DoesNotContain("<script>alert", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<!--", page, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"(?<!\\)<", MarkdownReport.Render(run));
        }
    }

    [Fact]
    public void The_same_document_is_the_same_page_and_its_elements_are_closed()
    {
        foreach (RunDocument run in Runs())
        {
            string page = HtmlReport.Render(run);
            Assert.Equal(page, HtmlReport.Render(SavedRuns.Read(SavedRuns.Written(run))));
            Balanced(page);
            string[] ids = [.. Identifier().Matches(page).Select(match => match.Groups[1].Value)];
            Assert.Equal(ids.Distinct(), ids);
            foreach (Match link in Reference().Matches(page))
            {
                string target = link.Groups[1].Value;
                Assert.True(target[0] != '#' || ids.Contains(target[1..]), target);
            }
        }
    }

    [Fact]
    public void A_failed_threshold_is_seen_first()
    {
        RunDocument run = SampleRun.Held;
        Assert.Contains("as asked</span>", HtmlReport.Render(run), StringComparison.Ordinal);
        RunDocument failed = run with { Thresholds = [new("a", true, 1), new("b", false, 2)] };
        Assert.Contains("failed</span>", HtmlReport.Render(failed), StringComparison.Ordinal);
        Assert.DoesNotContain("as asked</span>", HtmlReport.Render(failed), StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_are_not_all_that_was_asked()
    {
        RunDocument run = SampleRun.Held;
        Finding warning = new(Severity.Warning, "messages-timed-out", "35 % were not answered", "", "");
        string page = HtmlReport.Render(run with { Verdict = run.Verdict with { Findings = [warning] } });
        Assert.Contains("state maybe\">! with warnings", page, StringComparison.Ordinal);
        Assert.DoesNotContain("as asked</span>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_values_under_the_pointer_are_as_many_as_there_are_places()
    {
        foreach (RunDocument run in Runs())
        {
            foreach (Match block in JsonBlock().Matches(HtmlReport.Render(run)))
            {
                using JsonDocument hover = JsonDocument.Parse(block.Groups[1].Value);
                int places = hover.RootElement.GetProperty("x").GetArrayLength();
                Assert.True(places > 0);
                Assert.Equal(places, hover.RootElement.GetProperty("at").GetArrayLength());
                Assert.All(hover.RootElement.GetProperty("series").EnumerateArray(), series =>
                    Assert.Equal(places, series.GetProperty("values").GetArrayLength()));
            }
        }
    }

    [Fact]
    public void A_day_is_below_5_MB_and_so_is_its_page()
    {
        RunDocument day = Day();
        byte[] json = SavedRuns.Written(day);
        Assert.InRange(json.Length, 3_000_000, 5_000_000);
        Assert.InRange(HtmlReport.Render(SavedRuns.Read(json)).Length, 0, 5_000_000);
    }

    // As RunRecord bounds it: points, events and episodes, each with figures as long as they come.
    private static RunDocument Day()
    {
        const int Points = 3_600;
        long eachNs = 32 * SampleRun.SecondNs;
        IntervalLatency latency = new(123_456_789, 1_234_567_890, 12_345_678_901);
        return SampleRun.Full with
        {
            Command = "monitor",
            Series =
            [
                .. Enumerable.Range(1, Points).Select(at => new SeriesPoint
                {
                    TimeNs = at * eachNs, IntervalNs = eachNs, Open = 1_000_000 + at, Opened = 12_345, Closed = 12_345,
                    Offered = 6_400_000, Sent = 6_400_000, Answered = 6_399_999, BytesSent = 123_456_789_012,
                    BytesReceived = 123_456_789_012, Response = latency, Lag = latency, UserNs = 31_234_567_890,
                    SystemNs = 31_234_567_890, BusyMax = 0.123456789012345, TimedOut = at % 7,
                }),
            ],
            Events = [.. Enumerable.Range(1, 4_097).Select(at => new RunEvent(at * eachNs, "123,456 lost"))],
            Own = new Section
            {
                ["episodes"] = Node.ListOf([.. Enumerable.Range(1, 2_000).Select(at => (Node)new Section
                {
                    ["start_ns"] = at * eachNs, ["duration_ns"] = 12_345_678_901, ["connections"] = 1_000 + at,
                    ["lost"] = 1_000, ["survived"] = at, ["reconnected"] = 1_000, ["cause"] = "timeout",
                    ["retransmits"] = 12_345, ["new_failed"] = 123,
                })]),
            },
        };
    }

    private static RunDocument[] Runs() =>
    [
        SampleRun.Full, SampleRun.Held, SavedRuns.Read(SavedRuns.Monitor), Again(SavedSections.Bench),
        Again(SavedSections.Saturate), Again(SavedSections.MonitorAll),
    ];

    private static RunDocument Again(RunDocument run) => SavedRuns.Read(SavedRuns.Written(run));

    private static IEnumerable<string> ChartsOf(RunDocument run) => Regex
        .Matches(HtmlReport.Render(run), "id=\"chart-([a-z]+)\"").Select(match => match.Groups[1].Value);

    internal static void Balanced(string page)
    {
        Stack<string> open = [];
        foreach (Match tag in Tag().Matches(AnyBlock().Replace(page, "")))
        {
            string name = tag.Groups[2].Value;
            if (tag.Groups[1].Length > 0)
            {
                Assert.Equal(open.Pop(), name);
            }
            else if (!tag.Value.EndsWith("/>", StringComparison.Ordinal) && name is not ("meta" or "link" or "input"))
            {
                open.Push(name);
            }
        }

        Assert.Empty(open);
    }

    [GeneratedRegex("<script type=\"application/json\">(.*?)</script>")]
    private static partial Regex JsonBlock();

    [GeneratedRegex("<script[^<>]*>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex AnyBlock();

    [GeneratedRegex("<script", RegexOptions.IgnoreCase)]
    private static partial Regex Script();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Identifier();

    [GeneratedRegex("<(/?)([a-z][a-z0-9]*)(?:\"[^\"]*\"|[^\"<>])*>")]
    private static partial Regex Tag();
}
