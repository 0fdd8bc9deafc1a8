using Throng.Measurement;
using Throng.Report;

namespace Throng.Cluster;

/// <summary>Watching the agents of a run, ending it, and fetching what came of it.</summary>
public sealed partial class ControllerMachine
{
    /// <summary>An agent that was silent for so long is lost, until it is heard again.</summary>
    private const long AgentSilentMaxNs = 3 * SecondNs;

    /// <summary>How long results of lost agents are waited for once all others are here.</summary>
    private const long CollectMaxNs = 30 * SecondNs;

    /// <summary>Figures come each second: one that is alive is not silent for longer than this.</summary>
    private static readonly TimeSpan FiguresMax = TimeSpan.FromSeconds(1.5);

    private const long EndAgainNs = SecondNs;

    private const long LoadAgainNs = SecondNs / 4;

    /// <summary>Agents connect again within this time after the message system is back.</summary>
    private const long ReconnectMaxNs = 4 * SecondNs;

    /// <summary>A part that its agent does not know for so long is no more: the agent has started anew without it.
    /// </summary>
    private const long UnknownMaxNs = 10 * SecondNs;

    private long _connectedNs;
    private long _nextClockNs;
    private long _toldEndNs;

    /// <summary>An agent was lost, and the run was to fail then.</summary>
    public bool IsFailed { get; private set; }

    /// <summary>The parts were told to end.</summary>
    private bool IsEnding { get; set; }

    private void Hear(AgentSeat agent)
    {
        agent.HeardNs = _now.Ns;
        agent.ActiveUntil = _now.Utc + FiguresMax;
        if (agent.IsLost)
        {
            agent.IsLost = false;
            Note($"{agent.Name} is back");
        }
    }

    /// <summary>The time without a connection was nobody's silence but ours, and others may not be back yet.</summary>
    private void Forgive()
    {
        _connectedNs = _now.Ns;
        foreach (AgentSeat agent in _agents.Values)
        {
            agent.HeardNs = Math.Max(agent.HeardNs, _now.Ns + ReconnectMaxNs - AgentSilentMaxNs);
            agent.ActiveUntil = _now.Utc.AddTicks(ReconnectMaxNs / 100);
        }
    }

    private void AskClocks()
    {
        if (_now.Ns < _nextClockNs || !_isLeading || IsOver)
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
        bool areStarted = Phase is >= ControllerPhase.Connecting and < ControllerPhase.Closing;
        Ask(agent, new Order { Kind = OrderKind.Clock }, answer =>
        {
            if (answer is not null)
            {
                agent.Clock.Take(asked, _now, answer.Now);
            }

            if (areStarted && !IsOver && answer?.Parts is { } known)
            {
                TakeKnown(agent, known);
            }

            if (times > 1 && !IsOver)
            {
                AskClock(agent, times - 1); // whether this answer was lost or not
            }
        });
    }

    /// <summary>Finds parts that were started at an agent and that it knows nothing of.</summary>
    private void TakeKnown(AgentSeat agent, IReadOnlyList<string> known)
    {
        foreach (PartSeat part in PartsOf(agent))
        {
            if (IsTakingOver && part is { IsHeard: false, From: null } && _takeOver!.Pieces.Contains(part))
            {
                continue; // it is being prepared
            }

            if (known.Contains(part.Part.ToString()))
            {
                part.TakeKnown();
            }
            else if (part.TakeUnknown(_now.Ns, UnknownMaxNs))
            {
                Note($"part {part.Part}: {part.Said}");
            }
        }
    }

    private void WatchAgents()
    {
        if (Phase < ControllerPhase.Connecting || IsOver || !bus.IsConnected)
        {
            return;
        }

        foreach (AgentSeat agent in _agents.Values)
        {
            if (agent.IsLost || _now.Ns - agent.HeardNs < AgentSilentMaxNs
                || PartsOf(agent).All(static part => part.IsDone))
            {
                continue;
            }

            Lose(agent, $"was not heard for {Units.Duration(AgentSilentMaxNs)}");
            if (spec.OnAgentLoss == AgentLoss.Fail && Phase < ControllerPhase.Ending)
            {
                (IsFailed, IsEnding) = (true, true);
                Enter(ControllerPhase.Ending);
                TellEnd();
            }
        }
    }

    private void Lose(AgentSeat agent, string why)
    {
        if (!agent.IsLost)
        {
            agent.IsLost = true;
            Note($"{agent.Name} {why}: it is lost");
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
        foreach (PartSeat part in _parts.Where(one => one is { State: JobState.Ended, Result: null, LoadId: 0 }
            && _now.Ns >= one.NextLoadNs))
        {
            (part.LoadId, part.NextLoadNs) = (NextId(), _now.Ns + LoadAgainNs);
            bus.Load(part.LoadId, ClusterProtocol.ResultOf(spec.Run, part.Part));
        }

        if (Phase == ControllerPhase.Ending && _now.Ns - _toldEndNs >= EndAgainNs)
        {
            TellEnd();
        }

        if (IsTakingOver)
        {
            return;
        }

        bool areAllGone = _parts.TrueForAll(static part => part.IsAtEnd || part.Agent.IsLost);
        if (areAllGone && Phase != ControllerPhase.Collecting)
        {
            Enter(ControllerPhase.Collecting);
            NoteAwaited();
        }
        else if (!areAllGone && Phase == ControllerPhase.Collecting)
        {
            // An agent is back, and its part goes on.
            Enter(IsEnding ? ControllerPhase.Ending : ControllerPhase.Running);
        }

        bool isWaitedFor = Phase != ControllerPhase.Collecting || _now.Ns - _phaseSinceNs < CollectMaxNs;
        if (!isWaitedFor || _parts.TrueForAll(static part => part.IsDone))
        {
            Close();
        }
    }

    private void NoteAwaited()
    {
        string[] awaited = [.. _parts.Where(static part => !part.IsAtEnd).Select(static part => part.Agent.Name)];
        if (awaited.Length > 0)
        {
            Note($"all others have ended: {string.Join(", ", awaited.Distinct())} can come back for "
                + Units.Duration(CollectMaxNs));
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
}
