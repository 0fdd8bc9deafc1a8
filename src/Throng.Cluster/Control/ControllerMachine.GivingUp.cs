using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>Making certain that a silent agent carries out nothing of the run any more.</summary>
public sealed partial class ControllerMachine
{
    private const long AskHoldAgainNs = SecondNs / 4;

    /// <summary>
    /// Writes over the key by which an agent holds its parts. From then on it cannot prolong them, and they end when
    /// what it last was certain of has run out (<see cref="AgentLease"/>).
    /// </summary>
    private void GiveUp(AgentSeat agent)
    {
        if (agent.HoldId == 0 && _now.Ns >= agent.NextHoldNs)
        {
            (agent.HoldId, agent.NextHoldNs) = (NextId(), _now.Ns + AskHoldAgainNs);
            bus.Get(agent.HoldId, Bucket.Plans, ClusterProtocol.LeaseKey(spec.Run, agent.Name));
        }
    }

    private bool TakeHold(Found found)
    {
        if (_agents.Values.FirstOrDefault(one => one.HoldId != 0 && one.HoldId == found.Id) is not { } agent)
        {
            return false;
        }

        agent.HoldId = 0;
        LeaseHold? hold = null;
        if (found.IsUnknown || !agent.IsLost || Phase != ControllerPhase.Running
            || (found.Data is { } data && !ClusterJson.TryRead(data, out hold)))
        {
            return true;
        }

        agent.HeldAtNs = hold?.AtNs ?? 0;
        if (hold is { IsGivenUp: true })
        {
            HaveGivenUp(agent);
            return true;
        }

        hold = (hold ?? new LeaseHold { Agent = agent.Name, AgentStarted = default, AtNs = 0 })
            with { IsGivenUp = true };
        agent.HoldId = NextId();
        bus.Put(
            agent.HoldId, Bucket.Plans, ClusterProtocol.LeaseKey(spec.Run, agent.Name), ClusterJson.Write(hold),
            found.Data is null ? 0 : found.Revision);
        return true;
    }

    private bool TakeHold(Stored stored)
    {
        if (_agents.Values.FirstOrDefault(one => one.HoldId != 0 && one.HoldId == stored.Id) is not { } agent)
        {
            return false;
        }

        agent.HoldId = 0;
        if (stored.Outcome == PutOutcome.Done)
        {
            HaveGivenUp(agent); // else it is read again: the agent may have written it
        }

        return true;
    }

    /// <summary>
    /// It is given up, and its parts have ended when the lease has run out that began with its last word, or with its
    /// last put before this one. That is by the agent's clock, and it said what that showed when it was heard.
    /// </summary>
    private void HaveGivenUp(AgentSeat agent)
    {
        long heldNs = agent.HeldAtNs == 0 ? agent.HeardNs
            : agent.StampedNs == 0 ? _now.Ns
            : agent.StampedNs + Math.Max(0, agent.HeldAtNs - agent.StampNs);
        long leaseEndNs = Math.Min(_now.Ns, Math.Max(agent.HeardNs, heldNs)) + AgentLease.LengthNs;
        foreach (PartSeat part in PartsOf(agent).Where(static part => part is { IsAtEnd: false, IsGivenUp: false }))
        {
            part.GiveUp(leaseEndNs, _now.Utc.AddTicks((leaseEndNs - _now.Ns) / 100));
        }
    }
}
