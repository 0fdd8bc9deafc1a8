using Throng.Engine;
using Throng.Measurement;
using Throng.Originals;
using Throng.Report;

namespace Throng.Fuzz;

/// <summary>Documents: results of runs, statistics of ctraffic, undo files.</summary>
internal static class DocumentTargets
{
    private const int DocumentBytesMax = 16 << 10;

    private static readonly string[] JsonWords =
    [
        "null", "true", "-1", "1e999", "-0", "9223372036854775807", "9223372036854775808", "0.5", "{}", "[]", "\"\"",
        "\"\\ud800\"", "\\u0000", "\"\\u202e\"", "{\"a\":", "[[", ",", ":", "\"throng.run/1\"", "\"schema\"",
        "\"error\"", "\"saturate\"", "\"steps\"", "\"idle\"", "\"lanes\"", "\"bench\"", "\"capacity\"", "\"trials\"",
        "\"intervals\"", "\"series\"", "\"HISTFAAA\"", "\"started\"", "\"connections\"", "\"messages\"",
    ];

    private static readonly RunDocument[] Known =
    [
        .. Corpus.Of(new FuzzTarget("documents", static _ => { })).Select(
            file => RunReader.TryRead(file.Input, out RunDocument? run, out _) ? run : null).OfType<RunDocument>(),
    ];

    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("documents", ReadDocument)
        {
            Rounds = 500, BytesMax = DocumentBytesMax, Words = JsonWords,
        },
        new("document-views", ViewDocument)
        {
            Rounds = 50,
            BytesMax = DocumentBytesMax, Words = JsonWords, Corpora = ["documents"],
        },
        new("document-merges", MergeDocument)
        {
            Rounds = 100,
            BytesMax = DocumentBytesMax, Words = JsonWords, Corpora = ["documents"],
        },
        new("ctraffic-statistics", ReadStatistics)
        {
            Words = [.. JsonWords, "\"ConnStats\"", "\"Samples\"", "\"Started\"", "\"Duration\"", "\"Err\""],
        },
        new("undo-files", ReadUndo)
        {
            Words = [.. JsonWords, "\"changes\"", "\"boot_id\"", "\"net.core.somaxconn\"", "\"throng.undo/1\""],
        },
    ];

    private static void ReadDocument(ReadOnlySpan<byte> input)
    {
        if (Read(input) is not { } run)
        {
            return;
        }

        byte[] written = JsonReport.Render(run);
        bool isRead = RunReader.TryRead(written, out RunDocument? again, out ReadError? error);
        Property.Holds(isRead, "a document that was read is none when it is written", error?.What ?? "");
        Property.Holds(
            JsonReport.Render(again!).AsSpan().SequenceEqual(written), "a document is another one when read again");
    }

    private static void ViewDocument(ReadOnlySpan<byte> input)
    {
        if (Read(input) is not { } run)
        {
            return;
        }

        int letters = TextReport.Render(run).Length + HtmlReport.Render(run).Length + CsvReport.Render(run).Length
            + MarkdownReport.Render(run).Length + JUnitReport.Render(run).Length + HlogReport.Render(run).Length
            + MetricsText.Render(run, isOpenMetrics: true).Length + MetricsOtlp.Render(run, run.Started).Length
            + BoxViews.Markdown([new NamedRun("one", run)]).Length
            + Analysis.All.Sum(one => one.Of(run).Length)
            + RunChart.AllOf(run).Sum(one => SvgChart.Render(one.Chart).Length);
        Property.Holds(letters > 0, "the views are empty");
    }

    private static void MergeDocument(ReadOnlySpan<byte> input)
    {
        if (Read(input) is not { } run)
        {
            return;
        }

        RunDocument like = Array.Find(Known, one => one.Command == run.Command) ?? Known[0];
        RunDocument before = like with { Started = like.Started.AddSeconds(-1) };
        NamedRun[] both = [new NamedRun("base", before), new NamedRun("other", run)];
        if (RunMerge.TryMerge(both, out RunDocument? merged, out IReadOnlyList<string> refusals))
        {
            _ = JsonReport.Render(merged);
        }

        foreach (string refusal in refusals)
        {
            Property.IsLine(refusal, "a refusal");
        }

        _ = new LiveSeries().Advance([new LivePart(before, true), new LivePart(run, true)]).Count;
        RunComparison comparison = RunComparison.Compare(both);
        _ = ComparisonText.Render(comparison, [], isWhole: true, 80);
        _ = ComparisonJson.Render(comparison, []);
        _ = ComparisonMarkdown.Render(comparison, []);
        _ = ComparisonPage.Render(comparison, []);
        _ = ComparisonSvg.Render(comparison);
    }

    private static void ReadStatistics(ReadOnlySpan<byte> input)
    {
        bool isRead = CtrafficStatsReader.TryRead(input, out CtrafficStats stats, out string error);
        Property.IsRefusal(isRead, error);
        if (!isRead)
        {
            return;
        }

        string written = stats.ToJson();
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(written);
        Property.Holds(
            CtrafficStatsReader.TryRead(bytes, out CtrafficStats again, out _) && again.ToJson() == written,
            "statistics are others when read again");
        // A row for each second is much for a long run, and refused for one that is longer than any.
        const long HourNs = 3600 * Ns.Second;
        foreach (string name in CtrafficAnalysis.Names.Where(_ => stats.Duration is < HourNs or > 200 * HourNs))
        {
            _ = CtrafficAnalysis.Render(stats, name, out _);
        }
    }

    private static void ReadUndo(ReadOnlySpan<byte> input)
    {
        try
        {
            byte[] written = TuningUndo.Parse(input.ToArray()).ToJson();
            Property.Holds(
                TuningUndo.Parse(written).ToJson().AsSpan().SequenceEqual(written),
                "an undo file is another one when read again");
        }
        catch (FormatException refusal)
        {
            Property.IsLine(refusal.Message, "a refusal");
        }
    }

    private static RunDocument? Read(ReadOnlySpan<byte> input)
    {
        bool isRead = RunReader.TryRead(input.ToArray(), out RunDocument? run, out ReadError? error);
        Property.IsRefusal(isRead, error?.What ?? "");
        if (error?.Remedy.Length > 0)
        {
            Property.IsLine(error.Remedy, "a remedy");
        }

        return run;
    }
}
