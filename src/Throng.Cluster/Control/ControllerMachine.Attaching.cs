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
    private ulong _readRevision;
    private long _claimId;
    private byte[] _claim = [];
    private bool _isClaimed;
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
            if (_isClaimed || _taken.OnAgentLoss != AgentLoss.Rebalance)
            {
                GoOn(_taken);
            }
            else
            {
                Claim();
            }
        }
    }

    /// <summary>
    /// Writes the plan as its own, over what was read: an earlier controller can hand over no part any more, and
    /// whatever it has handed over until then is read again.
    /// </summary>
    private void Claim()
    {
        if (_now.Ns - _hearSinceNs >= HearMaxNs + ReadMaxNs)
        {
            Refuse($"the plan of run {spec.Run} cannot be written: the message system has no quorum; see its log");
        }
        else if (_claimId == 0 && _readId == 0 && _now.Ns >= _nextReadNs)
        {
            _nextReadNs = _now.Ns + GatherEveryNs;
            _claim = PlanNow();
            _claimId = NextId();
            bus.Put(_claimId, Bucket.Plans, ClusterProtocol.PlanKey(spec.Run), _claim, _readRevision);
        }
    }

    private bool TakeClaim(Stored stored)
    {
        if (stored.Id != _claimId)
        {
            return false;
        }

        _claimId = 0;
        if (stored.Outcome == PutOutcome.Done)
        {
            Plan.Adopt(_claim, stored.Revision);
            _isClaimed = true;
        }
        else
        {
            _readId = NextId(); // it may be written all the same, or another one was faster
            bus.Get(_readId, Bucket.Plans, ClusterProtocol.PlanKey(spec.Run));
        }

        return true;
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
        if (_readId == 0 || found.Id != _readId || Phase != ControllerPhase.Attaching)
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
                _readRevision = found.Revision;
                TakeRunOver(plan);
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

    private void TakeRunOver(RunPlan plan)
    {
        bool isFirst = _taken is null;
        _taken = plan;
        Begin = plan.Begin;
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

            if (!_parts.Exists(one => one.Part == part && one.Agent == agent))
            {
                PartSeat? lost = _parts.Find(one => one.Part.ToString() == planned.TakesOver);
                _parts.Add(new PartSeat(part, agent) { TakesOver = lost, From = planned.From });
                _ = lost?.IsHandedOver = true;
            }
        }

        if (!isFirst)
        {
            return;
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
            Enter(ControllerPhase.Running);
            GoOnTakingOver();
        }
        else
        {
            Begin = null;
            Prepare();
        }
    }
}
