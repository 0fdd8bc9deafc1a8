namespace Throng.Measurement;

/// <summary>
/// Warning when the kernel reset connections because too many were closed by their program and not by their peer yet
/// (orphans), or because it had no memory for one. Nothing is said of a run that has closed none.
/// </summary>
public sealed class OrphansAborted : IRule
{
    private const string OrphansMax = "net.ipv4.tcp_max_orphans";

    public RuleNote Note { get; } = new("orphans-aborted", "warning",
        "The kernel reset connections that were being closed: too many, or no memory.",
        "larger net.ipv4.tcp_max_orphans and net.ipv4.tcp_mem");

    public Finding? Judge(RunDocument run)
    {
        if (run.Network?.MemoryAborts is not > 0 || run.Connections.Closed.Total == 0)
        {
            return null;
        }

        RunLimits limits = run.Limits ?? new RunLimits();
        return Note.Found(
            Severity.Warning,
            "the kernel reset connections that were being closed: too many of them, or no memory",
            $"{Units.Count(run.Network.MemoryAborts.Value)} reset in this network namespace; "
                + $"{limits.Setting(OrphansMax)}, {limits.Setting("net.ipv4.tcp_mem")} (pages)",
            (limits.Number(OrphansMax) is { } most
                ? $"sysctl -w {OrphansMax}={2 * Math.Max(most, run.Connections.Peak)}, "
                : $"raise {OrphansMax} and net.ipv4.tcp_mem of the host, whose they are, ")
                + "or close with a reset: --close rst");
    }
}
