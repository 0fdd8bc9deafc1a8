using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class RunRecordTests
{
    private const long LookNs = 250_000_000;
    private const long SecondNs = 1_000_000_000;

    [Fact]
    public void The_points_of_a_series_hold_all_that_happened_from_the_start_on()
    {
        RunRecord record = new();
        for (int look = 1; look <= 9; look++)
        {
            Assert.Equal(look % 4 == 0, record.IsPointDue(look * LookNs));
            Sample sample = Sampling.Start with
            {
                AtNs = look * LookNs, Requested = 100, Open = look * 10,
                Counts = Sampling.Start.Counts.With(Counter.Opened, look * 10).With(Counter.MessagesSent, look),
            };
            record.Take(sample, (_, _) => { }, 0);
        }

        Assert.Equal(
            [(4 * LookNs, 4 * LookNs, 40L, 4L), (8 * LookNs, 4 * LookNs, 40L, 4L)],
            record.Series.Select(one => (one.TimeNs, one.IntervalNs, one.Opened, one.Sent)));
    }

    [Theory]
    [InlineData(0, 2, 1.0)]
    [InlineData(1, 2, 1.25)]
    [InlineData(2, 3, 0.5)]
    [InlineData(3, 3, 0.75)]
    public void What_has_passed_of_an_interval_and_the_drain_are_in_the_sums(int rest, int points, double seconds)
    {
        RunRecord record = new() { KeepsNews = true };
        Histogram response = new();
        void Merge(Histogram into, Histogram lag) => into.Add(response);

        Sample At(int look)
        {
            response.Record(look * 1000);
            return Sampling.Start with
            {
                AtNs = look * LookNs, Open = look,
                Counts = Sampling.Start.Counts.With(Counter.Opened, look * 10).With(Counter.MessagesAnswered, look)
                    .With(Counter.MessagesLost, look).With(Counter.MessagesInvalid, 2 * look),
            };
        }

        for (int look = 1; look <= 8; look++)
        {
            record.Take(At(look), Merge, 0.5);
        }

        record.Hold(rest == 0 ? At(8) : At(8 + rest), Merge, 1);
        Sample end = At(20);
        SeriesPoint drain = record.DrainUntil(end, Merge)!;
        Assert.Equal((points, (long)(seconds * SecondNs)), (record.Series.Count, record.Series[^1].IntervalNs));
        SeriesPoint[] all = [.. record.Series, drain];
        Assert.Equal(200, all.Sum(point => point.Opened));
        Assert.Equal(20, all.Sum(point => point.Answered));
        Assert.Equal(60, all.Sum(point => point.Lost));
        Assert.Equal(end.AtNs, all.Sum(point => point.IntervalNs));
        Assert.Equal(8000 + (rest * 1000), record.Series[^1].Response!.MaxNs, 8000.0 * 0.01);
        Assert.Equal((true, 20 * LookNs, 20L), (drain.IsDrain, drain.TimeNs, drain.Open));

        // Each is told as it came: what was added to a point before too.
        SeriesPoint[] told = [.. record.TakeNews().Select(news => news.Point).OfType<SeriesPoint>()];
        Assert.Equal(20, told.Sum(point => point.Answered));
        Assert.Equal(0.5, record.Series[1].BusyMax);
    }

    [Fact]
    public void A_run_that_ends_with_its_plateau_has_no_drain_and_a_moment_is_an_interval()
    {
        RunRecord record = new();
        Sample end = Sampling.Start with
        {
            AtNs = LookNs, Counts = Sampling.Start.Counts.With(Counter.Opened, 3),
        };
        record.Hold(end, (_, _) => { }, null);
        Assert.Null(record.DrainUntil(end, (_, _) => { }));
        Assert.Equal((LookNs, 3L, null), (
            Assert.Single(record.Series).IntervalNs, record.Series[0].Opened, record.Series[0].BusyMax));
    }

    [Fact]
    public void A_long_run_stays_within_its_bounds_and_loses_nothing()
    {
        const int PointsMax = 60;
        const int Seconds = 200;
        RunRecord record = new(PointsMax);
        Histogram response = new();
        for (int second = 1; second <= Seconds; second++)
        {
            response.Record(second * 1_000, 10);
            record.Take(
                Sampling.Start with
                {
                    AtNs = second * SecondNs,
                    Counts = Sampling.Start.Counts
                        .With(Counter.Opened, second)
                        .With(Counter.MessagesSent, second * 10L),
                },
                (into, _) => into.Add(response), 0);
        }

        Assert.InRange(record.Series.Count, PointsMax / 2, PointsMax);
        Assert.Equal(Seconds, record.Series.Sum(one => one.Opened));
        Assert.Equal(Seconds * 10L, record.Series.Sum(one => one.Sent));
        Assert.Equal(Seconds * SecondNs, record.Series.Sum(one => one.IntervalNs));

        // Each second has one value, so the median of merged seconds lies in their middle.
        SeriesPoint merged = record.Series[10];
        long from = (merged.TimeNs - merged.IntervalNs) / SecondNs;
        long to = merged.TimeNs / SecondNs;
        Assert.Equal(4, to - from);
        Assert.Equal((from + to) / 2 * 1_000, merged.Response!.P50Ns, 100.0);
        Assert.Equal(to * 1_000, merged.Response.MaxNs, 100.0);
    }

    [Fact]
    public void Events_that_do_not_fit_are_counted()
    {
        RunRecord record = new();
        for (int i = 1; i <= RunRecord.EventsMax; i++)
        {
            record.Note(i, "1 lost");
        }

        Assert.Equal(new RunEvent(RunRecord.EventsMax, "1 lost"), record.Events[^1]);
        record.Note(SecondNs, "1 lost");
        record.Note(2 * SecondNs, "1 lost");
        Assert.Equal(RunRecord.EventsMax + 1, record.Events.Count);
        Assert.Equal(new RunEvent(2 * SecondNs, "2 more since, not kept"), record.Events[^1]);
    }

    [Fact]
    public void Points_and_events_are_told_by_the_wall_clock_too()
    {
        DateTimeOffset started = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        RunRecord record = new() { Started = started };
        record.Take(Sampling.Start with { AtNs = SecondNs + 250_000 }, (_, _) => { }, 0);
        record.Note(3 * SecondNs, "set 5");
        Assert.Equal(started.AddMilliseconds(1_000.25), record.Series[0].Time);
        Assert.Equal(started.AddSeconds(3), record.Events[0].Time);
    }
}
