namespace Throng.Measurement;

/// <summary>
/// Why a step was bad, with the counter that says so. The first of this list that holds is the cause:
/// <list type="number">
/// <item><c>none-up-to-max</c>: no step was bad; <c>none-so-far</c>: none yet when the run ended before the search did.
/// </item>
/// <item><c>generator-descriptors</c>, <c>generator-ports</c>: more connections failed for want of a descriptor or a
/// source port than in any other way, and more than <see cref="PerAttemptMin"/> of all; or fewer, if success was missed
/// and not more were never started.</item>
/// <item><c>empty</c>: half of the connections or more ended in order without the answer that was due.</item>
/// <item><c>server-backlog</c>: a server of this network namespace, and accept queues that overflowed for more than
/// <see cref="PerAttemptMin"/> of the connections, and for more of them than in the good step.</item>
/// <item><c>refused</c>, <c>path-reset</c>, <c>path-drop</c>: of refusals, resets after the handshake and
/// (retransmitted SYNs or timeouts) those there were most of. Failures count while the rule's success was missed, or
/// less than <see cref="SuccessMin"/> went well; retransmitted SYNs while there are more than
/// <see cref="PerAttemptMin"/> a connection. Timeouts alone, which a late generator may have caused, come after the
/// next two.</item>
/// <item><c>tls-failed</c>: of all that failed, most did in TLS.</item>
/// <item><c>generator-cpu</c>: the schedule was not kept (less than <see cref="AchievedMin"/> started without the
/// in-flight maximum being reached, or a lag p99 above <see cref="LagMaxNs"/>), and a worker was busy for more than
/// <see cref="BusyMax"/> of its time or ready without a CPU for more than <see cref="WaitedMax"/>, or the cgroup took
/// the CPU for more than <see cref="ThrottledMax"/> of the step.</item>
/// <item><c>generator-lag</c>: less than <see cref="AchievedMin"/> started as before, and a lag p99 above
/// <see cref="LagMaxNs"/>; or such a lag, and nothing was broken but a p99 of the life that would not have been too
/// long without it.</item>
/// <item><c>latency</c>: median or p99 of the life was too long, and nothing above explains it.</item>
/// <item><c>unknown</c>: no counter explains it, or most failures were of a kind that names nobody.</item>
/// </list>
/// A SYN sent again, a reset and a refusal are the path's or the server's own word, whatever the generator did beside
/// it. Where it was late all the same, the evidence says so.
/// </summary>
/// <param name="Name">As in the list.</param>
/// <param name="Evidence">One sentence without a full stop, with the counters.</param>
public sealed record SaturationCause(string Name, string Evidence)
{
    public const double AchievedMin = 0.99;
    public const long LagMaxNs = Ns.Millisecond;
    public const double BusyMax = 0.95;
    public const double ThrottledMax = 0.05;
    public const double WaitedMax = 0.1;
    public const double PerAttemptMin = 0.001;
    public const double SuccessMin = 0.999;
    private const double MostRatio = 0.5;

    /// <summary>
    /// Whether a step shows what the path or the server did by itself: SYNs sent again, resets, refusals. Such a step
    /// is believed although the generator was late.
    /// </summary>
    public static bool IsSeenInPackets(StepVerdict verdict, StepFigures step) =>
        IsSeen(OfFailures(verdict, step, null), verdict, step);

    /// <summary>The limit is the generator's own: the rate says nothing about the path.</summary>
    public bool IsGenerator => Name.StartsWith("generator-", StringComparison.Ordinal);

    /// <summary>The steps are a part of those of a search that another process leads.</summary>
    public static SaturationCause Led { get; } = new("led", "the process that leads the search judges its steps");

    /// <summary>Nothing was bad yet, and not every rate was tried.</summary>
    public static SaturationCause NoneSoFar(int steps) => new("none-so-far", steps == 0
        ? "no step was finished"
        : $"none of {Units.Several(steps, "steps")} was bad, and the run ended before the search did");

    /// <summary>The cause of a bad step.</summary>
    /// <param name="verdict">What the bad step broke; null when no step was bad.</param>
    /// <param name="bad">The step at the first bad rate; null when there is none.</param>
    /// <param name="good">The step at the last good rate; null when there is none.</param>
    /// <param name="baseStep">The step compared with; null when there is none.</param>
    public static SaturationCause Of(
        StepVerdict? verdict, StepFigures? bad, StepFigures? good, StepFigures? baseStep)
    {
        if (verdict is null || bad is null || verdict.IsGood)
        {
            return new("none-up-to-max", good is null
                ? "no step was run"
                : $"every step was good; at {Units.Rate(good.RatePerSecond)} "
                    + $"{Units.Percent(good.SuccessRatio)} of the connections went well");
        }

        SaturationCause? failures = OfFailures(verdict, bad, good);
        SaturationCause cause = OfRoom(verdict, bad)
            ?? OfEmpty(bad)
            ?? OfBacklog(bad, good)
            ?? (IsSeen(failures, verdict, bad) ? failures : null)
            ?? OfGenerator(verdict, bad)
            ?? failures
            ?? OfLatency(verdict, bad, baseStep)
            ?? new("unknown", $"{verdict.Text}; {Outcomes(bad)}");
        return bad.IsLate && !cause.IsGenerator
            ? cause with
            {
                Evidence = $"{cause.Evidence}; the generator was late itself, lag p99 {Units.Latency(bad.LagP99Ns)}",
            }
            : cause;
    }

    /// <summary>Whether a packet says so, not only a time that passed.</summary>
    private static bool IsSeen(SaturationCause? failures, StepVerdict verdict, StepFigures bad) =>
        failures is { Name: "refused" or "path-reset" }
        || (failures is { Name: "path-drop" } && HasRetransmits(verdict, bad));

    private static bool HasRetransmits(StepVerdict verdict, StepFigures bad) =>
        bad.SynRetransmitsPerAttempt > PerAttemptMin || verdict.Breaks(SaturationCriterion.SynRetransmits);

    private static SaturationCause? OfEmpty(StepFigures bad) => bad.Empty < bad.Attempts * MostRatio || bad.Empty == 0
        ? null
        : new("empty", $"{Of(bad.Empty, bad.Attempts)} connections ended in order without a byte of an answer: an echo "
            + "server (--life requests, or serve --mode exchange), or something between that ends a connection at a "
            + "half-close");

    private static SaturationCause? OfRoom(StepVerdict verdict, StepFigures bad)
    {
        long others = Math.Max(Math.Max(bad.Refused, bad.Reset), Math.Max(bad.TimedOut, bad.Empty));
        others = Math.Max(others, bad.Other);
        long own = Math.Max(bad.NoPort, bad.NoDescriptor);
        bool isMuch = own > bad.Attempts * PerAttemptMin
            || (verdict.Breaks(SaturationCriterion.Success) && own > bad.NotSent);
        if (isMuch && own > others)
        {
            return bad.NoDescriptor >= bad.NoPort
                ? new("generator-descriptors", $"{Of(bad.NoDescriptor, bad.Due)} connections found no free descriptor"
                    + Most(bad, static one => one.NoDescriptor))
                : new("generator-ports", $"{Of(bad.NoPort, bad.Due)} connections found no free source port"
                    + Most(bad, static one => one.NoPort));
        }

        return null;
    }

    private static SaturationCause? OfGenerator(StepVerdict verdict, StepFigures bad)
    {
        bool isShort = bad.AchievedRatio < AchievedMin && !bad.InFlightMaxReached;
        bool isLate = bad.IsLate;
        string schedule = $"{Units.Percent(bad.AchievedRatio)} of the arrivals were started, "
            + $"lag p99 {Units.Latency(bad.LagP99Ns)}{Whose(bad, " of ", static one => one.LagP99Ns)}";
        if ((isShort || isLate) && bad.ThrottledRatio > ThrottledMax)
        {
            return new("generator-cpu", "the cgroup's CPU limit stopped the generator"
                + $"{Whose(bad, " ", static one => one.ThrottledNs)} for "
                + $"{Units.Latency(bad.ThrottledNs)} of {Units.Latency(bad.Seconds * 1e9)}; {schedule}");
        }

        if ((isShort || isLate) && bad.BusyMax > BusyMax)
        {
            return new("generator-cpu",
                $"the busiest worker{Whose(bad, " of ", static one => one.BusyMax)} was busy "
                    + $"{Units.Percent(bad.BusyMax)} of its time; {schedule}");
        }

        if ((isShort || isLate) && bad.WaitedMax > WaitedMax)
        {
            return new("generator-cpu", (bad.Generators.Count == 0 ? "this host"
                : "the host" + Whose(bad, " of ", static one => one.WaitedMax))
                + " had no CPU left: a worker waited for one "
                + $"{Units.Percent(Math.Round(bad.WaitedMax, 3))} of its time; {schedule}");
        }

        return isLate && (isShort || IsOwnLateness(verdict, bad)) ? new("generator-lag", schedule) : null;
    }

    private static bool IsOwnLateness(StepVerdict verdict, StepFigures bad) => verdict.Broken.All(one =>
        one.Criterion is SaturationCriterion.LifeP99 or SaturationCriterion.LatencyMax
        && one.Value - bad.LagP99Ns <= one.Limit);

    private static SaturationCause? OfBacklog(StepFigures bad, StepFigures? good)
    {
        bool isBacklog = bad.HasServer && bad.ListenOverflowsPerAttempt > PerAttemptMin
            && bad.ListenOverflowsPerAttempt > (good?.ListenOverflowsPerAttempt ?? 0);
        return !isBacklog ? null : new(
            "server-backlog",
            $"the server's accept queue overflowed {Times(bad.ListenOverflows)} for "
                + $"{Units.Several(bad.Attempts, "connections")}{Before(good, good?.ListenOverflows)}");
    }

    private static SaturationCause? OfFailures(StepVerdict verdict, StepFigures bad, StepFigures? good)
    {
        bool hasFailures = verdict.Breaks(SaturationCriterion.Success)
            || (bad.Attempts > 0 && (double)bad.Ok / bad.Attempts < SuccessMin);
        long refused = hasFailures ? bad.Refused : 0;
        long reset = hasFailures ? bad.Reset : 0;
        long timedOut = hasFailures ? bad.TimedOut : 0;
        long retransmits = HasRetransmits(verdict, bad) ? bad.SynRetransmits : 0;

        // One lost connection retransmits its SYN several times.
        long dropped = Math.Max(timedOut, Math.Min(retransmits, bad.Attempts));
        long nameless = hasFailures ? Math.Max(bad.Empty, bad.Other) : 0;
        long most = Math.Max(Math.Max(refused, reset), Math.Max(dropped, nameless));
        if (most == 0)
        {
            return null;
        }

        if (most == refused)
        {
            return new("refused", $"{Of(refused, bad.Attempts)} connections were answered by RST or ICMP instead of "
                + $"SYN-ACK{Before(good, good?.Refused)}");
        }

        if (most == reset)
        {
            return new("path-reset", $"{Of(reset, bad.Attempts)} connections were reset after the handshake"
                + Before(good, good?.Reset));
        }

        if (most > dropped)
        {
            long tls = bad.Others[ChurnOutcomes.Name(ChurnOutcome.TlsFailed)];
            return tls == most
                ? new("tls-failed", $"TLS failed on {Of(tls, bad.Attempts)} connections{Before(good, OfTls(good))}: "
                    + "see tls_errors")
                : new("unknown", Outcomes(bad));
        }

        string synText = $"SYNs were retransmitted {Times(bad.SynRetransmits)} for "
            + Units.Several(bad.Attempts, "connections") + Before(good, good?.SynRetransmits);
        string timeoutText = $"{Of(bad.TimedOut, bad.Attempts)} connections timed out";
        return new("path-drop", retransmits == 0 ? timeoutText + Before(good, good?.TimedOut)
            : bad.TimedOut == 0 ? synText : $"{synText}; {timeoutText}");
    }

    private static SaturationCause? OfLatency(StepVerdict verdict, StepFigures bad, StepFigures? baseStep)
    {
        bool isMedian = verdict.Breaks(SaturationCriterion.LifeP50);
        if (!isMedian && !verdict.Breaks(SaturationCriterion.LifeP99)
            && !verdict.Breaks(SaturationCriterion.LatencyMax))
        {
            return null;
        }

        long beforeNs = (isMedian ? baseStep?.LifeP50Ns : baseStep?.LifeP99Ns) ?? 0;
        string before = baseStep is null
            ? ""
            : $", {Units.Latency(beforeNs)} at {Units.Rate(baseStep.RatePerSecond)}";
        string waiting = bad.InFlightMaxReached
            ? "; as many connections were unfinished as may be, "
                + $"{Units.Several(bad.NotSent, "was", "were")} not started"
            : "";
        return new("latency", (isMedian ? $"median life {Units.Latency(bad.LifeP50Ns)}"
            : $"p99 life {Units.Latency(bad.LifeP99Ns)}") + before + waiting);
    }

    /// <summary>The generator of several that a limit of its own is worst at; empty where there is one.</summary>
    private static string Whose(StepFigures step, string before, Func<StepFigures, double> of) =>
        step.Generators.Count == 0 ? "" : before + step.Generators.MaxBy(one => of(one.Value)).Key;

    private static string Most(StepFigures step, Func<StepFigures, double> of) => Whose(step, ", most of them at ", of);

    private static long? OfTls(StepFigures? step) => step?.Others[ChurnOutcomes.Name(ChurnOutcome.TlsFailed)];

    private static string Outcomes(StepFigures step)
    {
        (string Name, long Count)[] all =
        [
            ("refused", step.Refused), ("reset", step.Reset), ("timed out", step.TimedOut),
            ("ended without an answer", step.Empty), ("found no port", step.NoPort),
            ("found no descriptor", step.NoDescriptor),
            .. step.Others.ByCount().Select(static one => (InWords(one.Key), one.Value)),
            ("failed otherwise", step.Other - step.Others.Total), ("not started", step.NotSent),
        ];
        string some = string.Join(", ", all.Where(one => one.Count > 0)
            .Select(one => $"{Units.Count(one.Count)} {one.Name}"));
        string waiting = step.InFlightMaxReached ? "; as many connections were unfinished as may be" : "";
        return $"of {Units.Count(step.Due)} connections {Units.Count(step.Ok)} went well"
            + (some.Length > 0 ? ", " + some : "") + waiting;
    }

    /// <summary>An outcome behind the number of those that had it.</summary>
    private static string InWords(string outcome) => outcome switch
    {
        "tls_failed" => "failed in TLS",
        "closed" => "ended before they were done",
        "invalid" => "had another answer than expected",
        "no_memory" => "found no memory in the kernel here",
        "not_permitted" => "not permitted by this host",
        "cancelled" => "were ended with the run",
        StepFigures.InFlight => "without an end when the step was judged",
        _ => "failed with another error of the kernel",
    };

    private static string Before(StepFigures? good, long? count) => good is null
        ? ""
        : $", {Times(count ?? 0)} at {Units.Rate(good.RatePerSecond)}";

    private static string Of(long part, long whole) => $"{Units.Count(part)} of {Units.Count(whole)}";

    private static string Times(long count) => count switch
    {
        0 => "never",
        1 => "once",
        2 => "twice",
        _ => Units.Several(count, "times"),
    };
}
