using System.Text.RegularExpressions;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>The page of a run that goes on, as text: its frame and its parts.</summary>
public sealed partial class LivePageTests
{
    private const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&<!--";

    private static readonly LiveFacts Facts = new()
    {
        State = "running",
        Phase = Hostile,
        Done = 0.345,
        Values = [new LiveValue(Hostile, Hostile, [1, null, 3, 4, double.NaN])],
        Dials = [new LiveDial("connections", "Connections", "40"), new LiveDial("ping", "Ping", "true")],
    };

    [Fact]
    public void Every_part_has_its_place_in_the_frame_and_no_name_stands_twice()
    {
        RunDocument run = SampleRun.Full;
        string frame = LivePage.Frame(run, Facts, 12);
        string[] places = [.. Parts().Matches(frame).Select(match => match.Groups[1].Value)];
        Assert.Equal(places.Distinct(), places);
        string[] parts = [LivePage.Now(run, Facts), LivePage.RecentCharts(run, isNarrow: true), LivePage.Rest(run)];
        foreach (string part in parts)
        {
            HtmlReportTests.Balanced(part);
            Assert.All(Parts().Matches(part), match => Assert.Contains(match.Groups[1].Value, places));
        }

        HtmlReportTests.Balanced(frame);
        string whole = frame + parts[1] + parts[2];
        string[] names = [.. Identifier().Matches(whole).Select(match => match.Groups[1].Value)];
        Assert.Equal(names.Distinct(), names);
        Assert.Contains("data-after=\"12\"", frame, StringComparison.Ordinal);
        Assert.Contains("<progress max=\"100\" value=\"34\"", frame, StringComparison.Ordinal);
    }

    [Fact]
    public void It_has_no_script_and_no_style_of_its_own_text()
    {
        string frame = LivePage.Frame(SampleRun.Full, Facts, 0);
        Assert.DoesNotMatch(@"<script(?! src=""page/[a-z]+\.js"" defer></script>)", frame);
        Assert.DoesNotContain("<style", frame, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\s(style|on[a-z]+)=", LivePage.Now(SampleRun.Full, Facts with { Phase = "", Values = [] })
            + LivePage.WholeCharts(SampleRun.Full, isNarrow: false) + LivePage.Rest(SampleRun.Full));
        Assert.DoesNotContain("unsafe", LivePage.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", LivePage.Script + LivePage.Style, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_of_a_run_becomes_markup()
    {
        Section own = new() { ["episodes"] = Node.ListOf(new Section { [Hostile] = Hostile, ["cause"] = Hostile }) };
        RunDocument run = SampleRun.Full with
        {
            Command = Hostile, Own = own, RunId = Hostile, EndedBy = Hostile, Options = own,
            Verdict = new Verdict(false, Hostile, [new Finding(Severity.Warning, "a-rule", Hostile, Hostile, Hostile)]),
            Host = new Host { Kernel = Hostile, Engine = Hostile, EngineReason = Hostile },
        };
        string[] all =
        [
            LivePage.Frame(run, Facts, 0), LivePage.Now(run, Facts), LivePage.Rest(run),
            LivePage.RecentCharts(run, isNarrow: false), LivePage.WholeCharts(run, isNarrow: true),
        ];
        foreach (string one in all)
        {
            HtmlReportTests.Balanced(one);
            Assert.DoesNotContain("<script>alert", one, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", one, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<!--", one, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Recent_charts_begin_where_the_last_ten_minutes_do()
    {
        RunDocument run = SampleRun.Full with
        {
            Command = "monitor",
            Series =
            [
                .. Enumerable.Range(1, 3_000).Select(at => new SeriesPoint
                {
                    TimeNs = at * Ns.Second, IntervalNs = Ns.Second, Open = 100,
                }),
            ],
            Events = [new RunEvent(1, "5 lost"), new RunEvent(2_999 * Ns.Second, "6 lost")],
            Own = new Section
            {
                ["episodes"] = Node.ListOf(Episode(100, 1), Episode(2_390, 20), Episode(2_500, 1)),
            },
        };
        string recent = LivePage.RecentCharts(run, isNarrow: false);
        Assert.Contains("\"at\":[\"40\"", recent, StringComparison.Ordinal);
        Assert.Equal(2, Bands().Matches(recent).Select(match => match.Value).Distinct().Count());
        Assert.DoesNotContain("5 at", recent, StringComparison.Ordinal);
        string whole = LivePage.WholeCharts(run, isNarrow: false);
        Assert.Contains("\"at\":[\"0\"", whole, StringComparison.Ordinal);
        Assert.True(recent.Length < whole.Length / 2, $"{recent.Length} of {whole.Length}");
        Assert.Contains("viewBox=\"0 0 860 ", whole, StringComparison.Ordinal);
        Assert.Contains("viewBox=\"0 0 420 ", LivePage.WholeCharts(run, isNarrow: true), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_list_shows_its_last_rows()
    {
        Section own = new()
        {
            ["episodes"] = Node.ListOf([.. Enumerable.Range(1, 100).Select(at => (Node)Episode(at, 1))]),
        };
        string now = LivePage.Now(SampleRun.Full with { Command = "monitor", Own = own }, Facts);
        Assert.Contains("70 before these in the result document", now, StringComparison.Ordinal);
        Assert.Contains("100 s", now.Replace('\u00a0', ' '), StringComparison.Ordinal);
    }

    private static Section Episode(long startSeconds, long seconds) => new()
    {
        ["start_ns"] = startSeconds * Ns.Second, ["duration_ns"] = seconds * Ns.Second, ["connections"] = 3,
        ["lost"] = 1, ["cause"] = "timeout",
    };

    [GeneratedRegex("data-part=\"([a-z]+)\"")]
    private static partial Regex Parts();

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Identifier();

    [GeneratedRegex("<title>[^<]*: timeout")]
    private static partial Regex Bands();
}
