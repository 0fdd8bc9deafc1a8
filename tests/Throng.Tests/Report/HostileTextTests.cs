using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Text from elsewhere in every place where a document has text: no view lets a letter through that turns, hides or
/// commands.
/// </summary>
public sealed class HostileTextTests
{
    private const string Turns = "\u202e";

    /// <summary>Commands a terminal, turns the direction, hides, is markup, ends a cell, a quote and a line.</summary>
    private const string Hostile = "\u001b[2J" + Turns + "\u200b\u3164\u0085\u007f\U000e0041<b>\"'`|,\n\t\\*&]]>";

    public static TheoryData<string> Saved => ["run-full.json", "run-monitor.json", "run-merged.json", "run-hold.json"];

    [Theory]
    [MemberData(nameof(Saved))]
    public void No_view_lets_through_what_a_document_has_in_its_texts(string name)
    {
        RunDocument run = Spoiled(name, out int spoiled);
        Assert.True(spoiled >= 12, $"only {spoiled} texts of {name} may be others");
        AssertShows("text", TextReport.Render(run), mentions: true);
        AssertShows("Markdown", MarkdownReport.Render(run), mentions: true);
        AssertShows("page", HtmlReport.Render(run), mentions: true);
        AssertShows("JUnit", JUnitReport.Render(run), mentions: true);
        AssertShows("metrics", MetricsText.Render(run, isOpenMetrics: false));
        AssertShows("OpenMetrics", MetricsText.Render(run, isOpenMetrics: true));
        AssertShows("OTLP", Utf8(MetricsOtlp.Render(run, DateTimeOffset.UnixEpoch)));
        Assert.All(SavedRuns.Views(run).Concat(SavedRuns.Pages(run)), view => AssertShows("view", view));
        new XmlDocument().LoadXml(JUnitReport.Render(run));
        Assert.All(RunChart.AllOf(run), one => new XmlDocument().LoadXml(SvgChart.Render(one.Chart)));
    }

    [Theory]
    [MemberData(nameof(Saved))]
    public void A_document_shows_its_texts_and_reads_back_the_same(string name)
    {
        byte[] json = SavedRuns.Written(Spoiled(name, out _));
        AssertShows("JSON", Utf8(json));
        Assert.Contains("\\u202e", Utf8(json), StringComparison.Ordinal);
        byte[] again = SavedRuns.Written(SavedRuns.Read(json));
        Assert.Equal(Utf8(json), Utf8(again));
        AssertShows("one line", Utf8(SavedRuns.Written(SavedRuns.Read(json), indented: false)));
    }

    [Fact]
    public void Compared_runs_show_their_names_and_options()
    {
        RunDocument run = Spoiled("run-full.json", out _);
        RunComparison comparison = RunComparison.Compare(
            [new NamedRun(Hostile, SampleRun.Full), new NamedRun("b" + Hostile, run)]);
        AssertShows("text", ComparisonText.Render(comparison, []), mentions: true);
        AssertShows("Markdown", ComparisonMarkdown.Render(comparison, []), mentions: true);
        AssertShows("page", ComparisonPage.Render(comparison, []), mentions: true);
        AssertShows("SVG", ComparisonSvg.Render(comparison), mentions: true);
        AssertShows("JUnit", JUnitReport.Render(comparison, []), mentions: true);
        AssertShows("JSON", Utf8(ComparisonJson.Render(comparison, [])));
    }

    /// <summary>A saved document with hostile text wherever one may stand that it does not say itself.</summary>
    private static RunDocument Spoiled(string name, out int spoiled)
    {
        JsonNode root = JsonNode.Parse(SavedRuns.Golden(name))!;
        root["labels"] = new JsonObject { ["build"] = "1" };
        spoiled = 0;
        foreach (JsonValue text in Texts(root).ToArray())
        {
            JsonNode other = JsonValue.Create(text.GetValue<string>() + Hostile);
            text.ReplaceWith(other);
            if (RunReader.TryRead(Encoding.UTF8.GetBytes(root.ToJsonString()), out _, out _))
            {
                spoiled++;
            }
            else
            {
                other.ReplaceWith(text); // one of a few words, or a number in letters
            }
        }

        return SavedRuns.Read(root.ToJsonString());
    }

    private static IEnumerable<JsonValue> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(one => Texts(one.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value],
        _ => [],
    };

    /// <param name="mentions">The view is known to have one of the texts: its escape is there.</param>
    private static void AssertShows(string view, string text, bool mentions = false)
    {
        foreach ((string line, int number) in text.Split('\n', '\t').Select((line, at) => (line, at + 1)))
        {
            Assert.True(Letters.Shows(line), $"{view}, line {number}: {Letters.Plain(line)}");
        }

        Assert.True(
            !mentions || text.Contains("u{202e}", StringComparison.Ordinal), $"{view} has none of the hostile texts");
    }

    private static string Utf8(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
