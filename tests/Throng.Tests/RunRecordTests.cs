using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

public sealed class RunRecordTests
{
    private const long LookNs = 250_000_000;

    [Fact]
    public void The_points_of_a_series_hold_all_that_happened_from_the_start_on()
    {
        RunRecord record = new();
        for (int look = 1; look <= 9; look++)
        {
            Assert.Equal(look % 4 == 0, record.IsPointDue(look * LookNs));
            Sample sample = Sampling.Start with
            {
                AtNs = look * LookNs, Target = 100, Open = look * 10, Opened = look * 10, MessagesSent = look,
            };
            record.Take(sample, (_, _) => { }, 0);
        }

        Assert.Equal(
            [(4 * LookNs, 4 * LookNs, 40L, 4L), (8 * LookNs, 4 * LookNs, 40L, 4L)],
            record.Series.Select(one => (one.TimeNs, one.IntervalNs, one.Opened, one.Sent)));
    }
}
