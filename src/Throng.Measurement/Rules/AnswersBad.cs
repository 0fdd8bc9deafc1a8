namespace Throng.Measurement;

/// <summary>
/// Warning when 1 % of the answers or more came in time and said that the question was not answered: SERVFAIL,
/// REFUSED, FORMERR, NOTIMP, truncated, the query itself sent back, or answers that nobody had asked for.
/// </summary>
public sealed class AnswersBad : IRule
{
    private const double Ratio = 0.01;

    /// <summary>Share of missing answers from which on truncated ones are of a limit on the rate.</summary>
    private const double LimitedRatio = 0.1;
    private const string Unsolicited = "messages.unsolicited";
    private const string Truncated = "query.truncated";
    private const string Echoed = "query.answers." + DnsRcode.Echoed;

    /// <summary>The name that is asked for where none was given.</summary>
    public const string NameDefault = "example.com";

    private static readonly string[] DnsPorts = [":53", ":853"];

    private static readonly (string Metric, string What, string Remedy)[] Kinds =
    [
        ("query.answers.SERVFAIL", "SERVFAIL: the server could not resolve them",
            "see its log, and the servers that it asks"),
        ("query.answers.REFUSED", "REFUSED: the server does not serve this client, or these names",
            "check its access control and its zones"),
        ("query.answers.FORMERR", "FORMERR: the server did not understand the query", "check --names and the options"),
        ("query.answers.NOTIMP", "NOTIMP: the server does not know this kind of query", "check the types in --names"),
        ("query.answers.BADVERS", "BADVERS: the server does not know this version of EDNS",
            "leave out --edns-size and --dnssec"),
        ("query.answers.BADCOOKIE", "BADCOOKIE: the server wants DNS cookies, which this program does not send",
            "allow this client without one"),
        (Echoed, "the query itself, sent back: that is an echo server",
            "check the target, or --protocol echo"),
        (Truncated, "truncated: something was left out of them",
            "use TCP, or a larger EDNS size at the server"),
        (Unsolicited, "to nothing that was asked: doubled, or from somewhere else",
            "look for a path or a server that sends answers twice"),
    ];

    public RuleNote Note { get; } = new("answers-bad", "warning, info",
        "1 % of the answers or more said that they were none (SERVFAIL, REFUSED, truncated …), or nobody had asked.",
        "see query.answers; --fail-on 'query.answers.SERVFAIL > 1%' makes a condition of it");

    public Finding? Judge(RunDocument run)
    {
        if (run is not { Command: "query", Messages: { Answered: > 0 } messages })
        {
            return null;
        }

        (string Metric, string What, string Remedy, double Count)[] bad =
        [
            .. Kinds.Select(kind => (kind.Metric, kind.What, kind.Remedy, Count: CountOf(run, kind.Metric)))
                .Where(kind => kind.Count >= messages.Answered * Ratio)
                .OrderByDescending(kind => kind.Count),
        ];
        if (bad.Length == 0)
        {
            return null;
        }

        bool isOnlyEcho = bad is [{ Metric: Echoed }] && IsUnchosen(run.Options) && !HasDnsPort(run.Options);
        bool isLimited = bad[0].Metric == Truncated && OwnOptions.IsDatagram(run)
            && messages.TimedOut >= messages.Sent * LimitedRatio;
        double all = messages.Answered + (bad[0].Metric == Unsolicited ? bad[0].Count : 0); // those are not answered
        return Note.Found(
            isOnlyEcho ? Severity.Info : Severity.Warning,
            $"{Units.Percent(bad[0].Count / all)} of the answers were {bad[0].What}"
                + (isLimited ? ", and others did not come: the server limits the rate of one client (RRL)" : ""),
            string.Join(", ", bad.Select(kind => $"{Units.Count((long)kind.Count)} {LastWord(kind.Metric)}"))
                + $" beside {Units.Several(messages.Answered, "answers")}",
            isLimited
                ? "exempt this client from the limit (rate-limit, rrl-whitelist, ip-ratelimit), or use TCP"
                : bad[0].Remedy);
    }

    private static string LastWord(string metric) => metric[(metric.LastIndexOf('.') + 1)..];

    private static double CountOf(RunDocument run, string metric) =>
        metric.EndsWith(DnsRcode.Echoed, StringComparison.Ordinal) && IsEchoMeant(run)
            ? 0
            : Metrics.Value(run, metric) ?? 0;

    /// <summary>
    /// Whether an echo is the right answer: to the echo protocol, and of the run's own server.
    /// </summary>
    private static bool IsEchoMeant(RunDocument run) =>
        TextOf(run.Own, "protocol") == "echo" || TextOf(run.Own, "server") == "embedded";

    /// <summary>Whether the query is the one that nobody chose: then an echo is told, and warned of to a port of DNS
    /// alone.</summary>
    private static bool IsUnchosen(Section options) =>
        options.Find("names") is null or { Kind: NodeKind.Null } && TextOf(options, "name") == NameDefault
        && TextOf(options, "type") == "A";

    private static bool HasDnsPort(Section options) => options.Find("target") is not { Kind: NodeKind.List } targets
        || targets.Items.Any(target => target.Kind != NodeKind.Text || !target.Text.Contains(':')
            || DnsPorts.Any(port => target.Text.EndsWith(port, StringComparison.Ordinal)));

    private static string TextOf(Section? section, string key) =>
        section?.Find(key) is { Kind: NodeKind.Text } node ? node.Text : "";
}
