namespace Throng.Measurement;

/// <summary>
/// Error when the kernel had no memory for a connection (ENOMEM, ENOBUFS), warning when TCP only came under memory
/// pressure: it then shrinks buffers, and figures of throughput are no longer those of the path.
/// </summary>
public sealed class MemoryExhausted : IRule
{
    public RuleNote Note { get; } = new("memory-exhausted", "error, warning",
        "The kernel had no memory for a connection, or TCP came under memory pressure.",
        "fewer connections, more memory, or a larger net.ipv4.tcp_mem");

    public Finding? Judge(RunDocument run)
    {
        long connects = run.Connections.ConnectFailed[CloseReason.NoMemory];
        long ended = run.Connections.Closed[CloseReason.NoMemory];
        long accepts = run.Limits is { AcceptErrno: "ENOMEM" or "ENOBUFS" } limits ? limits.AcceptFailures : 0;
        long pressures = run.Network?.MemoryPressures ?? 0;
        if (connects + ended + accepts + pressures <= 0)
        {
            return null;
        }

        bool hasFailed = connects + ended + accepts > 0;
        string memory = run.Limits is { } known ? $"; {known.Setting("net.ipv4.tcp_mem")} (pages)" : "";
        return Note.Found(
            hasFailed ? Severity.Error : Severity.Warning,
            hasFailed
                ? "the kernel of this host had no memory for connections"
                : "TCP came under memory pressure on this host",
            $"{Units.Several(connects, "connects")}, {Units.Several(accepts, "accepts")} and "
                + $"{Units.Several(ended, "open connections")} failed for want of it; TCP came under pressure "
                + $"{Units.Several(pressures, "times")}{memory}",
            Reasons.Remedy(CloseReason.NoMemory, run));
    }
}
