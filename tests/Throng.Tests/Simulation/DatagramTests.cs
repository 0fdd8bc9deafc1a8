using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>
/// Real loops that ask over datagrams and echo them, while datagrams are lost, doubled and overtaken.
/// </summary>
public sealed class DatagramTests
{
    private static readonly ulong Seeds = (ulong)Suite.Rounds(few: 60, all: 400);
    private static readonly SockAddr Target = SockAddr.FromIPv4(0x0A00_0001, 5353);

    [Fact]
    public void Every_answer_is_a_whole_question_and_the_sums_hold_whatever_the_network_does()
    {
        AskTally all = new();
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            Prng random = new(seed);
            AskTally one = Run(seed, FaultPlan.Draw(ref random), out _);
            all.Asked += one.Asked;
            all.Answered += one.Answered;
            all.Repeated += one.Repeated;
        }

        // The plans are not all quiet: what is to be borne did happen.
        Assert.True(all.Answered < all.Asked, "some were lost");
        Assert.True(all.Repeated > 0, "some came twice");
    }

    [Fact]
    public void Without_a_fault_every_question_is_answered_once()
    {
        AskTally tally = Run(1, FaultPlan.None, out _);
        Assert.Equal(Asker.Connections * Asker.QuestionsPerConnection, tally.Asked);
        Assert.Equal(tally.Asked, tally.Answered);
        Assert.Equal(0, tally.Repeated);
    }

    [Fact]
    public void A_seed_gives_the_same_run_every_time()
    {
        Prng random = new(7);
        FaultPlan faults = FaultPlan.Draw(ref random) with { DatagramLost = 0.2, DatagramOvertaken = 0.3 };
        Run(7, faults, out ulong first);
        Run(7, faults, out ulong second);
        Run(8, faults, out ulong other);
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    private static AskTally Run(ulong seed, FaultPlan faults, out ulong trace)
    {
        SimulatedNetwork network = new(seed, faults);
        using Slab serverSlab = new(4);
        using Slab clientSlab = new(Asker.Connections);
        using BufferPool serverPool = new(32);
        using BufferPool clientPool = new(32);
        using SimulatedBackend server = new(network, serverSlab, serverPool);
        using SimulatedBackend client = new(network, clientSlab, clientPool);
        ListenSpec listen = new(Target, 1, SharesPort: false, DualStack: false, Transport.Datagram);
        Assert.Equal(0, server.Listen(listen, 0, out SockAddr bound));

        using AddressPlan none = new([], [], PortSpan.From(1, 0), 0);
        using AddressPlan plan = new([Target], [SockAddr.FromIPv4(0x0A00_0101, 0)], PortSpan.From(20_000, 20_999),
            seed);
        SocketOptions options = new(0, 0, Transport.Datagram);
        Shard serving = new(server, serverSlab, none, new ShardSpec(0, 1, seed, default, Listeners: 1));
        Shard asking = new(client, clientSlab, plan, new ShardSpec(0, 1, seed, options));
        AskTally tally = new();
        EventLoop<Echo> echo = new(serving, new Echo(ServeMode.Echo, [bound]));
        EventLoop<Asker> asker = new(asking, new Asker(tally));
        echo.Start();
        asker.Start();
        while (!asker.IsFinished)
        {
            Assert.True(network.NowNs < 600_000_000_000, $"seed {seed} ends");
            Step(network, (client, asker), (server, echo));
        }

        for (int turn = 0; turn < 50; turn++)
        {
            Step(network, (server, echo)); // what is still on its way
        }

        Counters counts = asking.Counters[(int)Role.Client];
        Assert.Equal(counts[Counter.Attempts], counts[Counter.Opened] + counts.ConnectFailedTotal);
        Assert.Equal(counts[Counter.Opened], counts.ClosedTotal);
        Assert.Equal(0, counts.Closed(CloseReason.PeerClosed));
        Counters served = serving.Counters[(int)Role.Server];
        Assert.Equal(
            served[Counter.DatagramsReceived], served[Counter.DatagramsSent] + served[Counter.DatagramsDropped]);
        Assert.Equal(0, plan.InUse);
        Assert.Equal(0, clientPool.Rented);
        Assert.Equal(0, serverPool.Rented);
        Assert.Equal(0, client.OutboxesUsed);
        trace = network.TraceHash;
        return tally;
    }

    private static void Step(SimulatedNetwork network, params ReadOnlySpan<(SimulatedBackend Backend, ILoop Loop)> all)
    {
        long nextNs = network.NextEventNs;
        bool hasTurned = false;
        foreach ((SimulatedBackend backend, ILoop loop) in all)
        {
            if (backend.WakesAtNs <= network.NowNs)
            {
                loop.Turn();
                hasTurned = true;
            }

            nextNs = Math.Min(nextNs, backend.WakesAtNs);
        }

        if (!hasTurned)
        {
            network.RunUntil(Math.Max(network.NowNs, nextNs));
        }
    }
}
