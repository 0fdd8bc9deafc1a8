namespace Throng.Measurement;

/// <summary>
/// Warning when connection tracking in this network namespace dropped packets or threw entries out; info where nothing
/// says that they were this run's. A server sees no sign of it either way: there it is a warning.
/// </summary>
public sealed class ConntrackDropped : IRule
{
    private const string EntriesMax = "net.netfilter.nf_conntrack_max";

    public RuleNote Note { get; } = new("conntrack-dropped", "warning, info",
        "Connection tracking in this network namespace dropped packets or threw entries out; info where nothing in the "
            + "run's own figures shows that they were the run's.",
        "a larger net.netfilter.nf_conntrack_max, or throng doctor --apply, which bypasses it");

    public Finding? Judge(RunDocument run)
    {
        long drops = run.Network?.ConntrackDrops ?? 0;
        long failed = run.Network?.ConntrackInsertFailed ?? 0;
        long early = run.Network?.ConntrackEarlyDrops ?? 0;
        if (drops + failed + early <= 0)
        {
            return null;
        }

        RunLimits limits = run.Limits ?? new RunLimits();
        long wanted = 2 * Math.Max(limits.Number(EntriesMax) ?? 0, run.Connections.Peak);
        bool isOwn = run.Connect is null || OwnTrouble.IsSeen(run) || run.Connections.Lost > 0;
        return Note.Found(
            isOwn ? Severity.Warning : Severity.Info,
            drops + failed > 0
                ? "connection tracking on this host dropped packets"
                : "connection tracking on this host threw connections out to make room",
            $"{Units.Count(drops)} dropped, {Units.Count(failed)} not inserted, {Units.Count(early)} thrown out early "
                + $"in this network namespace; {limits.Setting("net.netfilter.nf_conntrack_count")}, "
                + limits.Setting(EntriesMax) + (isOwn ? "" : $"; {OwnTrouble.None}"),
            $"sysctl -w {EntriesMax}={wanted}, or exempt this traffic from tracking (nft: notrack)");
    }
}
