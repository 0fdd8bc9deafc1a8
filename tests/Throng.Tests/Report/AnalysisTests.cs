using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

public sealed class AnalysisTests
{
    [Fact]
    public void What_has_no_such_thing_says_so()
    {
        RunDocument run = SampleRun.Held;
        Assert.Equal("throughput\nno interval was measured\n", ThroughputTable.Render(run));
        Assert.Equal("connections\nno interval was measured\n", ConnectionsTable.Render(run));
        Assert.Equal(
            "hosts\nnot known: a run of monitor tells them, of servers that say their name\n", HostsTable.Render(run));
        Assert.Equal("episodes\nnot known: a run of monitor tells them\n", EpisodesTable.Render(run));
        Assert.Equal("episodes\nnone\n", EpisodesTable.Render(run with
        {
            Own = new Section { ["episodes"] = Node.ListOf() },
        }));
    }

    [Fact]
    public void A_unit_is_that_of_the_largest_value_and_a_rate_that_of_its_own_interval()
    {
        RunDocument run = SampleRun.Held with
        {
            Series =
            [
                new SeriesPoint { TimeNs = 500_000_000, IntervalNs = 500_000_000, Sent = 7, BytesSent = 3 << 20 },
                new SeriesPoint { TimeNs = 2_500_000_000, IntervalNs = 2_000_000_000, Sent = 1, BytesReceived = 1024 },
                new SeriesPoint { TimeNs = 2_500_000_000, IntervalNs = 0, Sent = 1 },
            ],
        };
        Assert.Equal(
            """
            throughput
            time s  sent/s  sent MiB/s  received MiB/s
             0.500    14.0         6.0             0.0
             2.500     0.5         0.0             0.0
             2.500       -           -               -

            """, ThroughputTable.Render(run));
    }

    [Fact]
    public void Servers_without_a_name_are_counted_apart()
    {
        RunDocument run = SampleRun.Held with
        {
            Own = new Section
            {
                ["lasting"] = 1_500,
                ["lost"] = 3,
                ["hosts"] = new Section
                {
                    ["a"] = new Section { ["lasting"] = 1_000, ["lost"] = 0 },
                    ["a-long-name"] = new Section { ["lasting"] = 2, ["lost"] = 1 },
                },
            },
        };
        Assert.Equal(
            """
            hosts
            host         lasting  lost
            a              1,000     0
            a-long-name        2     1
            in all         1,002     1
            of servers that said no name: 498 lasting, 2 lost

            """, HostsTable.Render(run));
    }

    [Fact]
    public void No_line_is_wider_than_a_hundred_columns_for_a_large_run()
    {
        RunDocument run = SampleRun.Full with
        {
            Series = [new SeriesPoint
            {
                TimeNs = 90_000L * SampleRun.SecondNs, IntervalNs = SampleRun.SecondNs, Open = 1_000_000,
                Opened = 1_000_000, Closed = 1_000_000, Failed = 1_000_000, Connecting = 1_000_000,
                Offered = 1_000_000, Sent = 1_000_000, Answered = 1_000_000, Dropped = 900_000, TimedOut = 900_000,
                Lost = 900_000, BytesSent = 1L << 37, BytesReceived = 1L << 37,
            }],
        };
        foreach (Analysis one in Analysis.All)
        {
            Assert.All(one.Of(run).Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        }
    }
}
