namespace Throng.Measurement;

/// <summary>
/// Connections that churn or saturate was to hold beside those that it set up and tore down, and that were not there:
/// not opened, or ended by somebody else while others came and went. What was measured then is of fewer.
/// </summary>
public sealed class HeldBesideLost : IRule
{
    public RuleNote Note { get; } = new("held-beside-lost", "warning",
        "Connections that were to be held beside those set up and torn down were not opened, or were lost meanwhile.",
        "find how many the path holds with throng capacity; hold fewer, or longer timeouts there");

    public Finding? Judge(RunDocument run)
    {
        if (Of(run) is not { } held || (held.Opened >= held.Asked && held.Lost == 0))
        {
            return null;
        }

        long missing = held.Asked - held.Opened;
        return Note.Found(
            Severity.Warning,
            missing <= 0 ? $"{Units.Several(held.Lost, "held connection was", "held connections were")} lost meanwhile"
                : $"{Units.Several(missing, "connection", "connections")} of {Units.Count(held.Asked)} to be held "
                    + "could not be opened" + (held.Lost > 0 ? $", {Units.Count(held.Lost)} were lost" : ""),
            $"asked {Units.Count(held.Asked)}, opened {Units.Count(held.Opened)}, lost {Units.Count(held.Lost)}; "
                + "failed: " + Reasons.List(run.Connections.ConnectFailed, run),
            "what was measured is beside fewer: find how many the path holds with throng capacity, and for how long "
                + "with throng idle");
    }

    /// <summary>Counts of them; null where none were asked for.</summary>
    internal static (long Asked, long Opened, long Lost)? Of(RunDocument run) =>
        run.Command is "churn" or "saturate" && run.Own?.Find("held") is { Kind: NodeKind.Section } node
            ? (node.Section.Integer("asked"), node.Section.Integer("opened"), node.Section.Integer("lost"))
            : null;
}
