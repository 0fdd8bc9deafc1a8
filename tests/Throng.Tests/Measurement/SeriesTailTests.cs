using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public class SeriesTailTests
{
    [Fact]
    public void Tails_that_come_each_second_make_the_whole_series()
    {
        SeriesPoint[] whole = [.. Enumerable.Range(1, 200).Select(second => Point(second, 1))];
        IReadOnlyList<SeriesPoint> known = [];
        for (int second = 1; second <= 200; second++)
        {
            known = SeriesTail.Append(known, whole[Math.Max(0, second - 60)..second]);
            second += second % 7 == 0 ? 20 : 0; // some never come
        }

        Assert.Equal(whole, SeriesTail.Append(known, whole[^60..]));
    }

    [Fact]
    public void An_interval_that_has_grown_stands_once()
    {
        IReadOnlyList<SeriesPoint> known = SeriesTail.Append([], [Point(1, 1), Point(1.4, 0.4)]);
        known = SeriesTail.Append(known, [Point(2, 1), Point(2.5, 0.5)]);
        Assert.Equal([Point(1, 1), Point(2, 1), Point(2.5, 0.5)], known);
    }

    [Fact]
    public void Neighbours_that_were_merged_stand_in_place_of_both()
    {
        IReadOnlyList<SeriesPoint> known = SeriesTail.Append([], [Point(1, 1), Point(2, 1), Point(3, 1), Point(4, 1)]);
        known = SeriesTail.Append(known, [Point(4, 2), Point(6, 2)]);
        Assert.Equal([Point(1, 1), Point(2, 1), Point(4, 2), Point(6, 2)], known);
    }

    [Fact]
    public void A_long_series_stays_short_and_keeps_every_count()
    {
        IReadOnlyList<SeriesPoint> known = [];
        for (int second = 1; second <= 10_000; second++)
        {
            known = SeriesTail.Append(known, [Point(second, 1) with { Answered = 3 }], pointsMax: 100);
            Assert.InRange(known.Count, 1, 100);
        }

        Assert.Equal(30_000, known.Sum(static point => point.Answered));
        Assert.Equal(10_000 * Ns.Second, known.Sum(static point => point.IntervalNs));
        Assert.All(known.TakeLast(40), static point => Assert.Equal(Ns.Second, point.IntervalNs));
    }

    [Fact]
    public void Nothing_new_changes_nothing() => Assert.Equal([Point(1, 1)], SeriesTail.Append([Point(1, 1)], []));

    private static SeriesPoint Point(double endS, double lengthS) =>
        new() { TimeNs = (long)(endS * Ns.Second), IntervalNs = (long)(lengthS * Ns.Second) };
}
