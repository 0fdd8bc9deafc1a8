namespace Throng.Measurement;

/// <summary>Options of the command that ran, for remedies: one that it does not have helps nobody.</summary>
internal static class OwnOptions
{
    /// <summary>How long an answer is waited for.</summary>
    public static string Timeout(RunDocument run) => run.Command switch
    {
        "monitor" or "bench" or "idle" => "--reply-timeout",
        "hold" => "--ping-timeout",
        _ => "--timeout",
    };

    /// <summary>How fewer connects are begun at a time.</summary>
    public static string SlowerConnects(RunDocument run) => run.Command switch
    {
        "churn" => "use a lower --rate",
        "saturate" => "use a lower --rate-max",
        "bench" => "use fewer connections at once (-c)",
        "idle" => "use fewer --lanes",
        _ => "lower --connect-rate",
    };

    /// <summary>How longer is waited for a handshake.</summary>
    public static string LongerConnects(RunDocument run) => run.Command is "churn" or "saturate"
        ? "raise --timeout"
        : "raise --connect-timeout";

    /// <summary>Remedy for a rate that was missed by the other end.</summary>
    public static string LowerRate(RunDocument run) => run.Command is "churn"
        ? "a lower --rate"
        : "a lower rate, or more connections (-c) if each has all it may have outstanding";

    /// <summary>Remedy for a rate that was missed by this end.</summary>
    public static string MoreOfUs(RunDocument run) => run.Command is "churn"
        ? "use more --threads, CPUs or hosts, or a lower rate"
        : "use more --threads, CPUs or hosts, more connections (-c), or a lower rate";

    /// <summary>Ways against an answer that waits for an ACK (Nagle) that this command has.</summary>
    public static string AgainstNagle(RunDocument run) => "set TCP_NODELAY at the server" + run.Command switch
    {
        "query" => ", send one query at a time on a connection (--outstanding-max 1), or acknowledge at once: "
            + "--quickack",
        "monitor" => ", or acknowledge at once: --quickack",
        _ => "",
    };

    /// <summary>Whether the run was of datagrams.</summary>
    public static bool IsDatagram(RunDocument run) => run.Messages is { Refused: > 0 }
        || run.Own?.Find("transport") is { Kind: NodeKind.Text, Text: "udp" };
}
