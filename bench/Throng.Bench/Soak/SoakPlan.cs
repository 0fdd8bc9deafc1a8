namespace Throng.Bench;

/// <summary>
/// Processes that run side by side. Rates are ten times what the loads have by default. Two servers last as long as
/// the soak and are watched like the loads; three others are in trouble all the time.
/// </summary>
internal static class SoakPlan
{
    /// <summary>TCP and datagrams of the server that nothing happens to.</summary>
    public const string Steady = "127.0.0.1:7000-7003";

    /// <summary>TLS, by another server that nothing happens to.</summary>
    public const string Encrypted = "127.0.0.1:7010";

    /// <summary>A page and metrics, asked for with every reading.</summary>
    public const string Page = "127.0.0.1:7090";

    private const string Restarting = "127.0.0.1:7020-7021";
    private const string Leaving = "127.0.0.1:7030-7031";
    private const string Stalling = "127.0.0.1:7040-7041";
    private const string Troubled = $"{Steady} {Restarting} {Leaving} {Stalling}";
    private const string Asked = "--protocol echo --size 64";

    /// <summary>The load whose latencies at the end are compared with those at the beginning.</summary>
    public const string Compared = "query, steady";

    public static readonly (string Name, string Line)[] Servers =
    [
        ("serve", $"serve {Steady} --transport tcp+udp"),
        ("serve, TLS", $"serve tls://{Encrypted}"),
    ];

    public static readonly (string Line, Trouble Trouble, TimeSpan Every, TimeSpan Lasts)[] Troubles =
    [
        ($"serve {Restarting} --transport tcp+udp", Trouble.Restarts, TimeSpan.FromSeconds(20), TimeSpan.Zero),
        ($"serve {Leaving} --transport tcp+udp", Trouble.Leaves, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(7)),
        ($"serve {Stalling} --transport tcp+udp", Trouble.Stalls, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(4)),
    ];

    /// <summary>Loads that last as long as the soak; FOLDER is one that it removes again.</summary>
    public static readonly (string Name, string Line)[] Loads =
    [
        ("hold", $"hold 2k {Steady} --ping --ping-interval 3s-6s"),
        ("hold, troubled", $"hold 400 {Troubled} --ping --ping-interval 3s-6s"),
        (Compared, $"query {Steady} {Asked} --rate 10k -c 200 --http={Page}"),
        ("query, troubled", $"query {Troubled} {Asked} --rate 2k -c 100 --pcap FOLDER/soak.pcapng"),
        ("query, epoll", $"query {Troubled} {Asked} --rate 1k -c 50 --engine epoll"),
        ("query, UDP", $"query {Troubled} {Asked} --rate 2k -c 50 --transport udp"),
        ("query, TLS", $"query tls://{Encrypted} {Asked} --rate 1k -c 20 --queries-per-connection 100"),
        ("churn, RST", $"churn {Steady} --life requests --requests 1 --close rst --rate 1k"),
        ("churn, troubled", $"churn {Troubled} --life requests --requests 2 --rate 200"),
        ("monitor, troubled", $"monitor {Troubled} -c 50 --rate 500"),
    ];

    /// <summary>Loads that find something and end, again and again, one after another.</summary>
    public static readonly string[] Again =
    [
        $"saturate {Steady} --life requests --once --start 500 --rate-max 2k --step 2s",
        $"capacity {Steady} --limit 2k --connect-rate 2k --trials 1",
        "idle 127.0.0.1:7000 --from 100ms --to 3s --within 500ms --lanes 5",
        $"bench {Steady} -c 1,100 --rounds 5",
        $"hold 500 {Troubled} --for 3s --ping",
    ];
}
