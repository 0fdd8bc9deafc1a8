namespace Throng.KernelTests;

/// <summary>A run of the program that lasts a moment: each command, on each engine.</summary>
/// <param name="Name">As the table has it.</param>
/// <param name="Words">Its command line; @ is the folder of its files.</param>
/// <param name="Beside">Command line of an untouched program in the same network; empty: none.</param>
/// <param name="Before">Shell commands that come first, besides bringing up the loopback; @ as in the command line,
/// "throng" and $throng are an untouched program, the second as a process of the shell itself.</param>
/// <param name="Until">Shell command that is tried until it holds, once the other program has been started.</param>
internal sealed record Scenario(
    string Name, string Words, string Beside = "", string Before = "", string Until = "true")
{
    /// <summary>Both ends in one network: packets that leave one come in at the other.</summary>
    private const string Cable = "ip link add cable type veth peer name far; ip link set cable up;"
        + " ip addr add 10.9.0.1/16 dev far; ip link set far up;";

    private const string Cluster = "--cluster nats://127.0.0.1:4222 --nats-insecure";

    /// <summary>A server, and a message system for agents and controllers, who would not wait for it.</summary>
    private const string Hosts = "$throng serve 127.0.0.1:7000 -q >/dev/null 2>&1 & hosts=$!;"
        + " nats-server -a 127.0.0.1 -js -sd @/js >@/nats.log 2>&1 & hosts=\"$hosts $!\";"
        + " until grep -qs ready @/nats.log; do sleep 0.01; done;";

    private const string Agent = $"agent {Cluster} --name one --state @/state -q";
    private const string Ordered = $"hold 4 {Cluster} --agents 1 --wait 5s --target 127.0.0.1:7000 --for 300ms {Pings}"
        + " --threads 1 --json -q";

    private const string Saved = "throng hold 4 --for 50ms --threads 1 -q --out @/run.json;";
    private const string OtherSaved = "throng hold 4 --for 50ms --threads 1 -q --out @/other.json;";

    private const string Pings = "--ping --ping-interval 50ms";

    private const string Guest = "hold 8 --target 127.0.0.1:7000 --for 400ms " + Pings + " --threads 1 -q";

    private const string Server = "serve 127.0.0.1:7000 --for 900ms --json -q";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. OnEngine("uring"),
        .. OnEngine("epoll"),
        new("serve-kernel", $"{Server} --engine kernel", Guest),
        new("serve-xdp", $"{Server} --engine xdp --interface lo", Guest),
        new("hold-packet", $"hold 8 --target 10.9.0.1:7000 --engine packet --interface cable --source 10.9.128.0/30"
            + $" --for 300ms {Pings} --json -q", "serve 10.9.0.1:7000 --for 800ms --threads 1 -q", Cable),
        new("bench-compared", "bench --compare epoll,uring -c 4 -n 2 --reply-timeout 500ms --json -q"),
        new("files", "hold 8 --for 300ms --ping --ping-interval 50ms --threads 1 --json -q --out @/o.json --csv @/c.csv"
            + " --hlog @/h.hlog --junit @/j.xml --failures @/f.jsonl --json-stream @/s.jsonl --pcap @/p.pcapng"
            + " --control @/c.sock --http=127.0.0.1:0"),
        new("doctor", "doctor hold 100k --json") { IsText = true },
        new("ctl", "ctl @/c.sock status", "hold 8 --for 900ms --threads 1 --control @/c.sock -q",
            Until: "[ -S @/c.sock ]") { IsText = true },
        new("report", "report @/run.json --html @/page.html", Before: Saved) { IsText = true },
        new("merge", "merge @/run.json @/other.json --out @/both.json", Before: $"{Saved} {OtherSaved}")
        {
            IsText = true,
        },
        new("compare", "compare @/run.json @/other.json", Before: $"{Saved} {OtherSaved}") { IsText = true },
        new("as-tspam", "as tspam rate -r 40 -l 1 -p 7000", "serve 127.0.0.1:7000 --mode exchange --for 1700ms -q")
        {
            IsText = true,
        },
        new("as-tcpclient", "as tcpclient -c4 -r50 -t1 -p 7000 127.0.0.1", $"serve 127.0.0.1:7000 --for 1700ms -q")
        {
            IsText = true,
        },
        new("as-ctraffic", "as ctraffic -address 127.0.0.1:7000 -nconn 4 -rate 50 -timeout 300ms -stats all",
            "serve 127.0.0.1:7000 --for 900ms -q") { IsText = true },
        new("hold-cluster", Ordered, Before: $"{Hosts} $throng {Agent} >/dev/null 2>&1 & agent=$!;")
        {
            After = "kill $agent; wait $agent; kill $hosts;",
        },
        new("agent", Agent, Ordered, Hosts, "[ -d @/state ] || ! kill -0 $own")
        {
            IsText = true, IsAService = true, After = "kill $hosts;",
        },
    ];

    /// <summary>Shell commands that come last.</summary>
    public string After { get; init; } = "";

    /// <summary>Goes on until it is told to end, once the other program has ended.</summary>
    public bool IsAService { get; init; }

    /// <summary>Prints no result of a run, but text of its own.</summary>
    public bool IsText { get; init; }

    /// <summary>The words of its command line.</summary>
    public string[] Arguments(string files) => Words.Replace("@", files, StringComparison.Ordinal).Split(' ');

    private static Scenario[] OnEngine(string engine)
    {
        string way = $"--engine {engine} --threads 1 --json -q";
        string served = $"--for 900ms {way}";
        return
        [
            new($"hold-{engine}", $"hold 8 --for 300ms {Pings} {way}"),
            new($"hold-sources-{engine}", "hold 8 --for 300ms --source 127.0.0.2 --keepalive 10s --user-timeout 10s"
                + $" --close rst --engine {engine} --threads 2 --json -q"),
            new($"hold-tls-{engine}", $"hold 4 --for 300ms --tls {Pings} {way}"),
            new($"query-{engine}", $"query --rate 100 --for 250ms --timeout 300ms {way}"),
            new($"query-udp-{engine}", $"query --transport udp --rate 100 --for 250ms --timeout 300ms {way}"),
            new($"churn-{engine}", $"churn --rate 100 --for 250ms --timeout 500ms {way}"),
            new($"churn-held-{engine}",
                $"churn --rate 60 --for 250ms --life requests --requests 2 --close rst --held 4 --timeout 500ms {way}"),
            new($"saturate-{engine}", "saturate --start 100 --rate-max 200 --increment 2 --step 150ms --cooldown 0"
                + " --timeout 500ms"
                + $" --slowdown 100000 {way}"),
            new($"monitor-{engine}", $"monitor -c 4 --rate 60 --for 300ms {way}"),
            new($"monitor-udp-{engine}", $"monitor --udp -c 4 --rate 60 --for 300ms {way}"),
            new($"capacity-{engine}", $"capacity -c 12 -r 200 --trials 1 --check-timeout 500ms {way}"),
            new($"idle-{engine}", $"idle --from 50ms --to 200ms --within 50ms --lanes 3 --reply-timeout 500ms {way}"),
            new($"bench-{engine}", $"bench -c 4 -n 2 --reply-timeout 500ms {way}"),
            new($"serve-{engine}", $"serve 127.0.0.1:7000 {served}", Guest),
            new($"serve-udp-{engine}", $"serve udp://127.0.0.1:7000 --mode stamp {served}",
                "monitor -c 4 --udp --target 127.0.0.1:7000 --for 400ms --rate 60 --threads 1 -q"),
            new($"serve-exchange-{engine}", $"serve 127.0.0.1:7000 --mode exchange --accept-rate 200 {served}",
                "churn --target 127.0.0.1:7000 --for 400ms --rate 60 --threads 1 -q"),
        ];
    }
}
