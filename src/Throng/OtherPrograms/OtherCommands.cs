namespace Throng;

/// <summary>
/// First words that other programs have and this one has not: their commands, and their names. What is nearest here.
/// </summary>
internal static class OtherCommands
{
    private const string Rates = "requests at a rate are throng query HOST:PORT --rate N --for TIME, connections at a "
        + "rate throng churn, open connections throng hold";

    private static readonly (string Words, string Answer)[] All =
    [
        ("attack load run test start client connect stress flood", Rates),
        ("wrk wrk2 hey oha vegeta fortio k6 ab bombardier locust siege h2load nighthawk", Rates),
        ("server listen echo sink", "the other end is throng serve"),
        ("iperf iperf2 iperf3 nuttcp neper", "the other end is throng serve; a load on lasting connections is throng "
            + "monitor HOST:PORT, and how fast answers come is throng bench HOST:PORT"),
        ("dnsperf resperf flamethrower flame queryperf dig kdig",
            "DNS queries are throng query HOST --names FILE --rate N --for TIME"),
        ("tcpkali c1000k", "open connections are throng hold N HOST:PORT, messages on them throng monitor HOST:PORT"),
        ("sockperf netperf ping tcping ping-pong pingpong latency",
            "round trips are throng bench HOST:PORT, or throng monitor HOST:PORT for as long as you watch"),
        ("nc ncat netcat telnet", "one connection is throng hold 1 HOST:PORT; the other end is throng serve"),
        ("max limit find search",
            "what the path takes a second is throng saturate HOST:PORT, and at once throng capacity HOST:PORT"),
        ("watch observe", "lasting connections with messages are throng monitor HOST:PORT"),
        ("check info tune sysctl", "what this host has and needs is throng doctor"),
        ("show view plot graph html analyze analyse", "a saved result is throng report FILE"),
        ("diff", "two results are throng compare BASE FILE"),
        ("join combine", "results of several hosts are throng merge FILE..."),
        ("metrics docs", "what a word in a result means is throng explain"),
    ];

    /// <summary>The line about such a word; null: it is none.</summary>
    /// <param name="originals">Programs that there is a stand-in for.</param>
    public static string? Answer(string word, IReadOnlyList<string> originals)
    {
        if (originals.Contains(word))
        {
            return $"'{word}' is another program: throng as {word} stands in for it";
        }

        string? answer = All.FirstOrDefault(one => one.Words.Split(' ').Contains(word)).Answer;
        return answer is null ? null : $"there is no command '{word}': {answer}";
    }
}
