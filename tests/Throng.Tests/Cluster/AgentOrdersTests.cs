using Throng.Cluster;
using Xunit;

namespace Throng.Tests.Cluster;

/// <summary>Orders that come at a bad moment, and agents that start anew.</summary>
public class AgentOrdersTests
{
    [Fact]
    public void An_order_is_answered_though_its_part_ends_meanwhile()
    {
        for (int ms = 0; ms < 60; ms += 2)
        {
            CalmCluster cluster = new(1);
            SimulatedController alice = cluster.Lead("alice");
            cluster.WaitUntil(alice, ControllerPhase.Running);
            cluster.Wait(1);
            alice.Say("set 5");
            cluster.Wait(ms / 1e3);
            Assert.Single(cluster.Jobs).Crash();
            cluster.Wait(20);
            cluster.Agents[0].CheckIsFree();
            alice.CheckAnswers();
        }
    }

    [Fact]
    public void An_order_to_prepare_that_comes_after_the_end_starts_nothing()
    {
        CalmCluster cluster = new(1);
        SimulatedController alice = cluster.Lead("alice", seconds: 2);
        cluster.WaitUntil(alice, ControllerPhase.Over);
        OrderAnswer answer = Ask(cluster, new Order
        {
            Kind = OrderKind.Prepare, Run = "one", Controller = "alice", Fence = ulong.MaxValue, Part = "1/1",
            Words = SimulatedJobs.Words(2_000),
        });
        Assert.False(answer.IsDone);
        Assert.Equal("run one is over here", answer.Text);
        Assert.Single(cluster.Jobs);
    }

    [Fact]
    public void Whoever_comes_second_is_refused_by_name()
    {
        CalmCluster cluster = new(1);
        SimulatedController alice = cluster.Lead("alice");
        cluster.WaitUntil(alice, ControllerPhase.Running);
        OrderAnswer answer = Ask(cluster, new Order
        {
            Kind = OrderKind.Prepare, Run = "two", Controller = "bob", Fence = 9, Part = "1/1",
            Words = SimulatedJobs.Words(2_000),
        });
        Assert.Equal((false, "agent0 is busy with run one of alice"), (answer.IsDone, answer.Text));
    }

    [Fact]
    public void An_agent_of_another_version_says_so()
    {
        CalmCluster cluster = new(1);
        OrderAnswer answer = Ask(cluster, new Order
        {
            Kind = OrderKind.Examine, Protocol = 7, Version = "9.9", Controller = "alice", Part = "1/1",
        });
        Assert.Equal(
            "this agent is throng 0.1.0 and the controller alice throng 9.9: they do not understand each other; run "
                + "the same version everywhere", answer.Text);
    }

    [Fact]
    public void A_result_that_is_left_after_the_agent_has_started_anew_is_taken_up()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            CalmCluster cluster = new(3, seed);
            SimulatedController alice = cluster.Lead("alice", seconds: 60);
            cluster.WaitUntil(alice, ControllerPhase.Running);
            cluster.Wait(3);
            cluster.Agents.ForEach(agent => agent.Kill());
            cluster.Agents.ForEach(agent => agent.Start()); // its parts still end
            cluster.WaitUntil(alice, ControllerPhase.Over);
            Assert.All(alice.Machine.Parts, part => Assert.NotNull(part.Result));
            cluster.Wait(1);
            cluster.Agents.ForEach(agent => agent.CheckIsFree());
        }
    }

    private static OrderAnswer Ask(CalmCluster cluster, Order order)
    {
        OrderAnswer? answer = null;
        SimulatedBus probe = new(cluster.Time, cluster.Server, "probe", happened =>
        {
            if (happened is Answered { Data: { } data })
            {
                _ = ClusterJson.TryRead(data, out answer);
            }
        });
        cluster.Server.Add(probe);
        probe.ConnectAfter(0);
        cluster.Wait(0.1);
        probe.Ask(1, ClusterProtocol.OrdersTo("agent0"), ClusterJson.Write(order), TimeSpan.FromSeconds(1));
        cluster.Wait(2);
        Assert.NotNull(answer);
        return answer;
    }
}
