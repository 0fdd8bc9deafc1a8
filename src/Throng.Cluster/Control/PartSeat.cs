using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>One part of a run, and what its controller knows of it.</summary>
public sealed class PartSeat(JobPart part, AgentSeat agent)
{
    private readonly HashSet<DateTimeOffset> _pastLives = [];
    private long _sequence;
    private DateTimeOffset _agentStarted;
    private long _unknownSinceNs = -1;

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

    /// <summary>Something came from its agent about it.</summary>
    internal bool IsHeard { get; private set; }

    /// <summary>Id of the question for its result; 0: none is under way.</summary>
    internal long LoadId { get; set; }

    /// <summary>When its result is asked for again.</summary>
    internal long NextLoadNs { get; set; }

    internal bool IsAtEnd => State is JobState.Ended or JobState.Failed;

    /// <summary>Nothing more of it is to come.</summary>
    internal bool IsDone => Result is not null || State == JobState.Failed;

    internal bool HasNotBegun => State is JobState.Connecting or JobState.Ready;

    /// <summary>Takes figures; older ones than those that are known are dropped.</summary>
    public void Take(Figure figure, RunDocument? document)
    {
        bool isSameLife = IsHeard && figure.AgentStarted == _agentStarted;
        if (_pastLives.Contains(figure.AgentStarted) || (isSameLife && figure.Sequence <= _sequence))
        {
            return;
        }

        if (IsHeard && !isSameLife)
        {
            _ = _pastLives.Add(_agentStarted); // not by their times: its clock may have been set back
        }

        Missed += isSameLife ? figure.Sequence - _sequence - 1 : 0;
        IsHeard = true;
        _unknownSinceNs = -1;
        (_agentStarted, _sequence) = (figure.AgentStarted, figure.Sequence);
        State = figure.State;
        ExitCode = figure.ExitCode ?? ExitCode;
        Said = figure.Said.Length > 0 ? figure.Said : Said;
        if (document is not null)
        {
            Figures = document with { Series = SeriesTail.Append(Figures?.Series ?? [], document.Series) };
            FiguresAt = figure.At - agent.Clock.Ahead;
        }
    }

    /// <summary>Takes that its agent knows nothing of it, which may be so for a while; true once it is lost.</summary>
    internal bool TakeUnknown(long nowNs, long maxNs)
    {
        _unknownSinceNs = _unknownSinceNs < 0 ? nowNs : _unknownSinceNs;
        if (IsAtEnd || nowNs - _unknownSinceNs < maxNs)
        {
            return false;
        }

        (State, Said) = (JobState.Failed, $"{agent.Name} knows nothing of it any more, and has no result");
        return true;
    }

    internal void TakeKnown() => _unknownSinceNs = -1;
}

/// <summary>An agent that has parts of a run.</summary>
public sealed class AgentSeat(AgentCard card)
{
    public AgentCard Card { get; set; } = card;

    public string Name => Card.Name;

    public ClockOffset Clock { get; } = new();

    /// <summary>When anything was heard of it last, by the controller's clock.</summary>
    public long HeardNs { get; internal set; }

    /// <summary>
    /// It can have been active so long without being heard, by the controller's wall clock: an agent is silent between
    /// two figures, and nobody is heard while the controller is not connected, or while none leads.
    /// </summary>
    public DateTimeOffset ActiveUntil { get; internal set; }

    /// <summary>It was silent for too long, and still is.</summary>
    public bool IsLost { get; internal set; }

    /// <summary>Connections that are possible there for its parts; null: no limit is known.</summary>
    public double? Possible { get; internal set; }

    /// <summary>How far from the moment that all were told its parts began at most; null: it was not told.</summary>
    public TimeSpan? BeginBound { get; internal set; }

    /// <summary>It has not confirmed in time that it begins: it may have begun later than the others, or not.</summary>
    public bool IsLate { get; internal set; }

    /// <summary>It has answered that its parts begin.</summary>
    internal bool HasBegun { get; set; }

    /// <summary>It keeps nothing of the run any more.</summary>
    internal bool IsFree { get; set; }
}
