using Throng.Measurement;

namespace Throng.Engine;

/// <summary>The interface that packets of this process go through: one queue of it is taken.</summary>
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
            Needs = "1 queue",
            NeedsNumber = 1,
            Note = facts.Exists ? $"packets of {Units.Count(facts.MtuBytes)} B at most" : "",
        };
        return facts.Refusal is not { } refusal
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
