using System.Globalization;
using System.Xml.Linq;
using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

public sealed class TimelineChartTests
{
    [Fact]
    public void Episodes_are_bands_through_all_panels_where_they_were()
    {
        Chart chart = TimelineChart.Draw(SavedRuns.Read(SavedRuns.Monitor));
        Assert.Equal(3, chart.Panels.Count);
        Assert.Equal(2, chart.Bands.Count);
        Assert.Equal(5.96, chart.Bands[0].From, 0.01);
        Assert.Equal(12.71, chart.Bands[0].To, 0.01);
        Assert.Equal("6.75 s from 5.96 s: closed, 20 connections, 20 lost", chart.Bands[0].Title);
        Assert.Equal("60 connections, 20 lost, 40 disturbed for at most 6.75 s", chart.Title);

        XElement svg = Parse(chart);
        XElement[] bands = [.. svg.Elements().Where(one => ClassOf(one) == "band bad" && one.HasElements)];
        XElement[] frames = [.. svg.Elements().Where(one => ClassOf(one) == "frame")];
        Assert.Equal(6, bands.Length);
        Assert.All(bands, band => Assert.Contains(frames, frame =>
            Number(frame, "y") == Number(band, "y") && Number(frame, "height") == Number(band, "height")));
        string[] legend = [.. svg.Elements().Where(one => ClassOf(one) == "legend").Select(one => one.Value)];
        Assert.Equal(
            [
                "open", "failed a second", "new a second", "lost at once", "messages lost a second", "received", "sent",
                "episode",
            ],
            legend);
    }

    [Fact]
    public void An_episode_too_short_to_see_is_seen_inside_the_frame()
    {
        foreach (long startNs in (long[])[0, SampleRun.SecondNs, 2 * SampleRun.SecondNs])
        {
            XElement svg = Parse(TimelineChart.Draw(With(startNs, 1_000)));
            XElement frame = svg.Elements().First(one => ClassOf(one) == "frame");
            XElement band = svg.Elements().First(one => ClassOf(one) == "band bad" && one.HasElements);
            Assert.Equal(2, Number(band, "width"));
            Assert.True(Number(band, "x") >= Number(frame, "x") - 0.01);
            Assert.True(Number(band, "x") + 2 <= Number(frame, "x") + Number(frame, "width") + 0.01);
        }
    }

    [Fact]
    public void What_the_generator_was_late_with_is_not_shown_as_the_path_s()
    {
        RunDocument run = With(0, SampleRun.SecondNs, "generator");
        Assert.Equal(ChartTone.Plain, Assert.Single(TimelineChart.Draw(run).Bands).Tone);
        Assert.Equal(ChartTone.Bad, Assert.Single(TimelineChart.Draw(With(0, 1)).Bands).Tone);
    }

    [Theory]
    [InlineData(300, "seconds")]
    [InlineData(301, "minutes")]
    [InlineData(18_000, "minutes")]
    [InlineData(18_001, "hours")]
    public void The_unit_of_time_follows_the_length_of_the_run(long seconds, string unit)
    {
        RunDocument run = SampleRun.Held with
        {
            Series = [new SeriesPoint { TimeNs = seconds * SampleRun.SecondNs, IntervalNs = SampleRun.SecondNs }],
        };
        Assert.Equal($"time since the start, {unit}", TimelineChart.Draw(run).XAxis.Label);
    }

    [Fact]
    public void A_run_without_bytes_or_without_intervals_is_drawn_all_the_same()
    {
        Chart chart = TimelineChart.Draw(SampleRun.Held);
        Assert.Single(chart.Panels);
        Assert.Contains("nothing was measured", SvgChart.Render(chart), StringComparison.Ordinal);
    }

    [Fact]
    public void An_axis_with_a_zero_begins_there_and_leaves_room_above()
    {
        Chart chart = new()
        {
            Title = "title",
            XAxis = new Axis("x", AxisUnit.Count) { HasZero = true },
            Panels =
            [
                new Panel
                {
                    YAxis = new Axis("y", AxisUnit.Count) { HasZero = true },
                    Series = [new Series("a", [new(10, 60), new(20, 60)], SeriesStyle.Area)],
                },
            ],
        };
        XElement svg = Parse(chart);
        string[] ticks = [.. svg.Elements().Where(one => ClassOf(one) == "tick end").Select(one => one.Value)];
        Assert.Equal("0", ticks[0]);
        Assert.Equal("70", ticks[^1]);
        XElement area = svg.Elements().Single(one => ClassOf(one) == "s0 area" && one.Name.LocalName == "path");
        XElement frame = svg.Elements().Single(one => ClassOf(one) == "frame");
        double bottom = Number(frame, "y") + Number(frame, "height");
        Assert.EndsWith($"V{bottom.ToString(CultureInfo.InvariantCulture)}Z", area.Attribute("d")!.Value,
            StringComparison.Ordinal);
    }

    private static RunDocument With(long startNs, long durationNs, string cause = "timeout") => SampleRun.Full with
    {
        Own = new Section
        {
            ["episodes"] = Node.ListOf(
                new Section { ["start_ns"] = startNs, ["duration_ns"] = durationNs, ["cause"] = cause }),
        },
    };

    private static XElement Parse(Chart chart) => XDocument.Parse(SvgChart.Render(chart)).Root!;

    private static string ClassOf(XElement element) => element.Attribute("class")?.Value ?? "";

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
