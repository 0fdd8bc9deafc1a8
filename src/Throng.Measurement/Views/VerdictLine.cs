namespace Throng.Measurement;

/// <summary>
/// The one line that says what a run came to: what was reached, then what was lost or whose limit was in the way.
/// </summary>
public static class VerdictLine
{
    public static string Write(RunDocument run)
    {
        Connections connections = run.Connections;
        if (RunStates.WasNotTold(run) && run.Messages is null or { Offered: 0 })
        {
            return RunStates.IsRunning(run)
                ? $"waits to be told to start, {Units.Several(connections.Open, "connections")} open"
                : $"not started: ended by {run.EndedBy} before it was told to";
        }

        if (OwnEnd.WantsNothing(run) && run.Connect is { Attempts: > 0 })
        {
            return "nothing connected, and nothing wanted any more: set to 0";
        }

        if (NothingConnected.IsSo(run))
        {
            return $"nothing connected: {Failures(run)}";
        }

        if (run.Result?.VerdictText is { } found)
        {
            return found + HeldBeside(run);
        }

        if (run.Own is not null && CommandView.For(run).VerdictText is { } verdictOf)
        {
            return verdictOf(run);
        }

        if (run.Rate is not null)
        {
            return Exchanged(run, run.Messages ?? new Messages());
        }

        if (run.IsStateless)
        {
            return Turned(run.Own!, run.DurationNs);
        }

        return connections.Target is { } target
            ? Held(run, target)
            : $"{Units.Several(connections.Opened, "connections")}, at most {Units.Count(connections.Peak)} at a time, "
                + $"in {Units.Duration(run.DurationNs)}{(connections.Opened > 0 ? LostOf(run) : "")}";
    }

    private static string Held(RunDocument run, long target)
    {
        Connections connections = run.Connections;
        if (target == 0 && connections.Held == 0 && connections.Peak > 0)
        {
            return $"held none, set to 0: at most {Units.Count(connections.Peak)} were open{LostOf(run)}";
        }

        string held = $"held {Units.Count(connections.Held)} of {Units.Count(target)}";
        if (connections.Held >= target)
        {
            string span = connections.PlateauNs is { } plateauNs ? $" for {Span(plateauNs, run)}" : "";
            return held + span + LostOf(run);
        }

        string still = connections.Lost == 0 && Standstill.Since(run.Series, connections.ConnectFailed) is { } sinceNs
            ? $": {Standstill.Text(connections.Held, sinceNs)}"
            : "";
        if (Reasons.Main(connections.ConnectFailed).Length > 0)
        {
            string lost = connections.Lost > 0 ? $", {Units.Count(connections.Lost)} lost" : "";
            return $"{held}{lost}{still}: {Failures(run)}";
        }

        return connections.Lost > 0
            ? $"{held}: {Units.Count(connections.Lost)} lost"
            : still.Length > 0 ? held + still
            : RunStates.IsRunning(run) ? held + " so far"
            : $"{held}: ended by {(run.EndedBy.Length > 0 ? run.EndedBy : "itself")} during the ramp-up";
    }

    /// <summary>How long all were held, and of how long a time that was asked for: the ramp-up is in that.</summary>
    private static string Span(long plateauNs, RunDocument run)
    {
        string held = Units.Duration(plateauNs);
        bool isAsked = run.Options.Find("duration_ns") is { Kind: NodeKind.Integer, Integer: > 0 };
        string asked = isAsked ? Units.Duration(run.Options["duration_ns"].Integer) : held;
        return held == asked || plateauNs >= run.Options["duration_ns"].Integer ? held : $"{held} of {asked}";
    }

    /// <summary>
    /// Summarises the answers of a server without sockets: packets are all that such a server knows of.
    /// </summary>
    private static string Turned(Section own, long durationNs)
    {
        return $"{Units.Several(own["packets_syn"].Integer, "connects")} answered, "
            + $"{Units.Bytes(own["bytes_echoed"].Integer)} echoed in {Units.Count(own["packets_echoed"].Integer)} "
            + $"packets in {Units.Duration(durationNs)}";
    }

    /// <summary>Summarises a run of monitor: the lasting connections first, then the new ones.</summary>
    internal static string OfMonitor(RunDocument run)
    {
        long Of(string name) => (long)(Metrics.Value(run, name) ?? 0);
        string None(long count) => count == 0 ? "none" : Units.Count(count);
        long disturbed = Of("monitor.disturbed");
        string longest = Of("monitor.unrecovered") is > 0 and var open
            ? (open >= disturbed ? " and not good again" : $", {Units.Count(open)} of them not good again")
            : Of("monitor.disturbance.max") is > 0 and var ns
                ? $", {(disturbed == 1 ? "" : "each ")}for at most {Units.Latency(ns)}{DisturbanceSpacing.Remark(run)}"
                : "";
        string tried = Of("monitor.new.attempted") is > 0 and var attempted
            ? Of("monitor.new.failed") is > 0 and var failed
                ? $"; {Units.Count(failed)} of {Units.Several(attempted, "new connections")} failed"
                : $"; {Units.Several(attempted, "new connections")}, all ok"
            : "";
        string tail = run.Response is { P99Ns: { } p99Ns } ? $"; response p99 {Units.Latency(p99Ns)}" : "";
        long target = run.Connections.Target ?? 0;
        string lasting = run.Connections.Peak < target
            ? $"at most {Units.Count(run.Connections.Peak)} of {Units.Several(target, "connections")} open"
            : Units.Several(target, "connections");
        return $"{lasting}, {None(Of("monitor.lost"))} lost, {None(disturbed)} disturbed{longest}{tried}{tail}";
    }

    private static string Exchanged(RunDocument run, Messages messages)
    {
        MessageWords words = MessageWords.For(run);
        if (messages.Offered == 0)
        {
            return $"no {words.Messages} were {words.Offered}" + LostConnections(run.Connections);
        }

        double ratio = (double)messages.Answered / messages.Offered;
        double floor = Math.Floor(ratio * 1e5) / 1e5;
        string answered = messages.Answered == messages.Offered ? "all" : Units.Percent(floor > 0 ? floor : ratio);
        string rate = run.Rate is { } measured
            ? $"{Units.Rate(measured.AchievedPerSecond)} of {Units.Rate(measured.OfferedPerSecond)} offered, "
            : "";
        string tail = run.Response is { P99Ns: { } p99Ns } ? $", response p99 {Units.Latency(p99Ns)}" : "";
        List<string> missing = [];
        AddCount(missing, messages.TimedOut, "timed out");
        AddCount(
            missing, messages.Lost - messages.Refused,
            OwnEnd.Cut(run) > 0 ? "under way when the run was ended here"
                : messages.Lost == messages.Invalid ? "answered with something else"
                : words.Lost);
        AddCount(missing, messages.Refused - messages.NotPermitted, $"refused at {Reasons.FailedTarget(run)}");
        AddCount(missing, messages.NotPermitted, "not permitted by this host");
        AddCount(missing, messages.UnderWay ?? 0, "under way");
        AddCount(missing, messages.NotSent, words.NotSent + (messages.UnderWay is null ? "" : " yet"));
        string ending = messages.HasManyInDrain
            ? $" ({Units.Count(messages.AnsweredInDrain)} of them while the run ended)"
            : "";
        string rest = missing.Count == 0 ? "" : ": " + string.Join(", ", missing);
        string lost = run.Connections.Target is null ? "" : LostConnections(run.Connections);
        return $"{rate}{answered} {words.Answered}{ending}{rest}{tail}{lost}{HeldBeside(run)}";
    }

    /// <summary>Connections that were held beside those that came and went.</summary>
    private static string HeldBeside(RunDocument run) => HeldBesideLost.Of(run) is { } held
        ? $"; {Units.Count(held.Opened)}{(held.Opened < held.Asked ? $" of {Units.Count(held.Asked)}" : "")} held "
            + $"meanwhile, {(held.Lost == 0 ? "none" : Units.Count(held.Lost))} lost"
        : "";

    /// <summary>Lost connections beside messages, of which some may be lost too.</summary>
    private static string LostConnections(Connections connections) =>
        connections.Lost > 0 ? $"; {Units.Several(connections.Lost, "connections")} lost" : "";

    private static string Failures(RunDocument run)
    {
        ReasonCounts failed = run.Connections.ConnectFailed;
        string reason = Reasons.Main(failed);
        if (reason.Length == 0)
        {
            return "the run ended before the first answer";
        }

        string count = Units.Count(failed[reason]);
        string others = failed.ByCount().Count(other => other.Key != CloseReasons.Name(CloseReason.Cancelled)) > 1
            ? $" ({Units.Count(failed.Total - failed[CloseReason.Cancelled])} failed in all)"
            : "";
        return $"{count} {Reasons.What(reason, run)}{others}";
    }

    /// <summary>Lost connections and unanswered messages; nothing was lost only where there was neither.</summary>
    private static string LostOf(RunDocument run)
    {
        long unanswered = run.Messages is { } messages ? messages.TimedOut + messages.Lost : 0;
        string of = unanswered > 0
            ? $", {Units.Count(unanswered)} of {Units.Count(run.Messages!.Sent)} messages unanswered"
            : "";
        return Lost(run.Connections, andNothing: unanswered == 0) + of;
    }

    private static string Lost(Connections connections, bool andNothing) => connections.Lost > 0
        ? $", {Units.Count(connections.Lost)} lost"
        : andNothing ? ", nothing lost" : "";

    private static void AddCount(List<string> parts, long count, string what)
    {
        if (count > 0)
        {
            parts.Add($"{Units.Count(count)} {what}");
        }
    }
}
