using static Throng.Measurement.Better;
using static Throng.Measurement.Joined;
using static Throng.Measurement.MetricUnit;

namespace Throng.Measurement;

/// <summary>
/// Every metric, declared once. The views, <c>--fail-on</c>, <c>compare</c> and docs/reference/metrics.md come from
/// this table.
/// </summary>
public static class Metrics
{
    private static readonly Metric[] _all =
    [
        Metric.Number("duration", Nanoseconds, Neither, Sum, Joined.Max,
            "How long the run took until its drain began, ramp-up included.", run => run.DurationNs).Falling(),

        Metric.Number("connections.target", MetricUnit.Count, Neither, Last, Sum,
            "Connections asked for.", run => run.Connections.Target),
        Metric.Number("connections.open", MetricUnit.Count, Neither, Last, Sum,
            "Connections still open when the document was written, after the drain.", run => run.Connections.Open),
        Metric.Number("connections.connecting", MetricUnit.Count, Neither, Last, Sum,
            "Connections being connected when the document was written; only while the run goes on.",
            run => run.Connections.Connecting),
        Metric.Number("connections.held", MetricUnit.Count, Higher, Last, Sum,
            "Connections open at the end of the plateau, before the drain.", run => run.Connections.Held,
            whole: "connections.target"),
        Metric.Number("connections.peak", MetricUnit.Count, Higher, Joined.Max, Sum,
            "Most connections open at one time; over workers an upper bound, as peaks need not coincide.",
            run => run.Connections.Peak),
        Metric.Counter("connections.opened", Neither,
            "Connections that were established, in place of lost ones too.", run => run.Connections.Opened),
        Metric.Counter("connections.lost", Lower,
            "Connections that ended before the drain by something other than this end's intention.",
            run => run.Connections.Lost, whole: "connections.opened"),
        Metric.Counter("connections.reconnected", Lower,
            "Connections opened again in the place of a lost one.", run => run.Connections.Reconnected,
            whole: "connections.opened"),
        Metric.Number("connections.served_peak", MetricUnit.Count, Higher, Joined.Max, Sum,
            "Most connections that had had an answer at one time, looked at four times a second.",
            run => run.Connections.ServedPeak, whole: "connections.peak"),
        Metric.Counter("connections.unserved", Lower,
            "Connections that gave up a message before they had had one answer.",
            run => run.Connections.Unserved, whole: "connections.opened"),
        Metric.Counter("connections.pauses", Lower,
            "Waits of this end before it tried a target again after failures.", run => run.Connections.Pauses),
        Metric.Number("connections.paused", Nanoseconds, Lower, Sum, Sum,
            "How long those waits were in all; two targets wait side by side.", run => run.Connections.PausedNs),
        Metric.Time("connections.ended_by_peer.age",
            "How old connections were when their peer ended them.", run => run.Connections.EndedByPeer.Age, Neither),
        Metric.Time("connections.ended_by_peer.idle",
            "How long nothing had come on them by then.", run => run.Connections.EndedByPeer.Idle, Neither),
        Metric.Number("connections.plateau", Nanoseconds, Neither, Sum, Joined.Max,
            "From the end of the ramp-up to the beginning of the drain.", run => run.Connections.PlateauNs).Falling(),
        Metric.Reasons("connections.closed", Neither,
            "Connections that ended, by reason.", run => run.Connections.Closed, whole: "connections.opened"),
        Metric.Reasons("connections.connect_failed", Lower,
            "Connects that did not become a connection, by reason.", run => run.Connections.ConnectFailed,
            whole: "connect.attempts"),
        Metric.Reasons("connections.other_errnos", Lower,
            "Errors of the kernel behind the reason other, by name.", run => run.Connections.OtherErrnos),

        .. Messages.Figures.Select(figure => figure.ToMetric()),
        Metric.Number("messages.bytes_sent", Bytes, Neither, Sum, Sum,
            "Payload bytes sent.", run => run.Messages?.BytesSent),
        Metric.Number("messages.bytes_received", Bytes, Neither, Sum, Sum,
            "Payload bytes received.", run => run.Messages?.BytesReceived),

        Metric.Counter("connect.attempts", Neither,
            "Connects begun.", run => run.Connect?.Attempts),
        Metric.Time("connect.latency",
            "From the connect to the established connection, TLS included.", run => run.Connect?.Latency),
        Metric.Time("connect.handshake",
            "The TLS handshake alone: from the established TCP connection to the end of it; only with TLS.",
            run => run.Connect?.Handshake),
        Metric.Time("response",
            "Response time: received - intended; the headline.", run => run.Response),
        Metric.Time("service",
            "Service time: received - sent.", run => run.Service),
        Metric.Time("lag",
            "Lag: sent - intended, the generator's own debt; of query without query.held_back.", run => run.Lag,
            Neither),

        Metric.Number("rate.offered", PerSecond, Neither, Anew, Sum,
            "Arrivals per second that fell due.", run => run.Rate?.OfferedPerSecond),
        Metric.Number("rate.achieved", PerSecond, Higher, Anew, Sum,
            "Arrivals per second that were served: answered in time, and before the drain began.", 
            run => run.Rate?.AchievedPerSecond, whole: "rate.offered"),

        Metric.Counter("tcp.retransmits", Lower,
            "Segments that TCP sent again in this network namespace, other programs' included.",
            run => run.Tcp?.Retransmits),
        Metric.Counter("tcp.syn_retransmits", Lower,
            "SYNs and SYN-ACKs that TCP sent again in this network namespace, other programs' included.",
            run => run.Tcp?.SynRetransmits),
        Metric.Number("tcp.sampled", MetricUnit.Count, Neither, Last, Sum,
            "Connections whose TCP facts were read in the last round through them, or in one that got further.",
            run => run.Tcp?.Sampled, whole: "tcp.sampled_of"),
        Metric.Number("tcp.sampled_of", MetricUnit.Count, Neither, Last, Sum,
            "Connections there were to read in that round.", run => run.Tcp?.SampledOf),
        Metric.Number("tcp.sampled_retransmits", MetricUnit.Count, Lower, Last, Sum,
            "Segments that the sampled connections have sent again, each over its life.",
            run => run.Tcp?.SampledRetransmits),
        Metric.Number("tcp.sampled_unacked", MetricUnit.Count, Neither, Last, Sum,
            "Segments that the sampled connections had sent and not acknowledged when they were read.",
            run => run.Tcp?.SampledUnacked),
        Metric.Number("tcp.sampled_probing", MetricUnit.Count, Lower, Max, Sum,
            "The most sampled connections in one round whose probes nobody had answered: for want of an address or a "
                + "route here, of a closed window, or of a sign of life.",
            run => run.Tcp?.SampledProbing),
        Metric.Counter("tcp.no_routes", Lower,
            "Packets that found no route here, in this network namespace, other programs' included.",
            run => run.Tcp?.NoRoutes),
        Metric.Time("tcp.rtt",
            "The kernel's smoothed round trip time, once for each sampled connection.", run => run.Tcp?.Rtt).Falling(),

        Metric.Counter("network.listen_overflows", Lower,
            "Handshakes refused because an accept queue was full; in this network namespace, as all of network.",
            run => run.Network?.ListenOverflows),
        Metric.Counter("network.listen_drops", Lower,
            "Handshakes that a listener dropped for any reason, overflows included.",
            run => run.Network?.ListenDrops),
        Metric.Counter("network.syn_queue_drops", Lower,
            "SYNs dropped because a queue of half-open connections was as long as its backlog.",
            run => run.Network?.SynQueueDrops),
        Metric.Counter("network.syn_backlog_drops", Lower,
            "Handshakes dropped for neither queue's length: without cookies the SYNs of peers not known yet, from "
                + "three quarters of net.ipv4.tcp_max_syn_backlog on.",
            run => run.Network?.SynBacklogDrops),
        Metric.Counter("network.syn_queue_cookies", Lower,
            "SYNs answered with a cookie for the same reason.", run => run.Network?.SynQueueCookies),
        Metric.Counter("network.time_wait_overflows", Lower,
            "Connections that found no room in TIME_WAIT.", run => run.Network?.TimeWaitOverflows),
        Metric.Counter("network.memory_pressures", Lower,
            "How often TCP came under memory pressure.", run => run.Network?.MemoryPressures),
        Metric.Counter("network.memory_aborts", Lower,
            "Connections reset because there were too many orphans, or for want of memory.",
            run => run.Network?.MemoryAborts),
        Metric.Counter("network.delayed_acks", Neither,
            "ACKs that this end held back for some 40 ms, hoping to send them with data.",
            run => run.Network?.DelayedAcks),
        Metric.Counter("network.udp_no_ports", Lower,
            "Datagrams that came to a port where nobody takes them: answers from elsewhere than asked are among them.",
            run => run.Network?.UdpNoPorts),
        Metric.Counter("network.conntrack_drops", Lower,
            "Packets that connection tracking dropped.", run => run.Network?.ConntrackDrops),
        Metric.Counter("network.conntrack_insert_failed", Lower,
            "Entries that connection tracking could not insert; the packet is dropped.",
            run => run.Network?.ConntrackInsertFailed),
        Metric.Counter("network.conntrack_early_drops", Lower,
            "Entries that connection tracking threw out before their time, to make room.",
            run => run.Network?.ConntrackEarlyDrops),

        Metric.Number("limits.sockets", MetricUnit.Count, Neither, Last, Sum,
            "Sockets that the run had room for.", run => run.Limits?.Sockets),
        Metric.Counter("limits.accept_failures", Lower,
            "Accepts that the kernel refused.", run => run.Limits?.AcceptFailures),

        Metric.Number("cpu.user", Nanoseconds, Neither, Sum, Sum,
            "CPU time of the process in user space.", run => run.Cpu?.UserNs),
        Metric.Number("cpu.system", Nanoseconds, Neither, Sum, Sum,
            "CPU time of the process in the kernel.", run => run.Cpu?.SystemNs),
        Metric.Number("cpu.busy_max", Ratio, Neither, Anew, Joined.Max,
            "Share of the run that the busiest worker did not wait.", run => run.Cpu?.BusyMax),
        Metric.Number("cpu.waited_max", Ratio, Neither, Anew, Joined.Max,
            "Share of the run in which the worker that waited most was ready and had no CPU.",
            run => run.Cpu?.WaitedMax),
        Metric.Number("cpu.pressure", Ratio, Neither, Anew, Joined.Max,
            "Share of the run in which something on this host was ready and had no CPU, this program included.",
            run => run.Cpu?.Pressure),
        Metric.Number("cpu.steal", Ratio, Neither, Anew, Joined.Max,
            "Share of the host's CPU time that its hypervisor gave to others.", run => run.Cpu?.Steal),
        Metric.Number("cpu.turn", Nanoseconds, Neither, Anew, Joined.Max,
            "How long a turn of a worker's loop took on average; no data when workers mostly waited.",
            run => run.Cpu?.TurnNs),
        Metric.Counter("cpu.wakeups", Neither,
            "How often workers slept and woke, all of them together.", run => run.Cpu?.Wakeups),
        Metric.Counter("cpu.idle_wakeups", Neither,
            "Wake-ups of workers that found nothing to do.", run => run.Cpu?.IdleWakeups),
        Metric.Number("cpu.between_wakeups", Nanoseconds, Neither, Anew, Joined.Max,
            "From one wake-up of a worker to the next on average.", run => run.Cpu?.BetweenWakeupsNs),
        Metric.Number("memory.rss", Bytes, Neither, Joined.Max, Sum,
            "Resident memory of the process at its peak.", run => run.Memory?.RssBytes),
        Metric.Number("memory.bytes_per_connection", Bytes, Neither, Last, Anew,
            "Resident memory that one connection costs in user space.", run => run.Memory?.BytesPerConnection),

        // Of one command each: the workload writes the key into its section, this declares what it means.
        Metric.ReasonsOfSection("query.answers", Neither,
            "Answers of query, by what they said.", DnsRcode.All, whole: "messages.answered"),
        Metric.OfSection("query.truncated", MetricUnit.Count, Lower, Sum, Sum,
            "Answers of query that said that something was left out of them.", whole: "messages.answered"),
        Metric.TimeOfSection("query.held_back",
            "How long queries of query waited for their connection, full or not open; those that did."),
        Metric.OfSection("query.malformed", MetricUnit.Count, Lower, Sum, Sum,
            "Messages or datagrams that came and were too short to be an answer."),
        Metric.OfSection("hold.ramp_up", Nanoseconds, Lower, Last, Joined.Max,
            "From the first connect of hold to the last connection that it asked for."),
        Metric.OfSection("churn.ok", MetricUnit.Count, Higher, Sum, Sum,
            "Connections of churn that ended well.", whole: "messages.offered"),
        Metric.TimeOfSection("churn.first_byte",
            "From the handshake's end to the first byte of the answer, of connections of churn."),
        Metric.TimeOfSection("churn.close",
            "From the last byte of the answer, or our own close, to the end of a connection of churn."),
        Metric.OfSection("churn.torn_down", PerSecond, Higher, Sum, Sum,
            "Connections of churn that ended well, a second: set up and torn down, by FIN or by RST as --close says."),
        Metric.OfSection("churn.held.opened", MetricUnit.Count, Higher, Sum, Sum,
            "Connections that churn held beside those that it set up and tore down."),
        Metric.OfSection("churn.held.lost", MetricUnit.Count, Lower, Sum, Sum,
            "Those of them that somebody else ended meanwhile.", whole: "churn.held.opened"),
        Metric.OfSection("saturate.held.opened", MetricUnit.Count, Higher, Last, Joined.Max,
            "Connections that saturate held beside those that it set up and tore down."),
        Metric.OfSection("saturate.held.lost", MetricUnit.Count, Lower, Last, Joined.Max,
            "Those of them that somebody else ended meanwhile.", whole: "saturate.held.opened"),
        Metric.OfSection("saturate.last_good", PerSecond, Higher, Last, Joined.Max,
            "The highest rate of saturate below the first bad one that met the rule."),
        Metric.OfSection("saturate.first_bad", PerSecond, Higher, Last, Joined.Max,
            "The lowest rate of saturate that did not meet the rule."),
        Metric.OfSection("idle.remembered", Nanoseconds, Higher, Last, Joined.Max,
            "The longest silence that idle found remembered, below every one that was forgotten."),
        Metric.OfSection("idle.forgotten", Nanoseconds, Higher, Last, Joined.Max,
            "The shortest silence that idle found forgotten, above every one that was remembered."),
        Metric.OfSection("idle.half_closed.remembered", Nanoseconds, Higher, Last, Joined.Max,
            "The longest silence after the client's FIN at which what the server sent arrived."),
        Metric.OfSection("idle.half_closed.forgotten", Nanoseconds, Higher, Last, Joined.Max,
            "The shortest silence after the client's FIN at which it did not any more."),
        Metric.OfSection("idle.keepalive.remembered", Nanoseconds, Higher, Last, Joined.Max,
            "The longest interval of TCP keepalive with which a connection was remembered."),
        Metric.OfSection("idle.keepalive.forgotten", Nanoseconds, Higher, Last, Joined.Max,
            "The shortest interval of TCP keepalive with which it was forgotten all the same."),
        Metric.OfSection("capacity.sessions", MetricUnit.Count, Higher, Last, Joined.Max,
            "Connections that the path holds at once, as capacity found; no data where the limit is not the path's."),
        Metric.OfSection("capacity.reached", MetricUnit.Count, Higher, Last, Joined.Max,
            "Connections of capacity that worked at once, whoever's limit came then."),
        Metric.OfSection("capacity.spread", Ratio, Lower, Last, Joined.Max,
            "How far the trials of capacity lie apart, as a share of their median."),
        Metric.OfSection("bench.echoes", PerSecond, Higher, Last, Joined.Max,
            "Exchanges a second of the first server of bench with the most connections at once; median of the rounds."),
        Metric.TimeOfSection("bench.latency", "From a message to the whole answer, in the same rounds.").Falling(),
        Metric.OfSection("bench.errors", MetricUnit.Count, Lower, Sum, Sum,
            "Exchanges of bench that had no answer or a wrong one, of all servers."),
        Metric.ReasonsOfSection("churn.outcomes", Neither,
            "Connections of churn by their outcome.", ChurnOutcomes.All, whole: "messages.sent"),
        Metric.OfSection("monitor.lasting", MetricUnit.Count, Higher, Sum, Sum,
            "Connections of monitor that were open when its drain began.", whole: "connections.target").Falling(),
        Metric.OfSection("monitor.lost", MetricUnit.Count, Lower, Sum, Sum,
            "Connections of monitor that ended before, by something other than this end's intention.",
            whole: "connections.opened"),
        Metric.OfSection("monitor.disturbed", MetricUnit.Count, Lower, Sum, Sum,
            "Lasting connections that were disturbed at least once, lost ones among them.",
            whole: "connections.target"),
        Metric.OfSection("monitor.unrecovered", MetricUnit.Count, Lower, Sum, Sum,
            "Disturbed lasting connections that had no good answer any more: their disturbance has no end.",
            whole: "connections.target").Falling(),
        Metric.OfSection("monitor.dropped", MetricUnit.Count, Lower, Sum, Sum,
            "Messages of monitor that fell due while the answer before was still awaited.", whole: "messages.offered"),
        Metric.OfSection("monitor.retransmits", MetricUnit.Count, Lower, Sum, Sum,
            "Segments that the lasting connections sent again, those of broken ones included."),
        Metric.OfSection("monitor.silent", Nanoseconds, Lower, Sum, Joined.Max,
            "Time in which every lasting connection was disturbed at once.").Falling(),
        Metric.OfSection("monitor.spacing", Nanoseconds, Neither, Joined.Max, Joined.Max,
            "From one message of a connection to its next, on average: a disturbance is seen no closer than that."),
        Metric.TimeOfSection("monitor.disturbance",
            "Of one connection: from when its first late or lost message was due, or it ended, to its next good "
                + "answer; 0 for none.").Falling(),
        Metric.TimeOfSection("monitor.episode",
            "Of all connections: from the beginning of the first to the end of the last of disturbances that lie close "
                + "together; 0 for none.").Falling(),
        Metric.OfSection("monitor.new.attempted", MetricUnit.Count, Neither, Sum, Sum,
            "New connections that monitor tried beside the lasting ones."),
        Metric.OfSection("monitor.new.ok", MetricUnit.Count, Higher, Sum, Sum,
            "Those of them that were opened, answered and closed in time.", whole: "monitor.new.attempted"),
        Metric.OfSection("monitor.new.failed", MetricUnit.Count, Lower, Sum, Sum,
            "Those of them that were not.", whole: "monitor.new.attempted"),
        Metric.ReasonsOfSection("monitor.new.reasons", Lower,
            "Those that were not, by why.", ChurnOutcomes.All, whole: "monitor.new.attempted"),
        Metric.TimeOfSection("monitor.new.connect", "From the connect of a new connection to when it was open."),
        Metric.TimeOfSection("monitor.new.life", "From when a new connection was due to its end."),
        Metric.OfSection("monitor.new.success", Ratio, Higher, Anew, Anew,
            "The share of them that was ok."),
    ];

    // How many names that end in what was asked for are told.
    private const int AlikeMax = 3;

    // What can be named exactly: latencies by statistic, metrics by reason once more by every known reason.
    private static readonly Dictionary<string, MetricReading> _byName = Expand();

    public static IReadOnlyList<Metric> All => _all;

    /// <summary>Every name that can be asked for.</summary>
    public static IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>Resolves a name; the error suggests the nearest one. A latency alone means its p99.</summary>
    public static bool TryFind(string name, out MetricReading reading, out string error)
    {
        error = "";
        if (_byName.TryGetValue(name.Trim(), out MetricReading? found))
        {
            reading = found;
            return true;
        }

        reading = null!;
        string asked = name.Trim();
        if (AliasOf(asked) is { } meant)
        {
            error = $"there is no metric '{name}': the time of an answer is '{meant}'; `throng explain` lists them";
            return false;
        }

        string[] alike = [.. Names.Where(known => asked.Length > 0 && EndsIn(known, asked))
            .OrderBy(known => known.Count(letter => letter == '.')).Take(AlikeMax)];
        string nearest = alike.Length > 0 ? $"; there is {string.Join(", ", alike)};"
            : Nearest.To(asked, Names) is { } near ? $"; did you mean '{near}'?"
            : ";";
        error = $"there is no metric '{name}'{nearest} `throng explain` lists them";
        return false;
    }

    /// <summary>The response time in the words of other programs; null for any other name.</summary>
    private static string? AliasOf(string asked)
    {
        string first = asked.Split('.')[0].ToLowerInvariant();
        string meant = "response" + asked[first.Length..].ToLowerInvariant();
        return first is "latency" or "latencies" or "response_time" && _byName.ContainsKey(meant) ? meant : null;
    }

    private static bool EndsIn(string known, string end) => known.Length > end.Length
        && known.EndsWith(end, StringComparison.OrdinalIgnoreCase) && known[^(end.Length + 1)] is '.' or '_';

    /// <summary>The value of a metric in a run; null for no data.</summary>
    /// <exception cref="ArgumentException">There is no such metric.</exception>
    public static double? Value(RunDocument run, string name) =>
        TryFind(name, out MetricReading reading, out string error)
            ? reading.Read(run)
            : throw new ArgumentException(error, nameof(name));

    private static Dictionary<string, MetricReading> Expand()
    {
        Dictionary<string, MetricReading> byName = new(StringComparer.OrdinalIgnoreCase);
        foreach (Metric metric in _all)
        {
            byName.Add(metric.Name, new(metric, metric.IsLatency ? LatencyStat.Default : null));
            foreach (string part in metric.Parts)
            {
                MetricReading reading = new(metric, part);
                byName.Add(reading.Name, reading);
            }
        }

        return byName;
    }
}
