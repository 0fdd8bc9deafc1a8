using System.Text.Json;
using NATS.Client.Core;
using Throng.Cluster;
using Throng.Nats;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Three nodes, of which one dies.</summary>
public sealed class NatsNodesTests
{
    [Fact]
    public void A_plan_survives_the_node_that_leads_it()
    {
        using NatsCase nats = NatsCase.StartThree();
        NatsParticipant controller = nats.Control();
        NatsParticipant agent = nats.Connect(nats.Spec("a1"));
        Stored first = controller.Put(Bucket.Plans, "run", "one"u8.ToArray(), 0);
        Assert.Equal(PutOutcome.Done, first.Outcome);
        (string leader, int copies) = Leader(nats);
        Assert.Equal(3, copies);

        nats.Servers.Single(server => server.Configuration.NodeName == leader).Kill();
        Stored second = controller.Put(Bucket.Plans, "run", "two"u8.ToArray(), first.Revision);
        Eventually.Holds(
            () =>
            {
                // Nobody knows whether it was written: what a writer does then is to read, and to write again.
                Found there = controller.Get(Bucket.Plans, "run");
                if (there.Revision == first.Revision)
                {
                    second = controller.Put(Bucket.Plans, "run", "two"u8.ToArray(), first.Revision);
                }

                return there.Data is { } data && data.Span.SequenceEqual("two"u8);
            },
            () => $"{second}",
            everyMs: 200);
        Eventually.Holds(
            () => agent.Get(Bucket.Plans, "run").Data is { } data && data.Span.SequenceEqual("two"u8),
            () => "the agent does not see it",
            everyMs: 200);
        Eventually.Holds(() => controller.Bus.IsConnected && agent.Bus.IsConnected, () => "not connected");
        controller.HasOneOutcomeEach();
    }

    /// <summary>The node that leads the plans, and on how many they are.</summary>
    private static (string Leader, int Copies) Leader(NatsCase nats)
    {
        BusSpec spec = nats.Spec("looker");
        NatsOpts options = new() { Url = string.Join(',', spec.Servers), SocketConnectionFactory = spec.Sockets };
        NatsConnection connection = new(options);
        string text = Task.Run(async () =>
        {
            NatsMsg<string> told = await connection
                .RequestAsync<string, string>("$JS.API.STREAM.INFO.KV_throng-plan", "");
            await connection.DisposeAsync();
            return told.Data!;
        }).GetAwaiter().GetResult();
        using JsonDocument document = JsonDocument.Parse(text);
        return (
            document.RootElement.GetProperty("cluster").GetProperty("leader").GetString()!,
            document.RootElement.GetProperty("config").GetProperty("num_replicas").GetInt32());
    }
}
