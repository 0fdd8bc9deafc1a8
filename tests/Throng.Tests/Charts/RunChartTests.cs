using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

public sealed class RunChartTests
{
    [Fact]
    public void A_spectrum_goes_through_the_percentiles_up_to_the_maximum()
    {
        Histogram histogram = new();
        for (int i = 1; i <= 10_000; i++)
        {
            histogram.Record(i * 1_000);
        }

        RunDocument run = SampleRun.Held with { Response = LatencySummary.From(histogram) };
        Panel panel = Assert.Single(SpectrumChart.Draw(run)!.Panels);
        Series series = Assert.Single(panel.Series);
        Assert.Equal(new ChartPoint(10_000, 10_000_000), series.Points[^1]);
        foreach (double percentile in (double[])[90, 99, 99.9])
        {
            double nines = 100 / (100 - percentile);
            ChartPoint point = series.Points.MinBy(one => Math.Abs(one.X - nines));
            Assert.Equal(nines, point.X, nines * 1e-9);
            Assert.Equal(histogram.Percentile(percentile), point.Y, 2_000.0);
        }

        Assert.All(series.Points.Zip(series.Points.Skip(1)), pair => Assert.True(pair.First.Y <= pair.Second.Y));
    }

    [Theory]
    [InlineData(1, "0 %")]
    [InlineData(2, "50 %")]
    [InlineData(10, "90 %")]
    [InlineData(100, "99 %")]
    [InlineData(1_000, "99.9 %")]
    [InlineData(100_000, "99.999 %")]
    public void Nines_read_as_percent(double value, string text)
    {
        Axis axis = new("percentile", AxisUnit.Nines, AxisScale.Log);
        Assert.Equal(text, axis.ToTickText(value));
        Assert.Equal(text, axis.ToText(value));
    }

    [Fact]
    public void Disturbances_are_bars_by_cause_at_their_connection()
    {
        Chart chart = DisturbancesChart.Draw(SavedSections.MonitorAll)!;
        Panel panel = Assert.Single(chart.Panels);
        Assert.Equal("connection", panel.YAxis.Label);
        Assert.Equal(["slow", "timeout"], panel.Series.Select(series => series.Name));
        Assert.Equal(
            [new(0.1, 7), new(0.6, 7), new(0.7, 11)], panel.Series[0].Points.Take(3));
        string svg = SvgChart.Render(chart);
        Assert.Contains("<title>timeout, connection 9: from 0 to 0.9</title>", svg, StringComparison.Ordinal);
        Assert.Equal(3, svg.Split("span\"").Length - 1 - panel.Series.Count);

        Chart episodes = DisturbancesChart.Draw(SavedRuns.Read(SavedRuns.Monitor))!;
        Assert.Equal("connections disturbed", episodes.Panels[0].YAxis.Label);
        Assert.Null(DisturbancesChart.Draw(SampleRun.Full));
    }

    [Fact]
    public void What_was_offered_stands_beside_what_was_answered()
    {
        Chart chart = RateChart.Draw(SampleRun.Full)!;
        Assert.Equal(["answered", "offered", "sent"], chart.Panels[0].Series.Select(series => series.Name));
        Assert.Equal(["timed out", "lost"], chart.Panels[1].Series.Select(series => series.Name));
        Assert.Equal(new ChartPoint(1, 200_000), chart.Panels[0].Series[1].Points[1]);
        Assert.Null(RateChart.Draw(SampleRun.Held));
    }

    [Fact]
    public void An_interval_without_an_answer_is_a_gap_in_the_response_times()
    {
        Series median = ResponseChart.Draw(SampleRun.Full)!.Panels[0].Series[0];
        Assert.Equal([double.NaN, double.NaN, 150_000, 150_000], median.Points.Select(point => point.Y));
        Assert.Null(ResponseChart.Draw(SampleRun.Held));
    }

    [Fact]
    public void Every_command_has_a_drawing_that_tells_most()
    {
        Assert.Equal("saturation", RunChart.Telling(SavedSections.Saturate).Name);
        Assert.Equal("bench", RunChart.Telling(SavedSections.Bench).Name);
        Assert.Equal("response", RunChart.Telling(SampleRun.Full).Name);
        Assert.Equal("connections", RunChart.Telling(SampleRun.Held).Name);
    }
}
