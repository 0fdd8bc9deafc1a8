using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>Taking over a run that another controller began.</summary>
public sealed partial class ControllerMachine
{
    /// <summary>How long it is tried to read the plan.</summary>
    private const long ReadMaxNs = 15 * SecondNs;

    /// <summary>Figures come each second: an agent that was not heard for so long is not there.</summary>
    private const long HearMaxNs = 4 * SecondNs;

    private RunPlan? _taken;
    private long _readId;
    private long _nextReadNs;
    private long _hearSinceNs = -1;

    /// <summary>A controller that goes on with a run whose own one is gone, or that is to lead no longer.</summary>
    /// <param name="spec">Its run and its own name and version; all else is in the plan that the run has left.</param>
    /// <param name="bus">Has to listen at the figures of the run.</param>
    public static ControllerMachine Attach(ControllerSpec spec, IBus bus) =>
        new(spec, bus) { Phase = ControllerPhase.Attaching };

    private void Attach()
    {
        if (_taken is null)
        {
            ReadPlan();
        }
        else if (_hearSinceNs >= 0
            && (_parts.TrueForAll(static part => part.IsHeard) || _now.Ns - _hearSinceNs >= HearMaxNs))
        {
            GoOn(_taken);
        }
    }

    private void ReadPlan()
    {
        if (_now.Ns - _startedNs >= ReadMaxNs)
        {
            Refuse($"the plan of run {spec.Run} cannot be read: the message system does not answer; see its log");
        }
        else if (_readId == 0 && _now.Ns >= _nextReadNs)
        {
            (_readId, _nextReadNs) = (NextId(), _now.Ns + GatherEveryNs);
            bus.Get(_readId, Bucket.Plans, ClusterProtocol.PlanKey(spec.Run));
        }
    }

    private bool TakePlan(Found found)
    {
        if (found.Id != _readId || Phase != ControllerPhase.Attaching || _taken is not null)
        {
            return false;
        }

        _readId = 0;
        if (found is { IsUnknown: false, Data: null })
        {
            Refuse($"there is no run {spec.Run}: it is over, or was not begun; see throng cluster status");
        }
        else if (found.Data is { } data)
        {
            if (ClusterJson.TryRead(data, out RunPlan? plan) && plan.Parts.Count > 0 && plan.Parts.All(IsPlanned))
            {
                TakeOver(plan);
            }
            else
            {
                Refuse($"the plan of run {spec.Run} is none that this version understands; take over with the version "
                    + "that began it");
            }
        }

        return true;
    }

    private static bool IsPlanned(PlannedPart part) =>
        JobPart.TryParse(part.Part, out _) && ClusterProtocol.IsName(part.Agent);

    private void TakeOver(RunPlan plan)
    {
        _taken = plan;
        spec = spec with
        {
            Words = plan.Words, OnAgentLoss = plan.OnAgentLoss, OnControllerLoss = plan.OnControllerLoss,
        };
        foreach (PlannedPart planned in plan.Parts)
        {
            _ = JobPart.TryParse(planned.Part, out JobPart part);
            if (!_agents.TryGetValue(planned.Agent, out AgentSeat? agent))
            {
                _agents[planned.Agent] = agent = new AgentSeat(UnknownCard(planned.Agent)) { HeardNs = _now.Ns };
            }

            _parts.Add(new PartSeat(part, agent));
        }

        Note($"takes run {spec.Run} over from {plan.Controller}");
        TakeLead();
        _listId = NextId();
        bus.List(_listId, Bucket.Agents);
    }

    /// <summary>Stands for an agent until its own card is read.</summary>
    private static AgentCard UnknownCard(string name) => new()
    {
        Name = name, Version = "", Cpus = 0, Descriptors = 0, MemoryBytes = 0, Ports = 0, Engine = "",
    };

    private void KnowCards(Listed listed)
    {
        foreach (ReadOnlyMemory<byte> value in listed.Values?.Values ?? [])
        {
            if (ClusterJson.TryRead(value, out AgentCard? card) && _agents.TryGetValue(card.Name, out AgentSeat? agent))
            {
                agent.Card = card;
            }
        }
    }

    /// <summary>It leads: clocks are compared, and the figures of a second tell how far the run is.</summary>
    private void HearAgents()
    {
        _hearSinceNs = _now.Ns;
        foreach (AgentSeat agent in _agents.Values)
        {
            AskClock(agent, ClockQuestions);
        }
    }

    /// <summary>
    /// Goes on where the figures are. What has not begun anywhere is prepared once more, which has no effect where it
    /// is: an order may have been lost with the controller that gave it.
    /// </summary>
    private void GoOn(RunPlan plan)
    {
        foreach (AgentSeat agent in _agents.Values)
        {
            agent.HeardNs = Math.Max(agent.HeardNs, _now.Ns - AgentSilentMaxNs);
            agent.ActiveUntil = _now.Utc > agent.ActiveUntil ? _now.Utc : agent.ActiveUntil;
        }

        bool hasBegun = _parts.Exists(static part => part.State == JobState.Running)
            || (plan.Begin is not null && _parts.Exists(static part => !part.HasNotBegun || !part.IsHeard));
        if (hasBegun)
        {
            Begin = plan.Begin;
            Enter(ControllerPhase.Running);
        }
        else
        {
            Prepare();
        }
    }
}
