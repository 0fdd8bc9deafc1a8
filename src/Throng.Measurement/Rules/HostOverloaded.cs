namespace Throng.Measurement;

/// <summary>
/// Warning when a worker was ready to run and had no CPU for 10 % of the run or more, and that shows: in a schedule
/// that was not kept, in messages that ran out of time, in connections that are missing. The host is full of work, this
/// program's or somebody else's; no figure of the run is then the server's or the path's.
/// </summary>
public sealed class HostOverloaded : IRule
{
    private const double WaitedRatio = 0.1;

    public RuleNote Note { get; } = new("host-overloaded", "warning",
        "A worker was ready to run and had no CPU for 10 % of the run or more, and that shows in the figures.",
        "stop what else runs here, or give generator and server hosts of their own");

    public Finding? Judge(RunDocument run)
    {
        if (!IsSo(run))
        {
            return null;
        }

        CpuUse cpu = run.Cpu!;
        double usedNs = cpu.UserNs + cpu.SystemNs;
        double cpus = usedNs / Math.Max(1, run.DurationNs);
        string used = cpus > run.Host.Cpus
            ? $"this program used {Units.Duration((long)usedNs)} of CPU time, its start included"
            : $"this program used {cpus:0.##} of {run.Host.Cpus} CPUs";
        string others = cpu.Pressure is { } pressure
            ? $"; for {Units.Percent(Math.Round(pressure, 3))} of the run something here was ready and had no CPU"
            : "";
        string steal = cpu.Steal is >= 0.01 and var stolen
            ? $"; {Units.Percent(Math.Round(stolen, 3))} of the CPU time went to other guests"
            : "";
        return Note.Found(
            Severity.Warning,
            $"this host had no CPU left: a worker waited for one {Units.Percent(Math.Round(cpu.WaitedMax ?? 0, 3))} of "
                + "the run",
            $"{used}{others}{steal}",
            "stop what else runs here, or give generator and server hosts of their own: these figures are neither the "
                + "server's nor the path's");
    }

    /// <summary>Whether that is so: then it is said of nobody else.</summary>
    internal static bool IsSo(RunDocument run) => run.Cpu?.WaitedMax >= WaitedRatio
        && (RateNotAchieved.IsSo(run) || GeneratorLate.HasLag(run) || run.Messages is { TimedOut: > 0 }
            || run.Connections.Held < run.Connections.Target);
}
