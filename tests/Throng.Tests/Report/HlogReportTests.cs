using System.Globalization;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Golden/hdr-histogram-js.hlog was made by the HistogramLogWriter of npm hdr-histogram-js 3.0.1 on node 20, with
/// histograms as <see cref="HdrV2Tests"/> describes, of the values that <see cref="Steps"/> records, and a ratio of
/// 1e6 for the maximum:
/// <code>
/// w.outputLogFormatVersion(); w.outputStartTime(1767323045678); w.outputLegend();
/// h.tag = "response"; w.outputIntervalHistogram(h, 0, 1.25, 1e6); ...
/// </code>
/// The other way round, its HistogramLogReader reads what this program writes.
/// </summary>
public sealed class HlogReportTests
{
    [Fact]
    public void Intervals_are_written_as_another_implementation_writes_them()
    {
        RunDocument run = SampleRun.Full with
        {
            Started = DateTimeOffset.FromUnixTimeMilliseconds(1_767_323_045_678),
            Intervals =
            [
                Interval("response", 0, 1_250_000_000, Steps(1000, 1000)),
                Interval("connect", 0, 1_250_000_000, Steps(30_000, 10)),
                Interval("response", 1_250_000_000, 1_010_000_000, Steps(77_777, 5000)),
            ],
        };
        string[] ours = HlogReport.Render(run).Split('\n');
        string[] theirs = File.ReadAllLines(
            Path.Combine(AppContext.BaseDirectory, "Golden", "hdr-histogram-js.hlog"))
            .Where(line => line.Length > 0).ToArray();
        Assert.Equal("#[throng 0.1.0 query]", ours[0]);
        Assert.Equal(theirs[0], ours[1]);
        Assert.Equal(theirs[1].Split(',')[0], ours[2].Split(',')[0]);
        Assert.Equal(theirs[2], ours[3]);
        Assert.Equal("", ours[^1]);
        for (int i = 3; i < theirs.Length; i++)
        {
            string[] their = theirs[i].Split(',');
            string[] our = ours[i + 1].Split(',');
            Assert.Equal(their[..3], our[..3]);
            Assert.Equal(
                double.Parse(their[3], CultureInfo.InvariantCulture),
                double.Parse(our[3], CultureInfo.InvariantCulture),
                tolerance: 0.001 * double.Parse(our[3], CultureInfo.InvariantCulture));
            HistogramTests.AssertSameCells(HdrV2.Decode(their[4]), HdrV2.Decode(our[4]));
        }

        Assert.Equal(theirs.Length + 2, ours.Length);
    }

    [Fact]
    public void Without_intervals_there_is_the_head() =>
        Assert.EndsWith("\"Interval_Compressed_Histogram\"\n", HlogReport.Render(SampleRun.Full),
            StringComparison.Ordinal);

    private static TaggedHistogram Interval(string tag, long startNs, long lengthNs, Histogram histogram) =>
        new(tag, startNs, lengthNs, histogram.MaxNs, HdrV2.Encode(histogram));

    private static Histogram Steps(long stepNs, int count)
    {
        Histogram histogram = new();
        for (int i = 1; i <= count; i++)
        {
            histogram.Record(i * stepNs);
        }

        return histogram;
    }
}
