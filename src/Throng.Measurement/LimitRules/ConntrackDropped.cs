namespace Throng.Measurement;

/// <summary>Warning when connection tracking in this network namespace dropped packets or threw entries out.</summary>
public sealed class ConntrackDropped : IRule
{
    private const string EntriesMax = "net.netfilter.nf_conntrack_max";

    public RuleNote Note { get; } = new("conntrack-dropped", "warning",
        "Connection tracking in this network namespace dropped packets or threw entries out.",
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
        return Note.Found(
            Severity.Warning,
            drops + failed > 0
                ? "connection tracking on this host dropped packets"
                : "connection tracking on this host threw connections out to make room",
            $"{Units.Count(drops)} dropped, {Units.Count(failed)} not inserted, {Units.Count(early)} thrown out early "
                + $"in this network namespace; {limits.Setting("net.netfilter.nf_conntrack_count")}, "
                + limits.Setting(EntriesMax),
            $"sysctl -w {EntriesMax}={wanted}, or exempt this traffic from tracking (nft: notrack)");
    }
}
