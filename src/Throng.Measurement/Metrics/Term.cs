namespace Throng.Measurement;

/// <summary>A word that results and live views print and that is neither a metric nor a rule: what it means.</summary>
/// <param name="Words">The ways it is written, with <c>|</c> between; blanks, dashes and underscores are one.</param>
/// <param name="Definition">One or two sentences.</param>
/// <param name="Metrics">The metrics that count it, with blanks between; empty for none.</param>
public sealed record Term(string Words, string Definition, string Metrics = "")
{
    /// <summary>All of them: rows of results, then the words for why connections and attempts end.</summary>
    public static IReadOnlyList<Term> All { get; } =
    [
        // Rows of a result.
        new("result|state", "Whether the run was as asked, with warnings, or failed, and the exit code that goes with "
            + "it."),
        new("connections", "Open at the plateau's end of those asked for, most at one time, opened, lost, and opened "
            + "again in the place of lost ones.", "connections.held connections.peak connections.lost"),
        new("closed", "Connections that were open and ended, by reason; as an outcome of churn: the peer ended it in "
            + "order before its requests were done.", "connections.closed"),
        new("failed", "Connects that did not become a connection, by reason.", "connections.connect_failed"),
        new("connect", "From the connect to the established connection, TLS included.", "connect.latency"),
        new("tls", "The TLS handshake alone.", "connect.handshake"),
        new("messages", "Each message once: offered by the schedule, sent or not, and answered, timed out, lost or "
            + "invalid.", "messages.offered messages.sent messages.answered"),
        new("lives", "Connections of churn from when they were due to their end: due, begun, and how they ended.",
            "messages.offered churn.ok"),
        new("due|offered", "Fell due by the schedule, whether or not it could be begun.", "messages.offered"),
        new("begun", "Of those due, how many were really begun.", "messages.sent"),
        new("ended well", "Connections of churn whose outcome is ok.", "churn.ok"),
        new("payload", "Bytes of messages, without headers and without what TCP sent again.",
            "messages.bytes_sent messages.bytes_received"),
        new("rate", "Arrivals a second that fell due, and that were served.", "rate.offered rate.achieved"),
        new("life", "Of churn: what is done on each connection; and the time from when it was due to its end.",
            "response"),
        new("tcp", "What the kernel knows of some of the connections, and counts for the whole network namespace.",
            "tcp.rtt tcp.retransmits tcp.sampled_retransmits"),
        new("ran", "How long the run took from the first worker's start to the last one's end, and why it ended.",
            "duration"),
        new("cpu", "CPU time of this process, and the busiest worker's share.", "cpu.user cpu.system cpu.busy_max"),
        new("memory", "Resident memory of this process at its peak.", "memory.rss"),
        new("distinct", "Different names or questions that queries have asked."),
        new("answer min|answer mean|answer max", "Sizes of the answers in bytes."),
        new("answers|by code|echoed", "Answers of query by what they said: an rcode of DNS, or echoed.",
            "query.answers"),
        new("counted", "The part of the run whose figures count: what is left without --warmup."),
        new("profile", "The rates asked for: DURATION@RATE, one after another, and A..B for a rate that grows."),
        new("arrivals", "How arrivals are spread: poisson, as those of many independent users, or constant."),
        new("embedded|server", "The server a run is against; embedded: one of its own, in the same process."),
        new("in flight max", "Connections of churn under way at one time at most; at the limit arrivals are not sent."),
        new("port collisions", "Source ports that were taken when they were to be used; the connect was made again "
            + "from another."),
        new("outcomes", "What became of the attempts of churn; each has exactly one.", "churn.ok"),
        new("first byte", "From the handshake's end to the first byte of the answer.", "churn.first_byte"),
        new("close", "How a connection is closed, by fin or rst; and the time from the end of its work to its end.",
            "churn.close"),
        new("ramp up|ramp-up", "From the first connect of hold to the last connection it asked for.", "hold.ramp_up"),
        new("plateau", "From the end of the ramp-up to the beginning of the drain.", "connections.plateau"),
        new("drain", "The end of a run: nothing new is sent, answers are waited for, then connections are closed."),
        new("held|holding", "Open at the end of the plateau, before the drain.", "connections.held"),
        new("lost", "Of connections: ended before the drain by something else than this end. Of messages: their "
            + "connection ended before the answer.", "connections.lost messages.lost"),
        new("lasting", "Connections of monitor that are kept for the whole run.", "connections.target"),
        new("not sent", "Fell due and was never sent: no connection, no room, or no time before the end.",
            "messages.not_sent"),
        new("late|answered late", "An answer that came after its message was counted as timed out.", "messages.late"),
        new("unsolicited", "An answer to nothing that was asked: doubled, or known to nobody.",
            "messages.unsolicited"),
        new("held back", "A query waited because its connection was full or not open. That wait is no lag; it is in "
            + "the response time.", "query.held_back"),
        new("under way|in flight|outstanding", "Sent and not yet answered, or begun and not yet ended."),
        new("waited max", "Share of the run in which the worker that waited most was ready and had no CPU.",
            "cpu.waited_max"),
        new("spread|spread low rate", "How far repeated trials of a step lie apart, as (largest - smallest) / median. "
            + "A search whose trials at a low rate lie far apart says less than its number of digits."),

        // Of monitor.
        new("disturbed|disturbance|disturbances", "One connection of monitor, from when its first late or lost message "
            + "was due to its next good answer, over a reconnect too."),
        new("last good|first bad message|good again", "What was seen of a disturbance: the last good answer before it, "
            + "the message that was late or lost first, and the next good answer."),
        new("warmup failed", "Messages of monitor that failed within --warmup; they are in no other count."),
        new("episode|episodes", "Disturbances close together: one event, such as a restart."),
        new("dropped", "Messages of monitor whose time passed while their connection was disturbed."),
        new("unconnected", "Messages of monitor that were due while their connection was being opened again."),
        new("duplicates", "Answers that came twice."),
        new("silent", "How long nothing at all was answered."),
        new("new|new connections|new attempted|new ok|new failed|new success|new reasons|new connect|new life",
            "Connections that monitor opens beside the lasting ones, to see whether new ones are let in.",
            "monitor.new.connect monitor.new.life"),
        new("(no name)|no name", "Of hosts: connections on which no server had said its name, because they were lost "
            + "before their first answer.", "monitor.lost"),
        new("failures|failure|first failure|last failure", "Connections that ended badly, and attempts that became "
            + "none: failures in the document has the first and the last 1,000, the file of --failures all. Of an "
            + "episode: how many ended within it, and the number of the first."),
        new("pcap", "Of a run with --pcap: failures whose packets are in its file, those packets, failures of which it "
            + "has none, and packets that the kernel had no room for."),
        new("lost again", "Of an episode: connections in the place of a lost one that were lost too, some before their "
            + "first answer; lost counts each place once.", "monitor.lost"),
        new("percentile|percentiles|p50|p75|p90|p95|p99|p999|p9999", "A percentile of times: so many percent of the "
            + "samples were no larger, p999 for 99.9 %. Merged runs have those of all their samples. A "
            + "condition names one: response.p99."),
        new("hosts|servers|address|path", "What each server, address or path between two addresses had of it."),

        // Of bench.
        new("missed|rounds missed", "Rounds of bench that were left out, because their moment came before every part "
            + "could begin them."),
        new("took", "How long a round of bench lasted, from its release to the last answer."),

        // Of saturate.
        new("seconds", "For how long a step of a search fell due."),
        new("has server", "Whether the server is in the network namespace of the generator, so that its overflows "
            + "are seen."),
        new("in flight max reached", "As many connections were under way as may be, so that some were not begun."),
        new("network", "The network namespace that the kernel's counters of a part of a search are of."),
        new("good|bad|verdict", "A step is good when it meets every part of the rule, else bad; what it broke is "
            + "said.", "saturate.last_good saturate.first_bad"),
        new("rule", "What a step must meet: the share that ends well, SYNs sent again, the rate achieved, and how "
            + "much slower than the base rate. As a key of saturate: how steps are judged, confirmed by more trials or "
            + "once each."),
        new("disturbed, not counted", "Of a step: the generator was late and had CPU to spare, so something else had "
            + "it. The rate is tried again."),
        new("not believed alone", "Of a step: bad, while rates still grow. The rate is tried again, and only two bad "
            + "ones count."),
        new("ending", "Why the search has no next step.", "saturate.last_good"),
        new("step|steps|trial|trials", "One rate for a time; a trial is one run of it."),
        new("syn retransmits", "SYNs and SYN-ACKs sent again: somebody dropped the first. It decides before "
            + "latencies do.", "tcp.syn_retransmits"),
        new("generator-descriptors|generator-ports|generator-cpu|generator-lag|generator",
            "Cause of a bad step: this host's own limit; the rate says nothing about the path.", "saturate.cause"),
        new("path-drop", "Cause of a bad step: SYNs were dropped, so they were sent again or timed out.",
            "saturate.cause tcp.syn_retransmits"),
        new("path-reset", "Cause of a bad step: connections were reset after their handshake.", "saturate.cause"),
        new("server-backlog", "Cause of a bad step: the server's accept queue overflowed.",
            "saturate.cause network.listen_overflows"),
        new("latency", "Cause of a bad step: median or p99 was too long, and nothing else explains it; elsewhere the "
            + "times of messages.", "saturate.cause response"),
        new("none-up-to-max", "Ending of a search, and its cause: the highest rate tried is still good.",
            "saturate.cause"),
        new("found", "Ending of a search: both boundaries are known."),
        new("base-bad", "Ending of a search: the first rate is bad already."),
        new("steps-max", "Ending of a search: as many steps as allowed were run."),
        new("no-samples", "Ending of a search: a step had no latency to compare."),
        new("unknown", "Cause of a bad step: no counter explains it.", "saturate.cause"),

        // Of capacity.
        new("sessions|reached|at least|finished", "Connections that the path holds at once: only where the limit is "
            + "the path's. Reached are those that worked, whoever's limit came then; at least: all that were allowed.",
            "capacity.sessions capacity.reached"),
        new("limit is own", "Of capacity: as many were allowed as this host can hold, and nobody named a number."),
        new("owner", "Whose the limit is: path, host (this one), server (whoever completes the handshake), unknown.",
            "capacity.owner"),
        new("behaviour", "What happens at the limit: dropped, refused, reset, closed, unserved, evicts-oldest, "
            + "evicts-idlest, evicts-oldest-or-idlest, evicts, all-suffer, ends-by-time, own-limit, mixed.",
            "capacity.behaviour"),
        new("served|unserved|closed at once|reset at once|wrong|attempted", "New connections of a trial: those that "
            + "echoed, that connected and never did, that the other end closed or reset before, that sent something "
            + "else."),
        new("held before|slowed", "Of a trial: connections held when it began; how often it went on at half the rate."),
        new("evicted silent|evicted rst|evicted fin|evicted other|evicted in pause", "Connections that had echoed and "
            + "went: without a packet, by RST, by FIN, by another error; and those of them that went while none were "
            + "opened, so not to make room."),
        new("checked|surveyed|alive", "Checks of old connections in a trial; those at its end; those answered there."),
        new("tried|tried served", "New connections tried at the limit, slowly, and those of them that worked."),
        new("full|lacks places", "Of a trial: a limit was met; places given back before were not free again in time."),
        new("order", "By which order connections went, as far as it was seen: oldest, idlest, oldest-or-idlest, "
            + "unclear."),
        new("conntrack drops", "Packets that connection tracking on this host dropped.", "network.conntrack_drops"),
        new("recoveries|back|fill|refill", "How soon as many connections worked again after all were closed, by FIN "
            + "and by RST: back has the time that opening takes at the rate, fill, in it."),

        // Of bench.
        new("echoes|echoes rate", "Exchanges a second of a server.", "bench.echoes"),
        new("at once", "Connections that a round of bench sends on at one moment."),
        new("errors", "Connections of a bench that had no answer.", "bench.errors"),

        // Of serve.
        new("accepted", "Connections a server has taken from its accept queues.", "connections.opened"),
        new("accept failed|accept failures", "Accepts that the kernel refused, mostly for a full descriptor table."),
        new("exchanges", "Connections of serve --mode exchange: read to the FIN, answered and closed."),
        new("aborted|cut", "Exchanges whose client was gone before its FIN, or during the answer."),
        new("drain ended|drain open", "Of serve: connections that ended by themselves during the drain, and those that "
            + "were open when it was over."),
        new("copied|bytes copied|connections copied", "Of an echo in the kernel: what came through user space all the "
            + "same."),
        new("bytes echoed|packets echoed|pieces echoed|pieces dropped",
            "What an echo in the kernel sent back, in bytes and as it came; dropped: it could not be."),
        new("packets syn|packets ack|packets fin|packets reset", "Packets that serve --engine xdp answered, by kind."),
        new("datagrams|datagrams received|datagrams sent|datagrams dropped",
            "Datagrams of a server that came, went back, and could not be sent back."),
        new("listeners|local|interface|xdp mode", "What a server listens on."),

        // How a run was set up, and who it was with.
        new("targets|host|name|remote|source port", "Whom connections go to, and from which port."),
        new("protocol|mode|content|message|reply|size", "What is sent, and what comes back."),
        new("delay|idle timeout|rounds|concurrency|seed|limits", "An option of the command, as it was in force."),
        new("requested|connecting|ended|running|descriptors|debug|ping|sockets|ports|bytes",
            "Of status and the live view: connections wanted now, connects under way, connections that ended, the time "
            + "since the start, and what is in use of what there is."),
        new("unanswered", "Messages that timed out, or were lost or invalid.", "messages.timed_out messages.lost"),
        new("stale", "Answers that came for a connection that had been replaced."),
        new("survived", "Lasting connections that lived through the whole run."),
        new("gaps", "Times without the bytes that were due."),
        new("longest", "The longest of several."),
        new("not run", "Servers of a bench that could not be started, and why."),
        new("start|begin|end|from", "When it was, since the run's start."),
        new("accept rate", "The rate at which a paced listener accepts."),
        new("latency max", "The longest p99 of a life that still is good."),
        new("client cpu|server cpu", "CPU time of both ends of a bench while rounds were under way.", "cpu.user"),
        new("lanes", "Of idle: connections side by side, each silent for a time of its own."),
        new("outcome", "Of a lane of idle: what became of it; of crowding: what most of them came to."),
        new("manner", "Of idle: how most silent connections were forgotten, as it was seen from here."),
        new("seen min", "Of idle: the shortest silence at which a connection was seen to end by itself."),
        new("seen p50", "Of idle: the same in the middle."),
        new("seen max", "Of idle: the longest one."),
        new("asked", "Of what churn or saturate was to hold beside its lives: how many (--held)."),
        new("half_closed", "Of idle: the search with connections whose client has sent its FIN."),
        new("keepalive", "Of idle: the search for the longest interval of TCP keepalive that keeps it alive."),
        new("tried", "Of a lane of idle: the silence that was asked for, or the interval of keepalive."),
        new("silence", "Of a lane of idle: how long it was silent until it was asked, or ended."),
        new("answer", "Of a lane of idle: from the message behind its silence to the answer, or to the end."),
        new("counts", "Of a lane of idle: whether it is among those from which the result follows."),
        new("to", "Of idle: the longest."),
        new("shortest", "Of a round of idle: the shortest silence tried."),
        new("took", "Of a round of idle: from its first connect to the end of its last connection."),
        new("left", "Of crowding: how many lanes the search went on with."),
        new("at", "Of crowding: their silence by then, in the middle."),
        new("kind", "Of a round of idle: established, or keepalive."),
        new("ratio", "How much a server answers of what the first one does with as many connections."),
        new("spread high rate|echoes min rate|echoes max rate", "The least and the most of repeated measurements."),
        new("phase", "Part of a search: base, growth, then bisection and trials."),
        new("evidence|reason", "The figures that show a cause, a finding, or an end."),
        new("in flight full|window segments|round trip", "What was in the way of sending more at once."),
        new("tls errors", "What OpenSSL said of handshakes that failed."),
        new("names skipped|log rows|episodes not kept|disturbances not kept",
            "What was left out, or written to a file of its own."),
        new("idle before close min|idle before close max", "How long nothing had come on a connection when its server "
            + "closed it."),
        new("merged of", "The runs that throng merge made this one of."),
        new("fail-on|require", "A condition on the result, and whether it held."),

        // How a run ends.
        new("duration|count|search|rounds done|quit|until-held|signal", "What ended a run: its time, --count, the "
            + "search itself, the prompt, --until-held, or a signal.", "ended_by"),

        new("agent-lost", "An agent of a run on many hosts was not heard any more, and --on-agent-loss fail ended the "
            + "run; of connections: others took them over, and whether they are open nobody knows.", "ended_by"),
        new("lease", "A part of a run on many hosts was cut off, so that others may have taken it over "
            + "(--on-agent-loss rebalance).", "ended_by"),
        new("running", "The run goes on: its figures are those so far.", "ended_by"),
        new("disturbed now", "Lasting connections of monitor that are disturbed and not good again, of a run that goes "
            + "on.", "monitor.disturbed"),
        new("under way|connecting", "Begun, and come to no end yet: of a run that goes on.", "messages.under_way"),

        // Why connections and attempts end.
        new("ok", "Outcome: all that was to come has come, and the end was in order.", "churn.ok"),
        new("drained", "This end closed it when the run ended.", "connections.closed"),
        new("lowered", "This end closed it because fewer were asked for.", "connections.closed"),
        new("finished", "This end closed it: it had done what it was for.", "connections.closed"),
        new("cancelled", "Still under way when the run ended; nobody's failure.", "connections.connect_failed"),
        new("peer-closed", "The peer closed it in order while this end still wanted it.", "connections.closed"),
        new("idle-closed", "The server closed it in order while nothing was under way; it is opened again when it is "
            + "needed.", "connections.closed"),
        new("reset", "A RST came, from the peer or from something between.", "connections.closed"),
        new("reset-before-reply|reset-in-reply", "Outcome: a RST after the handshake, before the first byte of the "
            + "answer or behind it."),
        new("timed-out", "The kernel gave it up (ETIMEDOUT): nothing of it was acknowledged in time.",
            "connections.closed"),
        new("reply-timeout", "No answer in the time that was set, so this end gave it up.", "connections.closed"),
        new("timeout|timeout-reply|timeout-close", "No answer, or no end, in time: in that which was set, or in the "
            + "kernel's.", "messages.timed_out"),
        new("connect-timeout|timeout-connect", "No answer to the connect in time.", "connections.connect_failed"),
        new("tls-timeout|timeout-tls", "TCP was established, and the TLS handshake did not end in time.",
            "connections.connect_failed"),
        new("ping-timeout", "No answer to a ping in time, so the connection was given up.", "connections.closed"),
        new("invalid-reply|invalid", "The bytes that came were not those expected.", "messages.invalid"),
        new("empty", "Outcome: the peer ended it in order without a byte where some were expected."),
        new("refused", "A RST or an ICMP message instead of a SYN-ACK: from the server, or a firewall that rejects.",
            "connections.connect_failed messages.refused"),
        new("unreachable", "No route to the target, here or told by an ICMP message.", "connections.connect_failed"),
        new("no-port", "No free source port on this host towards the target.", "connections.connect_failed"),
        new("no-descriptor", "No descriptor left on this host.", "connections.connect_failed"),
        new("no-memory", "No memory left in this host's kernel.", "connections.connect_failed"),
        new("not-permitted", "This host's own filter or route forbids it; over IPv6 also a firewall that rejects as "
            + "admin-prohibited.", "connections.connect_failed"),
        new("tls-failed", "TLS could not agree, or a certificate was not accepted.", "connections.connect_failed"),
        new("others", "Of a step: outcomes that it has no count of its own for, by name."),
        new("other", "Another error of the kernel; its name is in connections.other_errnos.",
            "connections.other_errnos"),
    ];

    /// <summary>The word a person reads it as.</summary>
    public string Name => Words.Split('|')[0];

    /// <summary>Every spelling.</summary>
    public static IEnumerable<string> Spellings => All.SelectMany(term => term.Words.Split('|'));

    /// <summary>One by any of its spellings; null for none.</summary>
    public static Term? Find(string word)
    {
        string plain = Plain(word);
        return All.FirstOrDefault(term => term.Words.Split('|').Any(spelling => Plain(spelling) == plain));
    }

    private static string Plain(string word) =>
        word.Trim().Replace('-', ' ').Replace('_', ' ').ToLowerInvariant();
}
