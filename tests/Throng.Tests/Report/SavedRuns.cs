using System.Text;
using Throng.Measurement;
using Throng.Report;
using Throng.Tests.Tidy;
using Xunit;

namespace Throng.Tests;

/// <summary>Documents as bytes: made up, and one that a fail-over of one of three servers has left.</summary>
internal static class SavedRuns
{
    public static byte[] Monitor => Golden("run-monitor.json");

    public static byte[] Golden(string name) =>
        File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Throng.Tests", "Golden", name));

    public static byte[] Written(RunDocument run, bool indented = true) => JsonReport.Render(run, indented);

    public static RunDocument Read(byte[] json)
    {
        bool isRead = RunReader.TryRead(json, out RunDocument? run, out ReadError? error);
        Assert.True(isRead, error?.What);
        return run!;
    }

    public static RunDocument Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    /// <summary>Every view there is of a document; what is wrong with one shows as an exception.</summary>
    public static IEnumerable<string> Views(RunDocument run) =>
    [
        TextReport.Render(run), CsvReport.Render(run), HlogReport.Render(run), SvgChart.Render(TimelineChart.Draw(run)),
        .. Analysis.All.Select(analysis => analysis.Of(run)),
    ];

    /// <summary>The views that have most in them.</summary>
    public static IEnumerable<string> Pages(RunDocument run) =>
    [
        HtmlReport.Render(run), MarkdownReport.Render(run),
        .. RunChart.AllOf(run).Select(one => SvgChart.Render(one.Chart)),
    ];
}
