using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>
/// A run on many hosts at one moment, as its controller knows it: a copy, which any thread may read.
/// </summary>
internal sealed record ClusterView
{
    public static ClusterView Empty { get; } = new();

    public ControllerPhase Phase { get; private init; } = ControllerPhase.Connecting;

    /// <inheritdoc cref="ControllerMachine.HaveAllEnded"/>
    public bool HaveAllEnded { get; private init; }

    /// <summary>The figures of all agents together; null: none have come.</summary>
    public RunDocument? Merged { get; private init; }

    public Sample Sample { get; private init; } = SampleOf(null);

    public IReadOnlyList<AgentRow> Agents { get; private init; } = [];

    public IReadOnlyList<PartRow> Parts { get; private init; } = [];

    /// <summary>Things that happened, by the controller's wall clock.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Text)> Events { get; private init; } = [];

    public DateTimeOffset? Begin { get; private init; }

    public bool IsFailed { get; private init; }

    /// <summary>The controller's thread.</summary>
    /// <param name="byAgent">The parts of each agent.</param>
    /// <param name="merged">The figures of these parts together.</param>
    public static ClusterView Of(
        ControllerMachine controller, ILookup<AgentSeat, PartSeat> byAgent, IReadOnlyList<PartRow> parts,
        RunDocument? merged) => new()
        {
            Phase = controller.Phase,
            HaveAllEnded = controller.HaveAllEnded,
            Merged = merged,
            Sample = SampleOf(merged),
            Agents = [.. controller.Agents.Select(agent => RowOf(agent, [.. byAgent[agent]]))],
            Parts = parts,
            Events = [.. controller.Events],
            Begin = controller.Begin,
            IsFailed = controller.IsFailed,
        };

    /// <summary>One part as it is now.</summary>
    /// <param name="byAgent">The parts of each agent.</param>
    public static PartRow RowOf(PartSeat part, ILookup<AgentSeat, PartSeat> byAgent) => new(
        byAgent[part.Agent].Skip(1).Any() ? $"{part.Agent.Name} {part.Part}" : part.Agent.Name,
        part.Agent.Name, part.Part, part.Result ?? part.Figures, part.FiguresAt,
        part.Agent.ActiveUntil, part.Result is not null, part.Agent.Clock.Ahead, part.Agent.Clock.Bound)
    {
        TakesOver = part.TakesOver?.Part,
        From = part.From,
        LeaseEnd = part.LeaseEnd,
        IsHandedOver = part.IsHandedOver,
    };

    private static AgentRow RowOf(AgentSeat agent, PartSeat[] parts)
    {
        RunDocument[] known = [.. parts.Select(part => part.Result ?? part.Figures).OfType<RunDocument>()];
        string open = $"{Units.Count(known.Sum(run => run.Connections.Open))} open";
        string rate = known.Any(run => run.Rate is not null)
            ? $", {Units.Rate(known.Sum(run => run.Rate?.AchievedPerSecond ?? 0))} answered"
            : "";
        string state = agent.IsLost ? "lost"
            : parts.Length == 0 ? "no part" : parts.Min(part => part.State).ToString().ToLowerInvariant();
        int taken = parts.Count(part => part is { TakesOver: not null, From: not null });
        state += taken > 0 ? $", {Units.Several(taken, "pieces")} taken over" : "";
        string clock = $"clock {Signed(agent.Clock.Ahead)} ± {Units.Latency(agent.Clock.Bound.Ticks * 100)}";
        return new AgentRow(agent.Name, $"{state}, {open}{rate}; {clock}");
    }

    private static string Signed(TimeSpan ahead) =>
        (ahead < TimeSpan.Zero ? "-" : "+") + Units.Latency(Math.Abs(ahead.Ticks) * 100);

    private static Sample SampleOf(RunDocument? run) => new()
    {
        AtNs = run?.DurationNs ?? 0,
        Requested = run?.Connections.Target ?? 0,
        Open = run?.Connections.Open ?? 0,
        Connecting = run?.Connections.Connecting ?? 0,
        Peak = run?.Connections.Peak ?? 0,
        Counts = run is null ? default : RunCounts.Of(run),
        Closed = run?.Connections.Closed ?? [],
        ConnectFailed = run?.Connections.ConnectFailed ?? [],
        OtherErrnos = run?.Connections.OtherErrnos ?? [],
        Lost = run?.Connections.Lost ?? 0,
        Failed = run?.Connections.ConnectFailed.Total ?? 0,
        PortCollisions = 0,
        AcceptFailures = 0,
        AcceptErrno = 0,
        Retransmits = run?.Tcp?.Retransmits ?? 0,
        UserNs = run?.Cpu?.UserNs ?? 0,
        SystemNs = run?.Cpu?.SystemNs ?? 0,
    };
}

/// <summary>One agent as the live view and `status` show it.</summary>
internal sealed record AgentRow(string Name, string Text);

/// <summary>One part, and what is known of what it did.</summary>
/// <param name="Run">Its result, or its last figures; null: nothing came.</param>
/// <param name="FiguresAt">When the last figures were read, by the controller's clock.</param>
/// <param name="ActiveUntil">Its agent can have been active so long without being heard.</param>
/// <param name="IsWhole">It is the result.</param>
internal sealed record PartRow(
    string Name, string Agent, JobPart Part, RunDocument? Run, DateTimeOffset FiguresAt,
    DateTimeOffset ActiveUntil, bool IsWhole, TimeSpan ClockAhead, TimeSpan ClockBound)
{
    /// <summary>The part of a lost agent of which it is a piece; null: it is there from the beginning.</summary>
    public JobPart? TakesOver { get; init; }

    /// <summary>From when on it was told to take over, by the controller's clock; null: it was not told.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Until when it may have gone on unheard, by the controller's clock; null: it was not given up.</summary>
    public DateTimeOffset? LeaseEnd { get; init; }

    /// <summary>It was cut into pieces for other agents.</summary>
    public bool IsHandedOver { get; init; }
}
