using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>A run on many hosts at one moment, as its controller knows it.</summary>
/// <param name="Merged">The figures of all agents together; null: none have come.</param>
internal sealed record ClusterView(
    ControllerPhase Phase, RunDocument? Merged, Sample Sample, IReadOnlyList<AgentRow> Agents, DateTimeOffset? Begin)
{
    public static ClusterView Empty { get; } = new(ControllerPhase.Connecting, null, SampleOf(null), [], null);

    public static ClusterView Of(ControllerMachine controller)
    {
        RunDocument? merged = ClusterDocument.Merge(controller);
        return new ClusterView(
            controller.Phase, merged, SampleOf(merged), [.. controller.Agents.Select(agent => RowOf(controller, agent))],
            controller.Begin);
    }

    private static AgentRow RowOf(ControllerMachine controller, AgentSeat agent)
    {
        PartSeat[] parts = [.. controller.Parts.Where(part => part.Agent == agent)];
        RunDocument[] known = [.. parts.Select(part => part.Result ?? part.Figures).OfType<RunDocument>()];
        string open = $"{Units.Count(known.Sum(run => run.Connections.Open))} open";
        string rate = known.Any(run => run.Rate is not null)
            ? $", {Units.Rate(known.Sum(run => run.Rate?.AchievedPerSecond ?? 0))} answered"
            : "";
        string state = agent.IsLost ? "lost"
            : parts.Length == 0 ? "no part" : parts.Min(part => part.State).ToString().ToLowerInvariant();
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
        PortCollisions = run?.Limits?.PortCollisions ?? 0,
        AcceptFailures = 0,
        AcceptErrno = 0,
        Retransmits = run?.Tcp?.Retransmits ?? 0,
        UserNs = run?.Cpu?.UserNs ?? 0,
        SystemNs = run?.Cpu?.SystemNs ?? 0,
    };
}

/// <summary>One agent as the live view and `status` show it.</summary>
internal sealed record AgentRow(string Name, string Text);
