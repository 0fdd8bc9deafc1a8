using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;
using Xunit;

namespace Throng.Tests.Cluster;

/// <summary>The part of an agent that is lost goes to the others.</summary>
public class RebalanceTests
{
    [Theory]
    [InlineData(100_003, 5, 4)]
    [InlineData(7, 3, 2)]
    [InlineData(0, 2, 2)]
    [InlineData(99, 1000, 999)]
    public void Pieces_have_all_connections_of_their_part_and_no_other(long total, int parts, int pieces)
    {
        for (int part = 0; part < parts; part++)
        {
            long next = Shares.FirstOf(total, part, parts);
            for (int at = 0; at < pieces; at++)
            {
                JobPart piece = new JobPart(part, parts).Cut(at, pieces);
                Assert.Equal(next, Shares.FirstOf(total, piece.Index, piece.Count));
                next += Shares.OfPart(total, piece.Index, piece.Count);
            }

            Assert.Equal(Shares.FirstOf(total, part + 1, parts), next);
        }
    }

    [Theory]
    [InlineData(Arrivals.Poisson, 100)]
    [InlineData(Arrivals.Poisson, 0)]
    [InlineData(Arrivals.Constant, 7)]
    [InlineData(Arrivals.Constant, 0)]
    public void Pieces_have_all_arrivals_of_their_part_from_a_moment_on_and_count_those_before(
        Arrivals arrivals, long connections)
    {
        const long FromNs = 700 * Ns.Millisecond;
        RateProfile profile = Walk.Profile("2s@500");
        Schedule plan = connections > 0
            ? new(profile, arrivals, ConnectionPick.RoundRobin, 42, connections)
            : new(profile, arrivals, 42);
        JobPart lost = new(1, 3);
        List<long> whole = Due(plan, lost, 0, out _);
        List<long> pieces = [];
        long passed = 0;
        for (int at = 0; at < 4; at++)
        {
            pieces.AddRange(Due(plan, lost.Cut(at, 4), FromNs, out long before));
            passed += before;
        }

        Assert.NotEmpty(whole);
        Assert.Equal(whole.Where(static at => at >= FromNs + 1).Order(), pieces.Order());
        Assert.Equal(whole.Count(static at => at < FromNs + 1), passed);
    }

    [Fact]
    public void A_killed_agent_is_replaced_by_the_others_within_seconds()
    {
        (CalmCluster cluster, SimulatedController alice) = Running(agents: 4, seconds: 40);
        cluster.Agents[1].Kill();
        long killedNs = cluster.Time.NowNs;
        cluster.WaitUntil(alice, ControllerPhase.Over);
        PartSeat[] pieces = [.. alice.Machine.Parts.Where(static part => part.TakesOver is not null)];
        Assert.Equal(3, pieces.Length);
        SimulatedJob[] jobs = [.. cluster.Jobs.Where(static job => job.Id.Part.Count == 12)];
        Assert.All(jobs, job => Assert.InRange(job.BeganNs, killedNs + (2 * Ns.Second), killedNs + (7 * Ns.Second)));
        Assert.All(jobs, static job => Assert.True(job.IsEndedByPlan));
        Assert.All(pieces, static piece => Assert.NotNull(piece.Result!.TakenOver));
        Assert.Equal(3, pieces.Select(static piece => piece.Agent.Name).Distinct().Count());
    }

    [Fact]
    public void An_agent_that_is_only_cut_off_stops_before_others_take_over()
    {
        (CalmCluster cluster, SimulatedController alice) = Running(agents: 3, seconds: 60);
        cluster.Agents[1].Bus!.Disconnect();
        cluster.Wait(20);
        SimulatedJob lost = Assert.Single(cluster.Agents[1].Jobs.All);
        Assert.True(lost.IsOver);
        SimulatedJob[] pieces = [.. cluster.Jobs.Where(static job => job.Id.Part.Count == 6)];
        Assert.Equal(2, pieces.Length);
        Assert.All(pieces, piece => Assert.True(piece.BeganNs > lost.StoppedNs));
    }

    [Fact]
    public void An_agent_that_is_not_heard_but_holds_its_parts_stops_before_others_take_over()
    {
        (CalmCluster cluster, SimulatedController alice) = Running(agents: 3, seconds: 60);
        SimulatedBus bus = cluster.Agents[1].Bus!;
        bus.IsMute = true;
        cluster.Time.RunUntil(
            cluster.Time.NowNs + (20 * Ns.Second), () => alice.Machine.Parts.Any(static part => part.IsGivenUp));
        bus.Disconnect(); // so it does not learn that it was given up
        cluster.Wait(20);
        SimulatedJob lost = Assert.Single(cluster.Agents[1].Jobs.All);
        SimulatedJob[] pieces = [.. cluster.Jobs.Where(static job => job.Id.Part.Count == 6)];
        Assert.Equal(2, pieces.Length);
        Assert.All(pieces, piece => Assert.InRange(lost.StoppedNs, 0, piece.BeganNs));
    }

    [Fact]
    public void A_taker_that_is_lost_is_taken_over_too()
    {
        (CalmCluster cluster, SimulatedController alice) = Running(agents: 3, seconds: 60);
        cluster.Agents[1].Kill();
        cluster.Wait(15);
        cluster.Agents[2].Kill();
        cluster.WaitUntil(alice, ControllerPhase.Over);
        Assert.Contains(alice.Machine.Parts, static part => part.TakesOver?.TakesOver is not null);
        double share = cluster.Jobs.Where(static job => job.IsEndedByPlan).Sum(static job => job.Id.Part.Ratio);
        Assert.Equal(1, share, tolerance: 1e-9);
    }

    [Fact]
    public void When_no_agent_is_left_the_run_has_failed()
    {
        CalmCluster cluster = new(2);
        SimulatedController alice = cluster.Lead("alice", seconds: 60, onAgentLoss: AgentLoss.Rebalance);
        cluster.WaitUntil(alice, ControllerPhase.Running);
        cluster.Agents[0].Kill();
        cluster.Agents[1].Kill();
        cluster.WaitUntil(alice, ControllerPhase.Over);
        Assert.True(alice.Machine.IsFailed);
    }

    [Fact]
    public void A_run_that_is_taken_over_in_the_middle_goes_on_handing_over()
    {
        (CalmCluster cluster, SimulatedController alice) = Running(agents: 3, seconds: 60);
        cluster.Agents[1].Kill();
        cluster.Time.RunUntil(
            cluster.Time.NowNs + (20 * Ns.Second), () => cluster.Jobs.Count(static job => job.Id.Part.Count == 6) == 2);
        alice.Kill();
        SimulatedController dave = cluster.Attach("dave");
        cluster.WaitUntil(dave, ControllerPhase.Over);
        double share = cluster.Jobs.Where(static job => job.IsEndedByPlan).Sum(static job => job.Id.Part.Ratio);
        Assert.Equal(1, share, tolerance: 1e-9);
    }

    /// <summary>A cluster whose run has gone on for five seconds.</summary>
    private static (CalmCluster Cluster, SimulatedController Alice) Running(int agents, long seconds)
    {
        CalmCluster cluster = new(agents);
        SimulatedController alice = cluster.Lead("alice", seconds: seconds, onAgentLoss: AgentLoss.Rebalance);
        cluster.WaitUntil(alice, ControllerPhase.Running);
        cluster.Wait(5);
        return (cluster, alice);
    }

    private static List<long> Due(Schedule schedule, JobPart part, long fromNs, out long before)
    {
        List<long> due = [];
        ScheduleTally tally = new();
        OwnArrivals arrivals = new(schedule, part.Index, part.Count, tally);
        arrivals.Begin(1, fromNs > 0 ? fromNs + 1 : 0);
        while (arrivals.NextNs < long.MaxValue)
        {
            due.Add(arrivals.Next().IntendedNs);
        }

        before = tally.PassedBefore;
        return due;
    }
}
