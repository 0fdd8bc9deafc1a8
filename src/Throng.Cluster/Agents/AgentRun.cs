namespace Throng.Cluster;

/// <summary>A run as one agent knows it: its parts here, and who leads it.</summary>
internal sealed class AgentRun(string name)
{
    private readonly List<AgentJob> _jobs = [];

    public string Name => name;

    /// <summary>Parts of it that are here, in the order they came.</summary>
    public IReadOnlyList<AgentJob> Jobs => _jobs;

    public ulong Fence { get; set; }

    public string Controller { get; set; } = "";

    public ControllerLoss OnControllerLoss { get; set; }

    /// <summary>The word on which its parts go on; null: they need none.</summary>
    public AgentLease? Lease { get; set; }

    /// <summary>When its controller was heard last.</summary>
    public long HeardNs { get; set; }

    /// <summary>It was told to end.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Orders whose answer depends on what its parts say, by the id of what was said to each.</summary>
    public Dictionary<long, PendingAnswer> Answers { get; } = [];

    public bool IsLive => _jobs.Exists(static job => job.IsLive);

    /// <summary>A part of it was told to begin.</summary>
    public bool HasBegun => _jobs.Exists(static job => job.State is not (JobState.Connecting or JobState.Ready));

    public AgentJob? Find(JobPart part) => _jobs.Find(job => job.Id.Part == part);

    public AgentJob Add(JobId id, bool takesOver = false)
    {
        AgentJob job = new(id) { TakesOver = takesOver };
        _jobs.Add(job);
        return job;
    }
}

/// <summary>A part of a run at its agent.</summary>
internal sealed class AgentJob(JobId id)
{
    public JobId Id => id;

    public JobState State { get; set; }

    /// <summary>How often its figures were asked for.</summary>
    public long Looks { get; set; }

    /// <summary>Another host carried it out before.</summary>
    public bool TakesOver { get; init; }

    /// <summary>Until when it may go on, by the clock that never jumps; long.MaxValue: until its end.</summary>
    public long LeaseNs { get; set; } = long.MaxValue;

    /// <summary>The order to begin, until all parts that were told have answered it.</summary>
    public PendingAnswer? Beginning { get; set; }

    /// <summary>Its process is there.</summary>
    public bool IsLive => State is JobState.Connecting or JobState.Ready or JobState.Running;

    /// <summary>Its result is not stored where a controller can fetch it.</summary>
    public bool IsUnsaved => State == JobState.Ending;

    /// <summary>Where it is once its result is stored.</summary>
    public JobState FinalState => HasResult ? JobState.Ended : JobState.Failed;

    public bool HasResult { get; set; } = true;

    public bool IsSaving { get; set; }

    public int? ExitCode { get; set; }

    public string Said { get; set; } = "";

    /// <summary>Number of its last figure.</summary>
    public long Sequence { get; set; }

    /// <summary>Ids of the questions it has not answered yet; 0: none.</summary>
    public long ReadyId { get; set; }
    public long ResultId { get; set; }
}

/// <summary>An order that every part of a run here answers: the order's answer is that of all of them.</summary>
internal sealed class PendingAnswer(string replyTo, int parts)
{
    private readonly SortedDictionary<int, string> _texts = [];
    private int _left = parts;

    /// <summary>Addresses of whoever gave the order: it may have come again before it was answered.</summary>
    public List<string> ReplyTo { get; } = [replyTo];

    /// <summary>The order was to begin.</summary>
    public bool IsBegin { get; init; }

    public bool IsWhole => _left == 0;

    /// <summary>At least one part refused, or did not answer.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Their answers; said once where all said the same.</summary>
    public string Text => string.Join("; ", _texts.Values.Distinct());

    public void Take(JobPart part, JobSaid said)
    {
        _left--;
        IsRefused |= said.IsRefused || said.Text is null;
        _texts[part.Index] = said.Text ?? $"part {part} did not answer";
    }
}
