namespace Throng.Measurement;

/// <summary>
/// Warning when 1 % of the messages left more than 1 ms after their time, and more than ten mean turns of the loop:
/// what a turn coalesces by design is no debt. The schedule was not kept. Response times contain it, service times hide
/// it. Not said when the queries were late because they waited for their connection (<see cref="HeldBack"/>).
/// </summary>
public sealed class GeneratorLate : IRule
{
    private const long LagMaxNs = Ns.Millisecond;
    private const double TurnsMax = 10;

    public RuleNote Note { get; } = new("generator-late", "warning",
        "1 % of the messages left more than 1 ms, and more than ten turns of the loop, after their time.",
        "more --threads or CPUs, or a lower rate, and leave the server its own CPUs");

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run) || HostOverloaded.IsSo(run))
        {
            return null;
        }

        MessageWords words = MessageWords.For(run);
        LatencySummary lag = run.Lag!;
        string turn = run.Cpu?.TurnNs is { } turnNs ? $"; a turn takes {Units.Latency(turnNs)}" : "";
        return Note.Found(
            Severity.Warning,
            $"generator-limited: {words.Messages} {words.Late}",
            $"lag p99 {Units.Latency(lag.P99Ns ?? 0)}, max {Units.Latency(lag.MaxNs ?? 0)}{turn}",
            "use more --threads or CPUs, or a lower rate, and leave the server its own CPUs");
    }

    /// <summary>Whether it was the generator that was late.</summary>
    internal static bool IsSo(RunDocument run) => HasLag(run) && !HeldBack.IsSo(run);

    /// <summary>Whether messages left late, whoever they waited for.</summary>
    internal static bool HasLag(RunDocument run) =>
        run.Lag is { P99Ns: > LagMaxNs and var lagNs } && lagNs > (run.Cpu?.TurnNs ?? 0) * TurnsMax;
}
