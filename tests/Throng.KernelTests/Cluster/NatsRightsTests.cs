using Throng.Cluster;
using Throng.Nats;
using Xunit;

namespace Throng.KernelTests;

/// <summary>An agent with the rights of the printed configuration.</summary>
public sealed class NatsRightsTests
{
    private static readonly byte[] Something = [1, 2, 3];

    [Fact]
    public void An_agent_can_do_all_that_an_agent_does()
    {
        using NatsCase nats = Start(out BusSpec spec);
        NatsParticipant controller = nats.Control("throng.r.fig.>");
        NatsParticipant agent = nats.Connect(spec with { Subjects = ["throng.agent.a1.>", "throng.r.rate"] });
        _ = controller.Put(Bucket.Plans, "run", Something);
        controller.Bus.Publish("throng.r.rate", Something);
        Assert.Equal("throng.r.rate", agent.Next<Received>().Subject);

        Assert.Equal(PutOutcome.Done, agent.Put(Bucket.Agents, "a1", Something).Outcome);
        Assert.Equal(PutOutcome.Done, agent.Put(Bucket.Agents, "a1", Something).Outcome);
        Assert.Equal(Something, agent.Get(Bucket.Plans, "run").Data!.Value.ToArray());
        Assert.Null(agent.Get(Bucket.Leads, "run").Data);
        Assert.Equal(["run"], agent.List(Bucket.Plans).Values!.Keys);
        Assert.True(agent.Save("run/a1", Peer.Pattern(300_000)).IsWhole);
        Assert.True(agent.Save("run/a1", Peer.Pattern(400_000)).IsWhole);
        Assert.Equal(400_000, agent.Load("run/a1").Document!.Value.Length);
        agent.Bus.Publish("throng.r.fig.a1", Something);
        Assert.Equal("throng.r.fig.a1", controller.Next<Received>().Subject);

        controller.Bus.Ask(100, "throng.agent.a1.order", Something, Eventually.Patience);
        agent.Bus.Answer(agent.Next<Received>().ReplyTo!, Something);
        Assert.Equal(Something, controller.Next<Answered>().Data!.Value.ToArray());
        agent.Bus.Remove(Bucket.Agents, "a1");
        Eventually.Holds(() => agent.Get(Bucket.Agents, "a1").Data is null, () => "it is there");
        Assert.False(agent.Has<BusRefused>(), string.Join(", ", agent.Seen.OfType<BusRefused>()));
    }

    [Fact]
    public void An_agent_cannot_speak_for_another_one()
    {
        using NatsCase nats = Start(out BusSpec spec);
        NatsParticipant controller = nats.Control("throng.>");
        NatsParticipant agent = nats.Connect(spec);
        agent.Bus.Publish("throng.r.fig.a2", Something);
        Assert.Contains("throng.r.fig.a2", agent.Next<BusRefused>().Reason, StringComparison.Ordinal);
        agent.Bus.Publish("throng.agent.a2.order", Something);
        Assert.Contains("throng.agent.a2.order", agent.Next<BusRefused>().Reason, StringComparison.Ordinal);
        agent.Bus.Put(1_000, Bucket.Agents, "a2", Something);
        Assert.Contains("throng-agents.a2", agent.Next<BusRefused>().Reason, StringComparison.Ordinal);
        Assert.Equal(PutOutcome.Unknown, agent.Next<Stored>().Outcome);
        agent.Bus.Put(1_001, Bucket.Plans, "run", Something);
        Assert.Contains("throng-plan.run", agent.Next<BusRefused>().Reason, StringComparison.Ordinal);
        Assert.Empty(controller.List(Bucket.Agents).Values!);
        Assert.False(controller.Has<Received>());

        BusSpec listener = spec with { Subjects = ["throng.agent.a2.>"] };
        NatsParticipant curious = nats.Connect(listener);
        Assert.Contains("throng.agent.a2.>", curious.Next<BusRefused>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_is_for_its_owner_alone_and_has_no_secret_of_a_key()
    {
        using NatsCase nats = Start(out BusSpec spec);
        string path = Assert.Single(Directory.GetFiles(nats.Folder, "nats-server.conf", SearchOption.AllDirectories));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.DoesNotContain(File.ReadAllText(spec.NkeyPath!), File.ReadAllText(path), StringComparison.Ordinal);
    }

    /// <summary>
    /// A server that knows the agents a1, by a key, and a2, by a password; with what a1 connects with.
    /// </summary>
    private static NatsCase Start(out BusSpec spec)
    {
        (NatsUser user, string seed) = NatsUser.WithKey("a1");
        NatsCase nats = NatsCase.Start(server => server with { Agents = [user, NatsUser.WithPassword("a2")] });
        string path = Path.Combine(nats.Folder, "a1.nk");
        File.WriteAllText(path, seed);
        spec = nats.Spec("a1") with { Servers = [nats.Server.UrlOf(null)], NkeyPath = path };
        return nats;
    }
}
