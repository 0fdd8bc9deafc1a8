namespace Throng.Measurement;

/// <summary>
/// Warning when fewer connections than there were had answers at one time, and others had none although they asked: the
/// server takes so many clients and lets the others wait. Error when less than half of the messages were answered.
/// </summary>
public sealed class FewServed : IRule
{
    private const double PeakRatio = 0.95;
    private const long UnservedMin = 2;

    public RuleNote Note { get; } = new("few-served", "error, warning",
        "Fewer connections had answers at one time than there were, and others that asked had none; error when less "
            + "than half of the messages were answered.",
        "no more connections than the server takes at once, or raise its limit on clients");

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run))
        {
            return null;
        }

        Connections connections = run.Connections;
        string served = Units.Count(connections.ServedPeak ?? 0);
        string peak = Units.Count(connections.Peak);
        string option = run.Command == "hold" ? $"hold {served}" : $"-c {served}";
        return Note.Found(
            run.Messages is { } messages && ServerNotAnswering.IsMinority(messages) ? Severity.Error : Severity.Warning,
            $"never more than {served} of {peak} connections were served at once: "
                + (Reasons.HasSeveral(run)
                    ? $"one or more of {Reasons.Target(run)} takes no more clients, or answers nothing"
                    : $"{Reasons.Target(run)} takes so many clients, or accepts too slowly"),
            $"{Units.Several(connections.Unserved, "connections")} gave up a message before they had had one answer",
            $"use {option}, or raise the server's limit on clients");
    }

    /// <summary>Whether that is so: then messages without an answer waited for a place. Over UDP there are no places:
    /// a server that drops a datagram serves the next one. A server lets its kernel take what waits for a place: where
    /// it is sent again, it did not arrive.</summary>
    internal static bool IsSo(RunDocument run) => run.Connections is { ServedPeak: > 0 and var served } connections
        && !OwnOptions.IsDatagram(run) && connections.Unserved >= UnservedMin && served <= connections.Peak * PeakRatio
        && !AnswersMalformed.IsMost(run) && Arrival.SentAgain(run) < connections.Unserved;
}
