using System.Collections.Concurrent;
using System.Reflection;
using Throng.Engine;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests.PacketTcp;

/// <summary>The TCP of the packet engine over a wire with faults, seed by seed.</summary>
public sealed class WireTests
{
    /// <summary>More seeds than the few of every build: THRONG_WIRE_SEEDS.</summary>
    private static int Seeds =>
        int.TryParse(Environment.GetEnvironmentVariable("THRONG_WIRE_SEEDS"), out int seeds) ? seeds : 300;

    [Fact]
    public void Bytes_come_back_right_over_a_calm_wire()
    {
        SimulatedWire wire = new(1, WireFaults.None);
        EchoPeer peer = new(wire, new EchoPeerPlan());
        wire.Peer = peer;
        using WireClient client = new(wire);
        Handle one = client.Open();
        Assert.True(client.RunUntil(() => client[one].IsOpen));
        client.Send(one, 200_000);
        Assert.True(client.RunUntil(() => client[one].ReceivedBytes == 200_000), "the echo comes");
        Assert.Equal(0, client.Backend.Counts.Retransmits);
        Assert.True(client.RunUntil(() => client.Backend.InUse == (0, 0)), "nothing is kept of an idle connection");
        client.Close(one);
        Assert.True(client.RunUntil(() => client[one].Closed == 0 && peer.Open == 0));
        Assert.Equal(0, peer.Unreadable);
        Assert.Equal(0, peer.Resets);
    }

    [Fact]
    public void Every_seed_comes_to_its_end()
    {
        List<string> failures = [];
        ConcurrentBag<PacketCounts> counts = [];
        long spared = 0;
        Parallel.For(1, Seeds + 1, seed =>
        {
            WireRun run = new((ulong)seed);
            Exception? failure = Record.Exception(run.Run);
            counts.Add(run.Counts);
            _ = Interlocked.Add(ref spared, run.Peer.Spared);
            if (failure is not null)
            {
                lock (failures)
                {
                    failures.Add($"seed {seed}: {failure.Message} {failure.StackTrace}");
                }
            }
        });

        Assert.True(failures.Count == 0, $"{failures.Count} of {Seeds}: {string.Join("\n", failures.Take(3))}");

        // What was never met was never tried.
        Assert.True(spared > 0, "something is selectively acknowledged in some seed");
        foreach (FieldInfo one in typeof(PacketCounts).GetFields().Where(field => field.Name != "IcmpErrors"))
        {
            Assert.True(counts.Sum(all => (long)one.GetValue(all)!) > 0, $"{one.Name} is met in some seed");
        }
    }
}
