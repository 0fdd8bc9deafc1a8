using Throng.Cluster;
using Xunit;

namespace Throng.Tests.Cluster;

/// <summary>Runs whose controller is gone, or is followed by another one.</summary>
public class ControllerLossTests
{
    [Fact]
    public void A_run_that_is_to_stop_with_its_controller_ends_after_ten_seconds_and_its_results_can_be_fetched()
    {
        CalmCluster cluster = new(3);
        SimulatedController alice = cluster.Lead("alice", seconds: 300, onLoss: ControllerLoss.Stop);
        cluster.WaitUntil(alice, ControllerPhase.Running);
        cluster.Wait(3);
        alice.Kill();
        cluster.Wait(9);
        Assert.All(cluster.Jobs, job => Assert.False(job.IsOver));
        cluster.Wait(4);
        Assert.All(cluster.Jobs, job => Assert.True(job.IsOver));

        SimulatedController dave = cluster.Attach("dave");
        cluster.WaitUntil(dave, ControllerPhase.Over);
        IsWhole(cluster, dave, parts: 3);
    }

    [Fact]
    public void A_run_that_is_to_finish_goes_on_without_its_controller_and_is_taken_over()
    {
        CalmCluster cluster = new(2);
        SimulatedController alice = cluster.Lead("alice", seconds: 30);
        cluster.WaitUntil(alice, ControllerPhase.Running);
        alice.Kill();
        cluster.Wait(20);
        SimulatedController dave = cluster.Attach("dave");
        cluster.WaitUntil(dave, ControllerPhase.Running);
        Assert.Equal("alice", Line(dave, "takes run one over from "));
        cluster.WaitUntil(dave, ControllerPhase.Over);
        IsWhole(cluster, dave, parts: 2);
        Assert.All(cluster.Jobs, job => Assert.Equal(30, (job.EndedNs - job.BeganNs) / 1e9, tolerance: 1));
    }

    [Fact]
    public void A_run_that_waits_to_begin_is_begun_by_the_controller_that_takes_it_over()
    {
        CalmCluster cluster = new(3);
        SimulatedController alice = cluster.Lead("alice");
        cluster.WaitUntil(alice, ControllerPhase.Preparing);
        cluster.Wait(0.015); // its plan is kept, and not all of its orders are answered
        alice.Kill();
        cluster.Wait(5);
        SimulatedController dave = cluster.Attach("dave");
        cluster.WaitUntil(dave, ControllerPhase.Over);
        IsWhole(cluster, dave, parts: 3);
        long[] begins = [.. cluster.Jobs.Select(job => job.BeganNs)];
        Assert.True(begins.Max() - begins.Min() < 20_000_000);
    }

    [Fact]
    public void An_earlier_controller_that_comes_back_is_refused_and_steps_back()
    {
        CalmCluster cluster = new(2);
        SimulatedController alice = cluster.Lead("alice", seconds: 60);
        cluster.WaitUntil(alice, ControllerPhase.Running);
        alice.StandStill(20_000_000_000);
        cluster.Wait(5);
        SimulatedController dave = cluster.Attach("dave");
        cluster.WaitUntil(dave, ControllerPhase.Running);
        cluster.Wait(16);
        Assert.Equal(ControllerPhase.Refused, alice.Machine.Phase);
        Assert.Contains(alice.Machine.Refusals, line => line == "run one is led by dave, no longer by alice");
        cluster.WaitUntil(dave, ControllerPhase.Over);
        IsWhole(cluster, dave, parts: 2);
    }

    [Fact]
    public void An_earlier_controller_that_comes_back_after_the_end_steps_back_too()
    {
        CalmCluster cluster = new(1);
        SimulatedController alice = cluster.Lead("alice", seconds: 5);
        cluster.WaitUntil(alice, ControllerPhase.Running);
        alice.StandStill(40_000_000_000);
        SimulatedController dave = cluster.Attach("dave");
        cluster.WaitUntil(dave, ControllerPhase.Over);
        cluster.Wait(40);
        Assert.Equal(ControllerPhase.Refused, alice.Machine.Phase);
        Assert.Contains("run one is over, and was led by dave, no longer by alice", alice.Machine.Refusals);
    }

    [Fact]
    public void A_run_that_nobody_tells_to_begin_leaves_its_agents_free_after_a_minute()
    {
        CalmCluster cluster = new(2);
        SimulatedController alice = cluster.Lead("alice");
        cluster.WaitUntil(alice, ControllerPhase.Connecting);
        alice.Kill();
        cluster.Wait(58);
        Assert.All(cluster.Jobs, job => Assert.False(job.IsOver));
        cluster.Wait(5);
        Assert.All(cluster.Jobs, job => Assert.True(job.IsOver));
        cluster.Agents.ForEach(agent => agent.CheckIsFree());
    }

    [Fact]
    public void There_is_nothing_to_take_over_of_a_run_that_is_over()
    {
        CalmCluster cluster = new(1);
        SimulatedController alice = cluster.Lead("alice", seconds: 2);
        cluster.WaitUntil(alice, ControllerPhase.Over);
        cluster.Wait(1);
        SimulatedController dave = cluster.Attach("dave");
        cluster.WaitUntil(dave, ControllerPhase.Refused);
        Assert.Equal(
            "there is no run one: it is over, or was not begun; see throng cluster status",
            Assert.Single(dave.Machine.Refusals));
    }

    [Fact]
    public void A_second_controller_is_told_who_has_the_agents()
    {
        CalmCluster cluster = new(2);
        SimulatedController alice = cluster.Lead("alice", seconds: 60);
        cluster.WaitUntil(alice, ControllerPhase.Running);
        cluster.Wait(2);
        SimulatedController bob = cluster.Lead("bob", run: "two");
        cluster.WaitUntil(bob, ControllerPhase.Refused);
        Assert.Contains("agent0 (busy with run one), agent1 (busy with run one)", Assert.Single(bob.Machine.Refusals));
        alice.End();
        cluster.WaitUntil(alice, ControllerPhase.Over);
        IsWhole(cluster, alice, parts: 2);
    }

    [Fact]
    public void A_run_that_is_refused_while_parts_are_prepared_leaves_nothing()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            CalmCluster cluster = new(3, seed);
            SimulatedController alice = cluster.Lead("alice");
            cluster.WaitUntil(alice, ControllerPhase.Preparing);
            alice.Machine.End();
            cluster.Time.RunUntil(cluster.Time.NowNs + 60_000_000_000, () => alice.IsOver);
            Assert.Equal("it was ended before it began", Assert.Single(alice.Machine.Refusals));
            cluster.Wait(1);
            Assert.All(cluster.Jobs, job => Assert.True(job.IsOver));
            Assert.All(cluster.Agents, agent => Assert.Empty(agent.Jobs.Kept));
            Assert.Empty(cluster.Server.Documents);
            Assert.Null(cluster.Server.Get(Bucket.Plans, "one").Data);
        }
    }

    [Fact]
    public void A_result_that_did_not_come_is_kept_and_fetched_by_the_next_controller()
    {
        CalmCluster cluster = new(2);
        SimulatedController alice = cluster.Lead("alice", seconds: 3);
        cluster.WaitUntil(alice, ControllerPhase.Running);
        cluster.Server.Faults = new ClusterFaults { LoadFails = 1 };
        cluster.WaitUntil(alice, ControllerPhase.Over);
        cluster.Wait(2);
        Assert.All(alice.Machine.Parts, part => Assert.Null(part.Result));
        Assert.All(cluster.Agents, agent => Assert.NotEmpty(agent.Jobs.Kept));
        cluster.Server.Faults = ClusterFaults.None;
        SimulatedController dave = cluster.Attach("dave");
        cluster.WaitUntil(dave, ControllerPhase.Over);
        IsWhole(cluster, dave, parts: 2);
    }

    [Fact]
    public void A_run_whose_agents_are_all_unheard_for_a_while_has_not_ended_and_goes_on_by_the_plan()
    {
        CalmCluster cluster = new(3);
        SimulatedController alice = cluster.Lead("alice", seconds: 30);
        cluster.WaitUntil(alice, ControllerPhase.Running);
        cluster.Wait(5);
        CutOffForTenSeconds(cluster);
        cluster.WaitUntil(alice, ControllerPhase.Collecting);
        Assert.Equal("agent0, agent1, agent2 can come back for 30.0 s", Line(alice, "all others have ended: "));
        Assert.False(alice.Machine.HaveAllEnded);

        cluster.WaitUntil(alice, ControllerPhase.Running);
        cluster.Time.RunUntil(cluster.Time.NowNs + 60_000_000_000, () => alice.Machine.HaveAllEnded);
        Assert.True(alice.Machine.HaveAllEnded);
        cluster.WaitUntil(alice, ControllerPhase.Over);
        IsWhole(cluster, alice, parts: 3);
        Assert.All(cluster.Jobs, job => Assert.Equal(30, (job.EndedNs - job.BeganNs) / 1e9, tolerance: 1));
    }

    [Fact]
    public void Agents_that_are_back_after_their_run_was_ended_are_told_to_end()
    {
        CalmCluster cluster = new(3);
        SimulatedController alice = cluster.Lead("alice", seconds: 60);
        cluster.WaitUntil(alice, ControllerPhase.Running);
        CutOffForTenSeconds(cluster);
        cluster.WaitUntil(alice, ControllerPhase.Collecting);
        alice.End();
        cluster.WaitUntil(alice, ControllerPhase.Over);
        IsWhole(cluster, alice, parts: 3);
        Assert.All(cluster.Jobs, job => Assert.True((job.EndedNs - job.BeganNs) / 1e9 < 20));
    }

    private static void CutOffForTenSeconds(CalmCluster cluster) => cluster.Agents.ForEach(static agent =>
    {
        agent.Bus!.Disconnect();
        agent.Bus.ConnectAfter(10_000_000_000);
    });

    private static string Line(SimulatedController controller, string start) => controller.Machine.Events
        .Select(one => one.Text)
        .Single(text => text.StartsWith(start, StringComparison.Ordinal))[start.Length..];

    private static void IsWhole(CalmCluster cluster, SimulatedController controller, int parts)
    {
        Assert.Equal(ControllerPhase.Over, controller.Machine.Phase);
        Assert.Equal(parts, controller.Machine.Parts.Count);
        Assert.All(controller.Machine.Parts, part => Assert.Contains(
            cluster.Jobs, job => job.Word == part.Result?.RunId && job.Answered == part.Result.Messages!.Answered));
        cluster.Wait(2);
        Assert.All(cluster.Agents, agent => Assert.Empty(agent.Jobs.Kept));
        Assert.Empty(cluster.Server.Documents);
    }
}
