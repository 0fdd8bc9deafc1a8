using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests;

/// <summary>A limit that is reached is named once, however often it is looked at.</summary>
public sealed class LimitWatchTests
{
    [Fact]
    public void Each_limit_is_one_event_and_one_line()
    {
        LimitWatch watch = new();
        RunRecord record = new();
        RunDocument calm = SampleRun.Held with { Network = new NetworkCounters() };
        watch.Judge(calm, () => calm, record, 1);
        Assert.Empty(watch.Take());
        Assert.Empty(record.Events);

        RunDocument full = calm with { Network = new NetworkCounters { TimeWaitOverflows = 1 } };
        RunDocument known = full with
        {
            Limits = new RunLimits { Sysctls = new Section { ["net.ipv4.tcp_max_tw_buckets"] = 16 } },
        };
        watch.Judge(full, () => known, record, 2);
        watch.Judge(full with { Network = new NetworkCounters { TimeWaitOverflows = 5 } }, () => known, record, 3);
        RunEvent noted = Assert.Single(record.Events);
        Assert.Equal(new RunEvent(2, "limit: more connections were closed than TIME_WAIT has room for"), noted);
        string line = Assert.Single(watch.Take());
        Assert.StartsWith(noted.What + " (1 found none", line, StringComparison.Ordinal);
        Assert.Contains("net.ipv4.tcp_max_tw_buckets is 16; ", line, StringComparison.Ordinal);
        Assert.Empty(watch.Take());

        watch.Judge(full with { Network = full.Network! with { MemoryAborts = 1 } }, () => known, record, 4);
        Assert.Equal(2, record.Events.Count);
        Assert.Single(watch.Take());
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(0, 0)]
    [InlineData(65_535, 65_535)]
    public void Where_ports_ran_out_is_one_word(int target, int? path)
    {
        PortsSpent spent = new(target, path);
        Assert.NotEqual(0, spent.Word);
        Assert.Equal(spent, PortsSpent.From(spent.Word));
    }
}
