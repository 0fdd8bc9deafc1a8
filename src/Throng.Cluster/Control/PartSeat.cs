using Throng.Measurement;

namespace Throng.Cluster;

/// <summary>One part of a run, and what its controller knows of it.</summary>
public sealed class PartSeat(JobPart part, AgentSeat agent)
{
    /// <summary>Intervals that a controller keeps of all parts together, some 400 bytes each; of each one it keeps more
    /// than figures carry.</summary>
    private const int PointsOfRun = 50_000;
    private const int PointsMin = 120;

    private readonly HashSet<DateTimeOffset> _pastLives = [];
    private bool _isRefused;
    private long _sequence;
    private DateTimeOffset _agentStarted;
    private long _unknownSinceNs = -1;

    public JobPart Part => part;

    public AgentSeat Agent => agent;

    public JobState State { get; private set; }

    /// <summary>The part of which it is a piece, taken over from a lost agent; null: it is there from the beginning.
    /// </summary>
    public PartSeat? TakesOver { get; init; }

    /// <summary>From when on it was told to take over, by the controller's wall clock; null: not yet.</summary>
    public DateTimeOffset? From { get; internal set; }

    /// <summary>Until when it may have gone on unheard, by the controller's wall clock; null: it is not given up.
    /// </summary>
    public DateTimeOffset? LeaseEnd { get; private set; }

    /// <summary>It was cut into pieces for other agents.</summary>
    public bool IsHandedOver { get; internal set; }

    /// <summary>Why nobody takes it over; empty: it is not lost, or somebody does.</summary>
    public string NotTakenOver { get; internal set; } = "";

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

    /// <summary>The run was told to end at its agent, by whomever.</summary>
    internal bool IsToldToEnd { get; private set; }

    internal bool IsGivenUp => LeaseEnd is not null;

    internal long LeaseEndNs { get; private set; }

    /// <summary>It was told from when on, and has said so.</summary>
    internal bool HasConfirmed { get; set; }

    internal bool IsBeingTold { get; set; }

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
        if (_isRefused)
        {
            return; // it was started all the same, is told nothing, and ends with the run
        }

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
        IsToldToEnd |= figure.IsToldToEnd;
        ExitCode = figure.ExitCode ?? ExitCode;
        Said = figure.Said.Length > 0 ? figure.Said : Said;
        if (document is not null)
        {
            int points = Math.Max(PointsMin, PointsOfRun / part.Count);
            Figures = document with { Series = SeriesTail.Append(Figures?.Series ?? [], document.Series, points) };
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

    /// <summary>It cannot be started.</summary>
    internal void Fail(string why) => (_isRefused, State, Said) = (true, JobState.Failed, why);

    /// <summary>Its agent cannot prolong it any more.</summary>
    internal void GiveUp(long leaseEndNs, DateTimeOffset leaseEnd) => (LeaseEndNs, LeaseEnd) = (leaseEndNs, leaseEnd);
}
