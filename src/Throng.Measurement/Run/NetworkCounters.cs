namespace Throng.Measurement;

/// <summary>
/// Packets and connections that the kernel dropped or refused in this network namespace during the run, whoever caused
/// it: exact counts, but not of this run alone. A counter is null where the kernel does not report it, such as for
/// connection tracking that is not loaded.
/// </summary>
public sealed record NetworkCounters
{
    /// <summary>Handshakes refused because a listener's accept queue was full.</summary>
    public long? ListenOverflows { get; init; }

    /// <summary>Handshakes a listener dropped for any reason, overflows included.</summary>
    public long? ListenDrops { get; init; }

    /// <summary>
    /// SYNs dropped because a listener's queue of half-open connections was as long as its backlog. Those of
    /// <see cref="SynBacklogDrops"/> are not among them.
    /// </summary>
    public long? SynQueueDrops { get; init; }

    /// <summary>
    /// Handshakes dropped for neither of the two queues' lengths. Without cookies that are the SYNs of peers that are
    /// not known yet, from three quarters of net.ipv4.tcp_max_syn_backlog on; the kernel counts these as dropped and no
    /// further.
    /// </summary>
    public long? SynBacklogDrops { get; init; }

    /// <summary>SYNs answered with a cookie for the same reason.</summary>
    public long? SynQueueCookies { get; init; }

    /// <summary>Connections that found no room in TIME_WAIT.</summary>
    public long? TimeWaitOverflows { get; init; }

    /// <summary>How often TCP came under memory pressure.</summary>
    public long? MemoryPressures { get; init; }

    /// <summary>Connections reset because there were too many orphans, or for want of memory.</summary>
    public long? MemoryAborts { get; init; }

    /// <summary>ACKs that this end held back for some 40 ms, hoping to send them with data.</summary>
    public long? DelayedAcks { get; init; }

    /// <summary>
    /// Datagrams that came to a port where nobody takes them. A connected socket takes those of its peer alone, so
    /// answers that come from elsewhere are among them.
    /// </summary>
    public long? UdpNoPorts { get; init; }

    /// <summary>Packets that connection tracking dropped.</summary>
    public long? ConntrackDrops { get; init; }

    /// <summary>Entries that could not be inserted; the packet is dropped.</summary>
    public long? ConntrackInsertFailed { get; init; }

    /// <summary>Entries thrown out before their time, to make room.</summary>
    public long? ConntrackEarlyDrops { get; init; }
}
