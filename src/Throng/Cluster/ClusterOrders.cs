using Throng.Cluster;
using Throng.Engine;

namespace Throng;

/// <summary>Orders to agents that belong to no controller.</summary>
internal static class ClusterOrders
{
    /// <summary>Ends a run in order; its controller, if it is there, goes on to its result.</summary>
    public static int Stop(Invocation call, BusDesk desk, string name, string run)
    {
        RunPlan planned = PlanOf(desk, run);
        Found? fence = desk.Get(Bucket.Plans, ClusterProtocol.FenceKey(run));
        Order order = new()
        {
            Kind = OrderKind.End, Run = run, Controller = name, Version = Release.Version, Fence = fence?.Revision ?? 0,
        };
        return Tell(call, desk, planned.Parts.Select(part => part.Agent).Distinct(), order, "ends");
    }

    /// <summary>Lets agents leave once they have nothing to do; without a name, all.</summary>
    public static int Drain(Invocation call, BusDesk desk, string name, IReadOnlyList<string> agents)
    {
        IEnumerable<string> told = agents.Count > 0 ? agents
            : desk.List(Bucket.Agents).Keys.Order(StringComparer.Ordinal);
        Order order = new() { Kind = OrderKind.Leave, Controller = name, Version = Release.Version };
        return Tell(call, desk, told, order, "leaves");
    }

    /// <exception cref="SetupException">There is no such run.</exception>
    public static RunPlan PlanOf(BusDesk desk, string run) =>
        ClusterProtocol.IsName(run) && desk.Get(Bucket.Plans, ClusterProtocol.PlanKey(run))?.Data is { } data
            && ClusterJson.TryRead(data, out RunPlan? plan)
            ? plan
            : throw new SetupException(
                $"there is no run {Text.Plain(run)}", "throng cluster status lists the runs under way");

    private static int Tell(
        Invocation call, BusDesk desk, IEnumerable<string> agents, Order order, string done)
    {
        bool areDone = true;
        foreach (string agent in agents)
        {
            OrderAnswer? answer = desk.Ask(agent, order, out _, out _);
            areDone &= answer is { IsDone: true };
            string text = answer is null ? "did not answer"
                : answer.Text.Length > 0 ? answer.Text : done;
            call.Shell.Print($"{Text.Plain(agent)}: {text}\n");
        }

        return areDone ? ExitCode.Done : ExitCode.NotDone;
    }
}
