using Throng.Engine;
using Throng.Measurement;
using Throng.Simulation;
using Throng.Tests.PacketTcp;
using Xunit;

namespace Throng.Tests.PacketQueues;

/// <summary>Several workers on one wire whose frames come to any of their queues, whosever they are.</summary>
public sealed class SharedWireTests
{
    private const int Workers = 3;
    private const int Connections = 12;
    private const int Bytes = 20_000;
    private static readonly PortSpan Ports = PortSpan.From(10_000, 10_299);

    [Fact]
    public void No_frame_is_lost_and_none_is_answered_by_another()
    {
        PacketCounts[] counts = Run(seed: 1, WireFaults.None, out long passed, out EchoPeer peer);
        Assert.True(passed > 100, "frames came to queues of others");
        Assert.All(counts, static one => Assert.Equal(
            (0, 0, 0, 0), (one.NotOurs, one.ResetsOut, one.Retransmits, one.Malformed)));
        Assert.Equal((0, 0, Workers * Connections), (peer.Resets, peer.Unreadable, peer.Opened));
    }

    [Fact]
    public void Every_byte_is_right_over_a_bad_wire() => Parallel.For(1, 41, seed =>
    {
        _ = Run((ulong)seed, WireFaults.Of((ulong)seed), out long passed, out EchoPeer peer);
        Assert.True(passed > 0 && peer.Lies == 0, $"seed {seed}");
    });

    private static PacketCounts[] Run(ulong seed, WireFaults faults, out long passed, out EchoPeer peer)
    {
        SimulatedWire wire = new(seed, faults);
        peer = new EchoPeer(wire, new EchoPeerPlan());
        wire.Peer = peer;
        SimulatedPort[] queues = [.. Enumerable.Range(0, Workers).Select(_ => new SimulatedPort(wire, 512))];
        Prng random = new(seed ^ 0x71);
        wire.Queue = () => queues[(int)random.NextInRange(0, Workers - 1)];
        using SharedPorts ports = new(queues, new FrameOwners(Ports, Workers));
        WireClient[] clients =
        [
            .. queues.Select((queue, worker) =>
                new WireClient(wire, queue, ports[worker], firstPort: Ports.Slice(worker, Workers)[0])),
        ];
        foreach (WireClient client in clients)
        {
            for (int i = 0; i < Connections; i++)
            {
                _ = client.Open(isIPv6: i % 2 == 1);
            }
        }

        RunUntil(wire, clients, ports, static story => story.IsOpen);
        foreach ((WireClient client, WireStory story) in Stories(clients))
        {
            client.Send(client.HandleOf(story), Bytes);
        }

        RunUntil(wire, clients, ports, static story => story.ReceivedBytes == Bytes);
        foreach ((WireClient client, WireStory story) in Stories(clients))
        {
            client.Close(client.HandleOf(story));
        }

        RunUntil(wire, clients, ports, static story => story.Closed == 0);
        PacketCounts[] counts = [.. clients.Select(static client => client.Backend.Counts)];
        passed = queues.Select((_, worker) => ports[worker].Counts.Passed).Sum();
        Assert.Equal(0, queues.Select((_, worker) => ports[worker].Counts.PassFull).Sum());
        foreach (WireClient client in clients)
        {
            Assert.Equal(0, client.Pool.Rented);
            Assert.Equal(0, client.Slab.Used);
            client.Dispose();
        }

        return counts;
    }

    private static IEnumerable<(WireClient Client, WireStory Story)> Stories(WireClient[] clients) =>
        clients.SelectMany(static client => client.Stories.Select(story => (client, story)));

    /// <summary>Turns workers and wire until it holds of every connection.</summary>
    private static void RunUntil(
        SimulatedWire wire, WireClient[] clients, SharedPorts ports, Func<WireStory, bool> holds)
    {
        long endNs = wire.NowNs + (900 * Ns.Second);
        while (!Stories(clients).All(one => holds(one.Story)))
        {
            Assert.True(wire.NowNs < endNs, "no stall");
            bool isBusy = false;
            foreach (WireClient client in clients)
            {
                isBusy |= client.Poll(endNs);
            }

            if (!isBusy && !HaveFrames(ports))
            {
                long wakesAtNs = clients.Min(static client => client.Port.WakesAtNs);
                wire.RunUntil(Math.Max(wire.NowNs, Math.Min(Math.Min(wakesAtNs, wire.NextEventNs), endNs)));
            }
        }
    }

    private static bool HaveFrames(SharedPorts ports) =>
        Enumerable.Range(0, Workers).Any(from => Enumerable.Range(0, Workers).Any(
            to => from != to && ports.Ring(from, to).HasFrames));
}
