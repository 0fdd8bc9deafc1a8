namespace Throng.Cluster;

/// <summary>Leaving the agents free: what was started for a run ends, and what is kept of it goes.</summary>
public sealed partial class ControllerMachine
{
    /// <summary>How long an agent is waited for that does not answer: it ends by itself what nobody leads.</summary>
    private const long WithdrawMaxNs = 15 * SecondNs;

    private const long CloseMaxNs = 5 * SecondNs;

    private const long FreeAgainNs = SecondNs / 2;

    private long _leaderId;
    private long _nextFreeNs;
    private bool _isOursToClose;

    private bool HasAllThatIsToCome => _parts.TrueForAll(static part => part.IsDone);

    /// <summary>
    /// Ends it with what is here: the last figures stand for results that are not. The agents are told to end once
    /// more, and what they keep can still be fetched by a controller that takes the run over.
    /// </summary>
    public void Cut()
    {
        if (!IsOver)
        {
            TellEnd();
            Enter(_parts.Count > 0 && Phase != ControllerPhase.Withdrawing
                ? ControllerPhase.Over
                : ControllerPhase.Refused);
        }
    }

    /// <summary>Begins to close. Another controller may have taken the run over: the key of the lead tells.</summary>
    private void Close()
    {
        Enter(ControllerPhase.Closing);
        _leaderId = NextId();
        bus.Get(_leaderId, Bucket.Plans, ClusterProtocol.FenceKey(spec.Run));
    }

    private bool TakeLeader(Found found)
    {
        if (found.Id != _leaderId || Phase != ControllerPhase.Closing)
        {
            return false;
        }

        if (found.Data is { } leader && !leader.Span.SequenceEqual(_leader))
        {
            StepBack($"run {spec.Run} is led by another controller now");
        }

        _isOursToClose = !found.IsUnknown;
        return true;
    }

    /// <summary>
    /// Tells each agent to forget the run, again and again until it has: not those that keep a result that is not here.
    /// </summary>
    private void Free()
    {
        bool isWithdrawn = Phase == ControllerPhase.Withdrawing;
        AgentSeat[] left = [.. _agents.Values.Where(agent => !agent.IsFree && PartsOf(agent).Any()
            && (isWithdrawn || PartsOf(agent).All(static part => part.IsDone)))];
        bool mayBeLeft = isWithdrawn || spec.OnAgentLoss == AgentLoss.Rebalance; // a piece that was not begun
        bool isOurs = isWithdrawn || _isOursToClose;
        if ((isOurs && left.Length == 0) || _now.Ns - _phaseSinceNs >= (isWithdrawn ? WithdrawMaxNs : CloseMaxNs))
        {
            Finish(isOurs, isWithdrawn);
        }
        else if (isOurs && _now.Ns >= _nextFreeNs)
        {
            _nextFreeNs = _now.Ns + FreeAgainNs;
            foreach (AgentSeat agent in left)
            {
                if (mayBeLeft)
                {
                    Ask(agent, new Order { Kind = OrderKind.End }, static _ => { });
                }

                Ask(agent, new Order { Kind = OrderKind.Forget }, answer => TakeForgotten(agent, answer));
            }
        }
    }

    private void TakeForgotten(AgentSeat agent, OrderAnswer? answer)
    {
        if (answer is { IsDone: true } && !agent.IsFree)
        {
            agent.IsFree = true;
            foreach (PartSeat part in PartsOf(agent))
            {
                bus.Discard(ClusterProtocol.ResultOf(spec.Run, part.Part));
            }
        }
    }

    /// <summary>The plan stays while a result is not here: from it, the run can be taken over and the result fetched.
    /// </summary>
    private void Finish(bool isOurs, bool isWithdrawn)
    {
        if (isOurs && (isWithdrawn || HasAllThatIsToCome))
        {
            bus.Remove(Bucket.Plans, ClusterProtocol.PlanKey(spec.Run));
            bus.Remove(Bucket.Plans, ClusterProtocol.FenceKey(spec.Run));
            foreach (AgentSeat agent in _agents.Values.Where(_ => spec.OnAgentLoss == AgentLoss.Rebalance))
            {
                bus.Remove(Bucket.Plans, ClusterProtocol.LeaseKey(spec.Run, agent.Name));
            }
        }

        Enter(isWithdrawn ? ControllerPhase.Refused : ControllerPhase.Over);
    }
}
