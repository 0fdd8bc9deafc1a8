using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Simulation;
using Xunit;

namespace Throng.Tests;

/// <summary>A list has as many rows as were asked for, whatever facts of other connections come meanwhile.</summary>
public sealed class ListingTests
{
    private const int Connections = 20;
    private const int Asked = 5;
    private static readonly SockAddr[] Listen = [SockAddr.FromIPv4(0x7F00_0001, 7000)];

    [Fact]
    public void Facts_that_come_by_themselves_are_no_rows_of_a_list()
    {
        int ended = 0;
        for (ulong seed = 1; seed <= 40; seed++)
        {
            SimulatedNetwork network = new(seed, FaultPlan.None);
            WorkerPlan plan = new()
            {
                Connections = 200,
                Targets = Listen,
                Sources = [SockAddr.FromIPv4(0x7F00_0001, 0)],
                Ports = PortSpan.From(20_000, 20_999),
                Listen = Listen,
                Shard = new ShardSpec(0, 1, seed, new SocketOptions(0, 0, TellsEnd: true)),
            };
            HoldSpec spec = new()
            {
                Connections = Connections, Ping = true, PingIntervalMinNs = 100_000, PingIntervalMaxNs = 900_000,
            };
            using SimulatedWorker<Both<Hold, Echo>> worker = new(
                network, plan, new(new Hold(spec, 1, ownsTargets: true), new Echo(ServeMode.Echo, Listen)));
            Turn(network, worker, () => worker.Client.Open == Connections);

            // Their ends tell facts too.
            network.Faults = FaultPlan.None with { ResetMidStream = 0.5, CompletionIsLate = 0.8 };
            long before = worker.Client.Closed(CloseReason.Reset);
            using Question question = new(1);
            worker.Shard.Post(new WorkerMessage(WorkerMessageKind.List, Asked, question));
            Turn(network, worker, () => question.Wait(TimeSpan.Zero));
            Assert.Equal(Asked, question.Rows.Count);
            Assert.InRange(question.Omitted, 0, Connections - Asked);
            ended += (int)(worker.Client.Closed(CloseReason.Reset) - before);
        }

        Assert.True(ended > 0, "some ended meanwhile");
    }

    private static void Turn(SimulatedNetwork network, SimulatedWorker worker, Func<bool> isDone)
    {
        for (int turn = 0; !isDone(); turn++)
        {
            Assert.True(turn < 100_000, "it comes to its end");
            if (!worker.IsRunnable(network.NowNs))
            {
                network.RunUntil(Math.Min(network.NextEventNs, worker.Backend.WakesAtNs));
            }

            worker.Turn();
            network.RunUntil(network.NowNs + 50_000); // time goes on, whoever is ready
        }
    }
}
