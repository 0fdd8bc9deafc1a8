using Throng.Measurement;

namespace Throng.Engine;

/// <summary>The interface that packets of this process go through: each worker takes a queue of it.</summary>
public static class InterfaceLimit
{
    public static LimitRow? Judge(HostFacts host, LoadPlan plan)
    {
        if (plan.Packets is not { } facts)
        {
            return null;
        }

        LimitRow row = new("interface", facts.Name, facts.Exists ? Units.Several(facts.Queues, "queues") : "none")
        {
            HasNumber = facts.Queues,
            Needs = Units.Several(plan.Capacity.Workers, "queues"),
            NeedsNumber = plan.Capacity.Workers,
            Note = facts.Exists ? $"packets of {Units.Count(facts.MtuBytes)} B at most" : "",
        };
        return facts.Refusal(plan.Capacity.Workers) is not { } refusal
            ? row with { State = LimitState.Ok }
            : row with
            {
                State = LimitState.TooSmall,
                Sentence = refusal.What,
                Remedy = refusal.Remedy,
                Command = refusal.Remedy,
                IsForceable = false,
            };
    }
}
