namespace Throng.Measurement;

/// <summary>
/// Warning when 1 % of the messages left more than 1 ms after their time, and more than ten mean turns of the loop:
/// what a turn coalesces by design is no debt. The schedule was not kept. Response times contain it, service times hide
/// it; where it is little beside the response times nothing is said.
/// </summary>
public sealed class GeneratorLate : IRule
{
    private const long LagMaxNs = Ns.Millisecond;
    private const double TurnsMax = 10;

    /// <summary>Share of the response p99 below which it is no matter.</summary>
    private const double ShareMin = 0.05;

    /// <summary>Workers that are less busy than this need neither CPUs nor threads.</summary>
    private const double IdleMax = 0.5;

    public RuleNote Note { get; } = new("generator-late", "warning",
        "1 % of the messages left more than 1 ms, and more than ten turns of the loop, after their time, and that is "
            + "5 % or more of the response p99.",
        "more --threads or CPUs, or a lower rate, and leave the server its own CPUs");

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run) || HostOverloaded.IsSo(run) || ShareOf(run) < ShareMin)
        {
            return null;
        }

        MessageWords words = MessageWords.For(run);
        LatencySummary lag = run.Lag!;
        string turn = run.Cpu?.TurnNs is { } turnNs ? $"; a turn takes {Units.Latency(turnNs)}" : "";
        string share = ShareOf(run) is not { } of || run.Response?.P99Ns is not { } p99Ns ? ""
            : of > 1 ? $", more than the response p99 of {Units.Latency(p99Ns)}, which is of those with an answer"
            : $", {Units.Percent(Math.Round(of, 2))} of the response p99 of {Units.Latency(p99Ns)}";
        return Note.Found(
            Severity.Warning,
            $"generator-limited: {words.Messages} {words.Late}, and response times have that in them",
            $"lag p99 {Units.Latency(lag.P99Ns ?? 0)}{share}, max {Units.Latency(lag.MaxNs ?? 0)}{turn}",
            (run.Cpu?.BusyMax < IdleMax
                ? "its workers were idle, so something else had the CPU: stop that, or give the generator CPUs of "
                    + "its own; "
                : "use more --threads or CPUs, or a lower rate, and leave the server its own CPUs; ")
                + "service times are without it");
    }

    /// <summary>Whether it was the generator that was late.</summary>
    internal static bool IsSo(RunDocument run) =>
        HasLag(run) && (Meanings.Of(run) >= Meanings.LagIsOwn || !HeldBack.IsSo(run));

    /// <summary>Whether messages left late; in older documents whoever they waited for.</summary>
    internal static bool HasLag(RunDocument run) =>
        run.Lag is { P99Ns: > LagMaxNs and var lagNs } && lagNs > (run.Cpu?.TurnNs ?? 0) * TurnsMax;

    /// <summary>The lag's p99 as a share of the response time's; null without one.</summary>
    private static double? ShareOf(RunDocument run) =>
        run.Response?.P99Ns is > 0 and var responseNs ? (run.Lag?.P99Ns ?? 0) / (double)responseNs : null;
}
