using System.Text;
using Throng.Cluster;
using Xunit;

namespace Throng.Tests.Cluster;

/// <summary>A key that holds its value although single puts fail, and are applied late.</summary>
public class KeptKeyTests
{
    [Fact]
    public void A_put_that_failed_is_tried_again_until_it_is_there()
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            (VirtualTime time, SimulatedServer server, _) = Begin(seed);
            KeptKey key = Write(time, server, "first", isAlive: static () => true);
            time.RunUntil(12_000_000_000, static () => false);
            Assert.False(key.IsWriting);
            Assert.False(key.IsFailed);
            (ReadOnlyMemory<byte>? data, ulong revision) = server.Get(Bucket.Plans, "key");
            Assert.Equal(("first", revision), (Encoding.UTF8.GetString(data!.Value.Span), key.Revision));
        }
    }

    [Fact]
    public void A_put_of_an_earlier_writer_that_is_applied_late_overwrites_nothing()
    {
        for (ulong seed = 1; seed <= 30; seed++)
        {
            (VirtualTime time, SimulatedServer server, long electedNs) = Begin(seed);
            _ = Write(time, server, "first", isAlive: () => time.NowNs < electedNs / 2);
            time.RunUntil(electedNs + 500_000_000, static () => false);
            KeptKey second = Write(time, server, "second", isAlive: static () => true);
            time.RunUntil(60_000_000_000, static () => false);
            (ReadOnlyMemory<byte>? data, ulong revision) = server.Get(Bucket.Plans, "key");
            Assert.Equal(("second", revision), (Encoding.UTF8.GetString(data!.Value.Span), second.Revision));
        }
    }

    [Fact]
    public void A_value_that_cannot_be_written_is_given_up_after_a_while()
    {
        VirtualTime time = new(1);
        SimulatedServer server = new(time) { Faults = new ClusterFaults { ReadUnknown = 1 } };
        KeptKey key = Write(time, server, "first", isAlive: static () => true);
        time.RunUntil(14_000_000_000, static () => false);
        Assert.True(key.IsWriting);
        time.RunUntil(20_000_000_000, static () => false);
        Assert.Equal((false, true, 0UL), (key.IsWriting, key.IsFailed, key.Revision));
    }

    /// <summary>A server that elects a leader, for as long as is returned.</summary>
    private static (VirtualTime Time, SimulatedServer Server, long ElectedNs) Begin(ulong seed)
    {
        VirtualTime time = new(seed);
        SimulatedServer server = new(time);
        long electedNs = time.DrawMs(4_000, 7_000);
        server.Elect(electedNs);
        return (time, server, electedNs);
    }

    private static KeptKey Write(VirtualTime time, SimulatedServer server, string value, Func<bool> isAlive)
    {
        KeptKey? key = null;
        long id = 0;
        SimulatedBus bus = new(time, server, value, happened =>
        {
            _ = isAlive() && (happened is Stored stored ? key!.Take(stored, time.NowNs)
                : happened is Found found && key!.Take(found, time.NowNs));
        });
        server.Add(bus);
        key = new KeptKey(bus, Bucket.Plans, "key", () => ++id);
        bus.ConnectAfter(0);
        time.After(1, () => key.Write(Encoding.UTF8.GetBytes(value), time.NowNs));
        Tick();
        return key;

        void Tick()
        {
            if (isAlive())
            {
                time.After(50_000_000, () =>
                {
                    key.Tick(time.NowNs);
                    Tick();
                });
            }
        }
    }
}
