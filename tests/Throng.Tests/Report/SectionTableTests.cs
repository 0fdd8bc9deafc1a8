using Throng.Measurement;
using Throng.Report;
using Xunit;

namespace Throng.Tests;

public sealed class SectionTableTests
{
    [Fact]
    public void Rows_stand_below_each_other_and_what_is_0_everywhere_is_left_out()
    {
        Histogram life = new();
        life.Record(1_500_000);
        Node table = Node.ListOf(
            new Section
            {
                ["rate_per_s"] = 50.0, ["missed"] = 0, ["life_ns"] = LatencySummary.From(life),
                ["outcomes"] = new Section { ["ok"] = 1, ["timed_out"] = 2 },
            },
            new Section
            {
                ["rate_per_s"] = 1000.0, ["missed"] = 0, ["life_ns"] = LatencySummary.Empty,
                ["outcomes"] = new Section { ["ok"] = 3 },
            });
        Assert.True(SectionTable.Fits(table));
        Assert.Equal(
            """
            rate/s  life p50  life p99  outcomes
                50   1.50 ms   1.50 ms  ok 1, timed out 2
             1,000         -         -  ok 3
            """,
            string.Join('\n', SectionTable.Lines(table)));
        Assert.False(SectionTable.Fits(Node.ListOf("a", "b")));
        Assert.False(SectionTable.Fits(Node.ListOf(Array.Empty<Node>())));
    }

    [Fact]
    public void What_few_rows_say_in_words_is_last_and_a_section_has_the_unit_of_its_name()
    {
        Node table = Node.ListOf(
            new Section
            {
                ["server"] = "a", ["not_run"] = Node.Null, ["rounds"] = 3,
                ["cpu_ns"] = new Section { ["user"] = 10_000_000, ["system"] = 0 },
            },
            new Section { ["server"] = "bb", ["not_run"] = "for some reason" });
        Assert.Equal(
            """
            server  rounds                        cpu  not run
                 a       3  user 10.0 ms, system 0 ns  -
                bb       -                          -  for some reason
            """,
            string.Join('\n', SectionTable.Lines(table)));
    }
}
