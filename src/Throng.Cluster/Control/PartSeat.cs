using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>One part of a run, and what its controller knows of it.</summary>
public sealed class PartSeat(JobPart part, AgentSeat agent)
{
    private long _sequence;
    private DateTimeOffset _agentStarted;

    public JobPart Part => part;

    public AgentSeat Agent => agent;

    public JobState State { get; private set; }

    /// <summary>The last figures; null: none came yet.</summary>
    public RunDocument? Figures { get; private set; }

    /// <summary>When they were read, by the controller's wall clock.</summary>
    public DateTimeOffset FiguresAt { get; private set; }

    /// <summary>The result; null while it is not here.</summary>
    public RunDocument? Result { get; set; }

    public int? ExitCode { get; private set; }

    public string Said { get; private set; } = "";

    /// <summary>Figures that never came, as their numbers tell; they cost seconds of the view and no count.</summary>
    public long Missed { get; private set; }

    /// <summary>Id of the question for its result; 0: none is under way.</summary>
    internal long LoadId { get; set; }

    internal bool IsAtEnd => State is JobState.Ended or JobState.Failed;

    /// <summary>Takes figures; older ones than those that are known are dropped.</summary>
    public void Take(Figure figure, RunDocument? document)
    {
        bool isSameLife = figure.AgentStarted == _agentStarted;
        if (figure.AgentStarted < _agentStarted || (isSameLife && figure.Sequence <= _sequence))
        {
            return;
        }

        (_agentStarted, _sequence) = (figure.AgentStarted, figure.Sequence);
        State = figure.State;
        ExitCode = figure.ExitCode ?? ExitCode;
        Said = figure.Said.Length > 0 ? figure.Said : Said;
        if (document is not null)
        {
            Figures = document;
            FiguresAt = figure.At - agent.Clock.Ahead;
        }
    }
}

/// <summary>An agent that has parts of a run.</summary>
public sealed class AgentSeat(AgentCard card)
{
    public AgentCard Card { get; set; } = card;

    public string Name => Card.Name;

    public ClockOffset Clock { get; } = new();

    /// <summary>When anything was heard of it last, by the controller's clock.</summary>
    public long HeardNs { get; internal set; }

    /// <summary>It was silent for too long, and still is.</summary>
    public bool IsLost { get; internal set; }

    /// <summary>Connections that are possible there for its parts; null: no limit is known.</summary>
    public double? Possible { get; internal set; }
}
