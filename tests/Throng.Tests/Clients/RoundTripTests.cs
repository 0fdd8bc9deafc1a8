using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.Tests;

/// <summary>The closed loop against a server that echoes and one that does not, in the simulated network.</summary>
public class RoundTripTests
{
    private const int Connections = 20;
    private static readonly SockAddr[] Listen = [SockAddr.FromIPv4(0x7F00_0001, 7000)];

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(5000)] // longer than the pattern
    [InlineData(20_000)] // longer than a buffer
    public void Every_message_comes_back_however_the_network_cuts_it(int messageBytes)
    {
        for (ulong seed = 1; seed <= (ulong)Suite.Rounds(few: 4, all: 20); seed++)
        {
            FaultPlan rough = FaultPlan.None with { WriteIsPartial = 0.3, ReadIsPartial = 0.3, WriteIsSplit = 0.3 };
            SimulatedNetwork network = new(seed, rough);
            Both<RoundTrip, Echo> workload = new(Client(messageBytes, 0), new Echo(ServeMode.Echo, Listen));
            using SimulatedWorker<Both<RoundTrip, Echo>> worker = new(network, Plan(seed), workload);
            Run(network, worker, 4000);
            Counters client = worker.Client;
            Assert.Equal(Connections, client.Open);
            Assert.True(client.MessagesAnswered > 20, $"seed {seed}: {client.MessagesAnswered} answers");
            Assert.Equal(Connections, client.MessagesSent - client.MessagesAnswered);

            worker.Shard.Post(new Command(CommandKind.Drain, 0));
            Run(network, worker, 100_000);
            Assert.True(worker.IsFinished);
            Assert.Equal(client.MessagesSent, client.MessagesAnswered);
            Assert.Equal(client.MessagesAnswered, worker.Shard.Latencies.Response.Count);
            Assert.Equal(Connections, client.Closed(CloseReason.Drained));
        }
    }

    [Fact]
    public void Messages_of_the_warm_up_are_not_counted()
    {
        SimulatedNetwork network = new(1, FaultPlan.None);
        Both<RoundTrip, Echo> workload = new(Client(64, long.MaxValue / 2), new Echo(ServeMode.Echo, Listen));
        using SimulatedWorker<Both<RoundTrip, Echo>> worker = new(network, Plan(1), workload);
        Run(network, worker, 4000);

        Assert.True(worker.Client.BytesReceived > 64 * Connections);
        Assert.Equal(0, worker.Client.MessagesSent);
        Assert.Equal(0, worker.Client.MessagesAnswered);
        Assert.Equal(0, worker.Shard.Latencies.Response.Count);
    }

    [Fact]
    public void A_wrong_byte_is_an_invalid_message_and_ends_its_connection()
    {
        SimulatedNetwork network = new(1, FaultPlan.None);
        using SimulatedWorker<Both<RoundTrip, Liar>> worker = new(network, Plan(1), new(Client(64, 0), default));
        Run(network, worker, 500);
        Counters client = worker.Client;

        Assert.Equal(0, client.MessagesAnswered);
        Assert.True(client.MessagesInvalid > 0);
        Assert.Equal(client.MessagesInvalid, client.Closed(CloseReason.InvalidReply));
    }

    private static RoundTrip Client(int messageBytes, long warmUpNs) => new(
        new RoundTripSpec
        {
            Connections = Connections,
            Targets = Listen,
            MessageBytes = messageBytes,
            WarmUpNs = warmUpNs,
        },
        Listen.Length,
        ownsTargets: false);

    private static WorkerPlan Plan(ulong seed) => new()
    {
        Connections = 64,
        Targets = Listen,
        Sources = [SockAddr.FromIPv4(0x7F00_0001, 0)],
        Ports = PortSpan.Of(20_000, 20_999),
        Listen = Listen,
        Shard = new ShardSpec(0, 1, seed, default),
    };

    private static void Run(SimulatedNetwork network, SimulatedWorker worker, int turns)
    {
        for (int i = 0; i < turns && !worker.IsFinished; i++)
        {
            if (!worker.IsRunnable(network.NowNs))
            {
                network.RunUntil(Math.Min(network.NextEventNs, worker.Backend.WakesAtNs));
            }

            worker.Turn();
        }
    }

    /// <summary>Answers with as many bytes, and all of them wrong.</summary>
    private struct Liar : IWorkload
    {
        public readonly long NextArrivalNs => long.MaxValue;

        public readonly bool IsFinished => false;

        public readonly void OnStart(ref Act act)
        {
        }

        public readonly void OnArrival(ref Act act)
        {
        }

        public readonly void OnOpened(ref Act act, Handle connection, ref ConnectionState state) =>
            act.Receive(connection, ReceiveMode.Stream);

        public readonly void OnReceived(
            ref Act act, Handle connection, ref ConnectionState state, scoped ReadOnlySpan<byte> bytes, ref Lease lease)
        {
            ref long sentBytes = ref ConnectionState.As<long>(ref state);
            act.Send(connection, bytes.Length, sentBytes);
            sentBytes += bytes.Length;
        }

        public readonly void OnSent(ref Act act, Handle connection, ref ConnectionState state, int bytes, long sentNs)
        {
        }

        public readonly void OnPeerFinished(ref Act act, Handle connection, ref ConnectionState state) =>
            act.Close(connection, CloseReason.PeerClosed);

        public readonly void OnTimer(ref Act act, Handle connection, ref ConnectionState state, byte timer)
        {
        }

        public readonly void OnFacts(
            ref Act act, Handle connection, ref ConnectionState state, int result, in ConnectionFacts facts)
        {
        }

        public readonly void OnClosed(
            ref Act act, Handle connection, ref ConnectionState state, CloseReason reason, Phase phase, int errno)
        {
        }

        public readonly void OnCommand(ref Act act, in Command command) => command.Question?.Done();

        public readonly void Produce(Handle connection, long streamOffset, Span<byte> destination) =>
            destination.Clear();
    }
}
