using Throng.Measurement;
using Throng.Report;

namespace Throng.Cluster;

/// <summary>Watching the agents of a run, ending it, and fetching what came of it.</summary>
public sealed partial class ControllerMachine
{
    /// <summary>An agent that was silent for so long is lost, until it is heard again.</summary>
    private const long AgentSilentMaxNs = 3 * SecondNs;

    /// <summary>How long results of lost agents are waited for once all others are here.</summary>
    private const long CollectMaxNs = 10 * SecondNs;

    private const long EndAgainNs = SecondNs;

    private long _nextClockNs;
    private long _toldEndNs;

    /// <summary>An agent was lost, and the run was to fail then.</summary>
    public bool IsFailed { get; private set; }

    private void Hear(AgentSeat agent)
    {
        agent.HeardNs = _now.Ns;
        if (agent.IsLost)
        {
            agent.IsLost = false;
            Note($"{agent.Name} is back");
        }
    }

    /// <summary>The time without a connection was nobody's silence but ours.</summary>
    private void Forgive()
    {
        foreach (AgentSeat agent in _agents.Values)
        {
            agent.HeardNs = Math.Max(agent.HeardNs, _now.Ns - SecondNs);
        }
    }

    private void AskClocks()
    {
        if (_now.Ns < _nextClockNs || Phase is ControllerPhase.Gathering || IsOver)
        {
            return;
        }

        _nextClockNs = _now.Ns + SecondNs;
        foreach (AgentSeat agent in _agents.Values)
        {
            AskClock(agent, 1);
        }
    }

    /// <summary>Asks for the time so many times, one after another.</summary>
    private void AskClock(AgentSeat agent, int times)
    {
        ClusterTime asked = _now;
        Ask(agent, new Order { Kind = OrderKind.Clock }, answer =>
        {
            if (answer is not null)
            {
                agent.Clock.Take(asked, _now, answer.Now);
                if (times > 1)
                {
                    AskClock(agent, times - 1);
                }
            }
        });
    }

    private void WatchAgents()
    {
        if (Phase is ControllerPhase.Gathering or ControllerPhase.Examining || IsOver || !bus.IsConnected)
        {
            return;
        }

        foreach (AgentSeat agent in _agents.Values)
        {
            if (agent.IsLost || _now.Ns - agent.HeardNs < AgentSilentMaxNs
                || PartsOf(agent).All(static part => part.Result is not null || part.State == JobState.Failed))
            {
                continue;
            }

            agent.IsLost = true;
            Note($"{agent.Name} was not heard for {Units.Duration(AgentSilentMaxNs)}: it is lost");
            if (spec.OnAgentLoss == AgentLoss.Fail && Phase < ControllerPhase.Ending)
            {
                IsFailed = true;
                Enter(ControllerPhase.Ending);
                TellEnd();
            }
        }
    }

    private void TellEnd()
    {
        _toldEndNs = _now.Ns;
        foreach (AgentSeat agent in _agents.Values.Where(agent => PartsOf(agent).Any(static part => !part.IsAtEnd)))
        {
            Ask(agent, new Order { Kind = OrderKind.End }, static _ => { });
        }
    }

    /// <summary>Fetches results as they are stored; the run is over when none is to come any more.</summary>
    private void Fetch()
    {
        foreach (PartSeat part in _parts.Where(static one => one is
            { State: JobState.Ended, Result: null, LoadId: 0 }))
        {
            part.LoadId = ++_nextId;
            bus.Load(part.LoadId, ClusterProtocol.ResultOf(spec.Run, part.Part));
        }

        if (Phase == ControllerPhase.Ending && _now.Ns - _toldEndNs >= EndAgainNs)
        {
            TellEnd();
        }

        if (Phase != ControllerPhase.Collecting && _parts.TrueForAll(part => part.IsAtEnd || part.Agent.IsLost))
        {
            Enter(ControllerPhase.Collecting);
        }

        bool areAllHere = _parts.TrueForAll(static part => part.Result is not null || part.State == JobState.Failed);
        bool isWaitedFor = Phase != ControllerPhase.Collecting || _now.Ns - _phaseSinceNs < CollectMaxNs;
        if (areAllHere || !isWaitedFor)
        {
            Close();
        }
    }

    private void TakeResult(Loaded loaded)
    {
        if (_parts.Find(one => one.LoadId == loaded.Id) is not { } part)
        {
            return;
        }

        part.LoadId = 0;
        if (loaded.Document is { } document && RunReader.TryRead(document, out RunDocument? run, out _))
        {
            part.Result = run with { Started = run.Started - part.Agent.Clock.Ahead };
        }
    }

    /// <summary>All that can be had is here: what was kept for it can go.</summary>
    private void Close()
    {
        foreach (AgentSeat agent in _agents.Values.Where(agent => PartsOf(agent).All(static part => part.IsAtEnd)))
        {
            Ask(agent, new Order { Kind = OrderKind.Forget }, static _ => { });
        }

        foreach (PartSeat part in _parts)
        {
            if (part.Result is not null)
            {
                bus.Discard(ClusterProtocol.ResultOf(spec.Run, part.Part));
            }
        }

        bus.Remove(Bucket.Plans, ClusterProtocol.PlanKey(spec.Run));
        bus.Remove(Bucket.Plans, ClusterProtocol.FenceKey(spec.Run));
        Enter(ControllerPhase.Over);
    }
}
