namespace Throng.Cluster;

public enum OrderKind : byte
{
    /// <summary>Tells the time: how far the clocks are apart is known from that.</summary>
    Clock,

    /// <summary>Examines a plan as <c>doctor</c> does, and starts nothing.</summary>
    Examine,

    /// <summary>Starts a part of a run; it connects, and waits to be told when to begin.</summary>
    Prepare,

    /// <summary>Tells all parts of the run here when to begin.</summary>
    Begin,

    /// <summary>Says a line to all parts of the run here, as at their prompts.</summary>
    Say,

    /// <summary>Ends all parts of the run here in order.</summary>
    End,

    /// <summary>The results of the run are safe elsewhere: what is kept of it here can go.</summary>
    Forget,

    /// <summary>Ends the agent once it has nothing to do.</summary>
    Leave,
}

/// <summary>Fate of the parts of a run whose controller is not heard of any more.</summary>
public enum ControllerLoss : byte
{
    /// <summary>They go on to the end of their plan.</summary>
    Finish,

    /// <summary>They end in order.</summary>
    Stop,
}

/// <summary>A controller's order to one agent; it is answered by an <see cref="OrderAnswer"/>.</summary>
public sealed record Order
{
    public required OrderKind Kind { get; init; }

    public int Protocol { get; init; } = ClusterProtocol.Version;

    /// <summary>Version of the controller, to be named where it is not understood.</summary>
    public string Version { get; init => field = value ?? ""; } = "";

    /// <summary>Id of the run that it belongs to; empty for an order that belongs to none.</summary>
    public string Run { get; init => field = value ?? ""; } = "";

    /// <summary>Name of the controller.</summary>
    public string Controller { get; init => field = value ?? ""; } = "";

    /// <summary>Higher than that of every earlier leader of the run: orders with a lower one are refused.</summary>
    public ulong Fence { get; init; }

    /// <summary>For Examine and Prepare: the part of the plan. For Begin: the one that is taken over; empty: all that
    /// were there from the beginning.</summary>
    public string Part { get; init => field = value ?? ""; } = "";

    /// <summary>For Examine and Prepare: a command and its options, as they would be typed here.</summary>
    public IReadOnlyList<string> Words { get; init => field = ClusterJson.Whole(value); } = [];

    /// <summary>For Prepare: what happens when nothing more is heard of the controller.</summary>
    public ControllerLoss OnControllerLoss { get; init; }

    /// <summary>For Prepare: what happens when nothing more is heard of the agent.</summary>
    public AgentLoss OnAgentLoss { get; init; }

    /// <summary>For Prepare: the part has been carried out elsewhere, and is taken over.</summary>
    public bool TakesOver { get; init; }

    /// <summary>For Begin: the moment, by the agent's own clock.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>For Begin of a part that is taken over: from when on, by the agent's own clock.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>For Say: the line.</summary>
    public string Line { get; init => field = value ?? ""; } = "";
}

/// <summary>Answer to an <see cref="Order"/>.</summary>
public sealed record OrderAnswer
{
    public required string Agent { get; init; }

    public required bool IsDone { get; init; }

    /// <summary>Text of the answer; of a refusal: what, why and the remedy.</summary>
    public string Text { get; init => field = value ?? ""; } = "";

    /// <summary>The agent's clock when it answered.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The same moment by the agent's clock that never jumps.</summary>
    public long NowNs { get; init; }

    /// <summary>In a refusal: the controller that leads the run now, where that is why.</summary>
    public string? LedBy { get; init; }

    /// <summary>To Clock: the parts of the run that are known here.</summary>
    public IReadOnlyList<string>? Parts { get; init; }

    /// <summary>To Examine: whether the plan fits.</summary>
    public bool Fits { get; init; }

    /// <summary>To Examine: connections that are possible; null where no limit is known.</summary>
    public double? Possible { get; init; }
}
