namespace Throng.Measurement;

/// <summary>
/// Common past of the connections that a peer ended, and what it says of the peer: how many answers each had had, how
/// long it had been idle, how old it was. Null where they have nothing in common.
/// </summary>
/// <param name="Text">How they ended, to be read behind "N connections were".</param>
/// <param name="Cause">What does such a thing.</param>
/// <param name="Remedy">What helps.</param>
internal sealed record PeerEndPattern(string Text, string Cause, string Remedy)
{
    private const long EndsMin = 2;

    /// <summary>Share of the connections that a restart ends at least, be it of one of several servers.</summary>
    private const double GoodPart = 0.05;

    /// <summary>Messages for each connection, at most, that are one for each: some more were lost as the run ended.
    /// </summary>
    private const double OneEachRatio = 1.25;

    /// <summary>Ends that lie within this are of one moment.</summary>
    private const long MomentNs = Ns.Second / 2;

    /// <summary>Ends for each connection beyond which they have another cause than a few restarts.</summary>
    private const long RestartsMax = 3;

    /// <summary>Times that lie within this of each other, or within this share, are one time.</summary>
    private const double SameNs = 20 * Ns.Millisecond;
    private const double SameRatio = 0.05;

    /// <summary>An idle timeout that somebody has chosen is at least so long; a shorter one makes room.</summary>
    private const long IdleTimeoutMinNs = Ns.Second;

    public static PeerEndPattern? Find(RunDocument run)
    {
        PeerEnds ends = run.Connections.EndedByPeer;
        return WasStopped(run) ? OfStop(run)
            : ends.Age.Count < Math.Max(EndsMin, run.Connections.Lost * Explanation.MostRatio) ? null
            : OfTurnedAway(run, ends)
                ?? OfForgotten(run, ends)
                ?? (IsOneMoment(run, ends)
                    ? OfOneMoment(run, ends)
                    : OfAnswers(run, ends) ?? OfIdle(run, ends) ?? OfAge(run, ends));
    }

    /// <summary>
    /// Whether peers ended connections and refused others afterwards: who does that was stopped, for a time or for
    /// good. Refusals from before the first end are of another target.
    /// </summary>
    public static bool WasStopped(RunDocument run)
    {
        Connections connections = run.Connections;
        PeerEnds ends = connections.EndedByPeer;
        long ended = Math.Max(
            ends.Age.Count, connections.Closed[CloseReason.PeerClosed] + connections.Closed[CloseReason.Reset]);
        return connections is { Lost: > 0 } && ended > 0 && connections.ConnectFailed[CloseReason.Refused] > 0
            && ended >= connections.Peak * GoodPart && ended <= Math.Max(1, connections.Peak) * RestartsMax
            && !run.Series.Any(point => point.TimeNs < ends.FirstNs && point.Failed > 0);
    }

    /// <summary>Whether they ended at one moment, as far as a document says when; an older one says it only by its
    /// intervals.</summary>
    private static bool IsOneMoment(RunDocument run, PeerEnds ends) => ends is { FirstNs: { } first, LastNs: { } last }
        ? last - first <= MomentNs
        : ends.Age.Count <= Math.Max(run.Connections.Peak, run.Connections.Target ?? 0)
            && IsGoodPart(run, ends) && IsOneTime(ends.Age)
            && run.Series.Count(point => point.Closed > 0) is > 0 and <= 2;

    private static bool IsGoodPart(RunDocument run, PeerEnds ends) =>
        ends.Age.Count >= run.Connections.Peak * GoodPart;

    /// <summary>It was stopped or restarted: neither ages nor idle times say anything then.</summary>
    private static PeerEndPattern OfStop(RunDocument run)
    {
        PeerEnds ends = run.Connections.EndedByPeer;
        return new(
            ends.Age.Count >= EndsMin && IsOneMoment(run, ends)
                ? "ended by the peer all at about one moment"
                : "ended by the peer",
            "connects were refused then: the server, or something between, was stopped, or restarted or reloaded",
            "see what was done there when they ended (series, events), and the server's log");
    }

    /// <summary>Ages of connections that ended together say little: they were opened together too. Of a few among many
    /// nothing is known.</summary>
    private static PeerEndPattern? OfOneMoment(RunDocument run, PeerEnds ends)
    {
        if (!IsGoodPart(run, ends))
        {
            return null;
        }

        bool maybeIdle = ends.Answers.MaxNs is 0 && ends.Age.P50Ns >= IdleTimeoutMinNs && IsOneTime(ends.Age)
            && Reasons.Main(run.Connections.ConnectFailed).Length == 0;
        return maybeIdle && WereAsked(run, ends) ? OfQueue(run, ends.Age) : maybeIdle
            ? new(
                $"{Ended(run)} by the peer all at about one moment, {Range(ends.Age.MinNs, ends.Age.P90Ns)} after they "
                    + "were opened, with no answer on them",
                $"an idle timeout of {About(ends.Age)} at the server or between, or something that ended them together",
                KeepAlive(run, ends.Age))
            : new(
                "ended by the peer all at about one moment",
                "the server, or something between, was restarted or reloaded, or let them go together",
                "see what was done there at that moment (series, events), and the server's log");
    }

    /// <summary>Each ended after the same number of answers, in more than one go: a restart ends all at one moment.
    /// </summary>
    private static PeerEndPattern? OfAnswers(RunDocument run, PeerEnds ends)
    {
        LatencySummary answers = ends.Answers;
        bool isOne = answers.P50Ns == 1 && ends.Idle.P95Ns < PeerEnds.TurnedAwayNs;
        bool isSame = (isOne || answers.P50Ns >= EndsMin) && answers.P50Ns == answers.P90Ns
            && answers.MeanNs >= answers.P50Ns * (1 - SameRatio);
        if (!isSame || ends.Age.Count <= (run.Connections.Target ?? 0))
        {
            return null;
        }

        string count = Units.Count(answers.P50Ns ?? 0);
        bool isQuery = run.Own?.Find("answers") is not null;
        return new(
            $"{Ended(run)} by the peer after {(answers.MinNs == answers.MaxNs ? "" : "mostly ")}exactly {count} "
                + $"{(isOne ? "answer" : "answers")} each",
            $"the server closes a connection after {count} "
                + (isQuery ? isOne ? "query" : "queries" : isOne ? "message" : "messages"),
            isQuery ? $"--queries-per-connection {count} closes them before it does" : "take it as the server's rule");
    }

    /// <summary>Each was reset by the first message after a silence: who answered it did not know it any more.
    /// </summary>
    private static PeerEndPattern? OfForgotten(RunDocument run, PeerEnds ends)
    {
        LatencySummary idle = ends.Idle;
        long lost = run.Connections.Lost;
        bool isSo = idle.MinNs >= IdleTimeoutMinNs
            && run.Messages?.Lost >= lost * Explanation.MostRatio && run.Messages.Lost <= lost * OneEachRatio
            && run.Connections.Closed[CloseReason.Reset] >= lost * Explanation.MostRatio && !WasStopped(run);
        return !isSo ? null : new(
            $"reset by the peer at the first message after {Range(idle.MinNs, idle.MaxNs)} of silence",
            "the server, or something between, had forgotten them: an idle timeout below "
                + Units.Latency(idle.MinNs ?? 0),
            run.Command == "hold"
                ? $"--ping with a --ping-interval below {Units.Latency(idle.MinNs ?? 0)}, or raise the timeout"
                : "use fewer connections (-c) so that none is silent for so long, or raise the timeout");
    }

    /// <summary>Whether messages were under way on all of them, and none was ever answered.</summary>
    private static bool WereAsked(RunDocument run, PeerEnds ends) =>
        ends.Answers.MaxNs is 0 && run.Messages?.Lost >= run.Connections.Lost;

    /// <summary>They were not idle: they waited for somebody to serve them.</summary>
    private static PeerEndPattern OfQueue(RunDocument run, LatencySummary waited) => new(
        $"{Ended(run)} by the peer {Range(waited.MinNs, waited.P90Ns)} after they were opened, with messages on them "
            + "and no answer",
        $"the server, or something before it, had no place for them and gave up after {About(waited)}",
        run.Connections.ServedPeak is > 0 and var served
            ? $"use -c {Units.Count(served)}, or raise the limit on connections there (HAProxy: maxconn of the server)"
            : "see what is behind that address, and the limit on connections there");

    /// <summary>The word for how most of them ended.</summary>
    private static string Ended(RunDocument run) =>
        run.Connections.Closed[CloseReason.Reset] * 2 > run.Connections.Lost ? "reset" : "closed";

    /// <summary>Each ended so long after its last answer, or after it was opened.</summary>
    private static PeerEndPattern? OfIdle(RunDocument run, PeerEnds ends)
    {
        LatencySummary idle = ends.Idle;
        string since = ends.Answers.MaxNs is 0 ? "they were opened, with no answer on them" : "anything came on them";
        if (idle.P95Ns < IdleTimeoutMinNs)
        {
            // Nobody is let go sooner than a moment, nobody stays much longer, and whoever comes again is let go again.
            string fewer = run.Command == "hold" ? "hold fewer" : "-c";
            return idle.MinNs < PeerEnds.TurnedAwayNs || ends.Age.Count <= run.Connections.Peak * 2 ? null : new(
                $"{Ended(run)} by the peer {Range(idle.MinNs, idle.P90Ns)} after {since}",
                "the server is short of client slots",
                $"use fewer connections ({fewer}), or raise the server's limit on clients");
        }

        return idle.P50Ns < IdleTimeoutMinNs || !IsOneTime(idle) ? null : WereAsked(run, ends) ? OfQueue(run, idle)
            : new(
            $"{Ended(run)} by the peer {Range(ends.Answers.P90Ns is 0 ? idle.MinNs : idle.P50Ns, idle.P90Ns)} after "
                + since,
            $"an idle timeout of {About(idle)} at the server or between",
            KeepAlive(run, idle));
    }

    /// <summary>Each was turned away at once.</summary>
    private static PeerEndPattern? OfTurnedAway(RunDocument run, PeerEnds ends)
    {
        LatencySummary age = ends.Age;
        if (ends.Answers.P90Ns is not 0 || age.P90Ns >= PeerEnds.TurnedAwayNs)
        {
            return null;
        }

        long withinNs = Math.Max(age.P99Ns ?? 0, Ns.Millisecond);
        string held = run.Connections.Held > 0 ? $" more than {Units.Count(run.Connections.Held)}" : "";
        return new(
            $"{Ended(run)} by the peer within {Units.Latency(withinNs)} of being opened",
            $"the server, or something between, takes no{held} connections from here",
            "look for a limit on the connections of one client there, or hold fewer");
    }

    /// <summary>Each ended at the same age, whatever was on it.</summary>
    private static PeerEndPattern? OfAge(RunDocument run, PeerEnds ends)
    {
        LatencySummary age = ends.Age;
        return age.P50Ns < IdleTimeoutMinNs || !IsOneTime(age) ? null : new(
            $"{Ended(run)} by the peer {Range(age.P50Ns, age.P90Ns)} after they were opened, whatever was on them",
            $"a limit of {About(age)} on the age of a connection",
            "take it as the server's rule, or raise it there");
    }

    private static string KeepAlive(RunDocument run, LatencySummary time) => run.Command == "hold"
        ? $"--ping with a --ping-interval below {About(time)} keeps them, or raise the timeout"
        : "use fewer connections (-c) so that none is idle for so long, or raise the timeout";

    private static bool IsOneTime(LatencySummary time)
    {
        double sameNs = Math.Max(SameNs, (time.P50Ns ?? 0) * SameRatio);
        return time.P90Ns - time.P50Ns <= sameNs && time.MeanNs >= time.P50Ns - sameNs;
    }

    private static string Range(long? fromNs, long? toNs)
    {
        string from = Units.Latency(fromNs ?? 0);
        string to = Units.Latency(toNs ?? 0);
        string unit = to[to.IndexOf(' ')..];
        return from == to ? from : $"{from.Replace(unit, "", StringComparison.Ordinal)} to {to}";
    }

    /// <summary>A timeout as somebody may have set it: to half a second.</summary>
    private static string About(LatencySummary time)
    {
        const long Step = Ns.Second / 2;
        return Units.Duration((long)Math.Round((double)(time.P50Ns ?? 0) / Step) * Step);
    }
}
