using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>Intervals of a run on many hosts while it goes on.</summary>
public class LiveSeriesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, 400, TimeSpan.Zero);

    [Fact]
    public void An_interval_is_there_once_all_parts_have_told_of_it()
    {
        LiveSeries series = new();
        Assert.Empty(series.Advance([Part(2), Part(0)]));
        Assert.Equal(2, series.Advance([Part(2), Part(2, lateS: 0.3)]).Count); // to 12:00:02
        Assert.Empty(series.Advance([Part(3), Part(2, lateS: 0.3)]));
        SeriesPoint next = Assert.Single(series.Advance([Part(4), Part(3, lateS: 0.3)]));
        Assert.Equal((DateTimeOffset?)new DateTimeOffset(2026, 3, 1, 12, 0, 3, TimeSpan.Zero), next.Time);
        Assert.Equal(Ns.Second, next.IntervalNs);
        Assert.Equal(200, next.Answered);
        Assert.Equal(3, series.Points.Count);
    }

    [Fact]
    public void Nobody_is_awaited_who_is_gone_or_silent_for_too_long()
    {
        LiveSeries series = new();
        Assert.Equal(4, series.Advance([Part(4), Part(2, isAwaited: false)]).Count);
        Assert.Equal(100, series.Points[^1].Answered);
        Assert.Empty(series.Advance([Part(6), Part(2)]));
        Assert.Empty(series.Advance([Part(7), Part(2)])); // 4.6 s is the end of the next one
        Assert.Single(series.Advance([Part(8), Part(2)]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(0.9)]
    public void All_intervals_together_have_every_count(double lateS)
    {
        LiveSeries series = new();
        for (int second = 1; second <= 20; second++)
        {
            _ = series.Advance([Part(second), Part(second - 1, lateS)]);
        }

        _ = series.Advance([Part(20, isAwaited: false), Part(20, lateS, isAwaited: false)], isOver: true);
        Assert.Equal(2 * 20 * 100, series.Points.Sum(static point => point.Answered));
        Assert.Equal(
            series.Points.Select(static point => point.TimeNs),
            series.Points.Select(static point => point.TimeNs).Distinct().Order());
        Assert.Equal(series.Points[^1].TimeNs, series.Points.Sum(static point => point.IntervalNs));
    }

    [Fact]
    public void Parts_with_longer_intervals_have_longer_ones_together()
    {
        LiveSeries series = new();
        _ = series.Advance([Part(10, lengthS: 2), Part(10, lengthS: 2)]);
        Assert.All(series.Points.Skip(1), static point => Assert.Equal(2 * Ns.Second, point.IntervalNs));
        Assert.All(series.Points.Skip(1), static point => Assert.Equal(200, point.Answered));
    }

    /// <summary>A part that answers 100 in each interval.</summary>
    private static LivePart Part(int points, double lateS = 0, bool isAwaited = true, int lengthS = 1) => new(
        new RunDocument
        {
            Tool = new Tool("throng", "0.1.0"), Command = "query", Host = new Host(),
            Started = Start.AddSeconds(lateS), Connections = new Connections(),
            Series =
            [
                .. Enumerable.Range(1, Math.Max(0, points / lengthS)).Select(at => new SeriesPoint
                {
                    TimeNs = at * lengthS * Ns.Second, IntervalNs = lengthS * Ns.Second, Answered = 100,
                }),
            ],
        },
        isAwaited);
}
