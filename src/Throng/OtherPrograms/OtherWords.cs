namespace Throng;

/// <summary>
/// Words of wrk, hey, oha, vegeta, k6, ab, fortio, iperf3, dnsperf, tcpkali and their like: the one table of them. A
/// word is answered from here and not by its spelling, which is often nearest to something else.
/// </summary>
public static class OtherWords
{
    private const string NoHttp = "is of HTTP, which throng does not speak";

    /// <summary>All of them; the first that has an answer for a command counts.</summary>
    public static IReadOnlyList<OtherWord> All { get; } =
    [
        // How much.
        Valued("--qps --rps --rate --max-qps --max-rate --queries-per-second --requests-per-second --request-rate "
            + "--arrival-rate --throughput -Q -R -r", "--rate", "--start", "--connect-rate",
            "has nothing like it: a bench sends all at one moment or, with --for, as fast as answers come"),
        Valued("--connection-rate --connects-per-second --cps --spawn-rate --hatch-rate",
            "--connect-rate", "--rate", "--start"),
        Valued("--from --begin --start-rate --initial-rate --min-rate", "--start") with { Of = "saturate" },
        Valued("--to --until --end-rate --stop-rate --top-rate --max-rate", "--rate-max") with { Of = "saturate" },
        Valued("--vus --vu --users --clients --connections --concurrency --concurrent --concurrencies --parallel "
            + "--streams --conns -c -P", "--connections", "--concurrency", "--in-flight-max"),
        Valued("--max-connections --max-conns --max-in-flight --max-vus", "--in-flight-max", "--connections"),
        Valued("--iterations --requests --num-requests --number --num --count --total --queries --loops --repeat "
            + "-n -N", "--count", "--rounds"),
        Valued("--max-outstanding --outstanding --pipeline --pipelining", "--outstanding-max"),
        Valued("--bitrate --bits-per-second -b", "--bandwidth {0}bit"),
        Valued("--stages --stage", "--profile D@R..R", "--connect-rate RATE"),
        Valued("--threads --thread --num-threads --nthreads --workers --cpus --jobs -T -j -t", "--threads"),

        // How long.
        Valued("--time --duration --for --run-time --runtime --test-time --seconds --limit --length-of-run -z -d",
            "--for", "has no place in a search, which ends by itself; --step is how long each rate lasts"),
        Valued("-l", "--for") with { Of = "query" },
        Valued("--ramp-up --rampup --ramp --ramp-time --rampup-time", "--profile 30s@0..RATE",
            "--connect-rate RATE", "has no place in a search, whose rate grows by --increment"),
        Valued("--warmup --warm-up --warmup-time --warmup-duration --omit -O", "--warmup"),
        Valued("--timeout --request-timeout --reply-timeout --response-timeout --read-timeout",
            "--timeout", "--reply-timeout", "--connect-timeout"),
        Valued("--connection-timeout --connect-timeout --conn-timeout --dial-timeout", "--connect-timeout"),
        Valued("--max-idle --channel-lifetime --connection-lifetime", "--lifetime"),

        // Where to.
        Valued("--url --uri", "--target HOST:PORT", "--listen ADDR:PORT"),
        Valued("--host --hostname --server --servers --address --addr --destination --dest --dst --endpoint "
            + "--connect --remote --ip --client --targets -a", "--target", "--listen"),
        Valued("-s", "--target") with { Of = "query" },
        Valued("--port --server-port --remote-port -p", "--target HOST:{0}", "--listen ADDR:{0}"),
        Valued("--bind --bind-address --local-address --local-addr --laddr --src --source-ip --source-address -B -S",
            "--source", "--listen"),
        Valued("--cport --local-port --source-port --client-port", "--source-ports"),
        Valued("--interface --dev --bind-dev", "has no device of its own: --source takes the address of one"),
        Flag("--ipv4-only --inet --v4", "--ipv4"),
        Flag("--ipv6-only --inet6 --v6", "--ipv6"),
        Valued("-f --family", "has --ipv4 and --ipv6 here"),

        // TCP, UDP, TLS.
        Flag("--udp --datagram -u", "--transport udp", "--udp",
            "has no place here: throng query --transport udp and throng monitor --udp send datagrams"),
        Flag("--tcp", "--transport tcp", "needs no option: these are TCP connections"),
        Valued("--transport --protocol --proto -m", "--transport", "has no choice here; --udp is for datagrams",
            "has no choice here: these are TCP connections"),
        Flag("--ssl --https --use-tls --secure --dot", "--tls"),
        Flag("--insecure -k --insecure-skip-tls-verify --insecure-skip-verify --skip-verify --tls-skip-verify "
            + "--no-verify --no-check-certificate --no-tls-verify",
            "needs no option: a certificate is verified only with --tls-verify"),
        Flag("--verify --tls-verification --verify-certificate", "--tls-verify"),
        Valued("--cacert --ca --ca-cert --cafile --ca-file --root-certs --root-cert --CAfile", "--tls-ca"),
        Valued("--cert --certificate --ssl-cert --client-cert -E", "--tls-cert",
            "has no place here: a client with --tls shows no certificate of its own"),
        Valued("--key --private-key --ssl-key --client-key", "--tls-key",
            "has no place here: a client with --tls shows no certificate of its own"),
        Valued("--sni --servername --server-name", "--tls-name"),
        Valued("--keep-alive --tcp-keepalive --tcp-keep-alive --keepalive-time --keepalive-interval --so-keepalive",
            "--keepalive"),
        Flag("--disable-keepalive --no-keepalive --disable-keep-alive --no-keep-alive --no-connection-reuse "
            + "--noConnectionReuse --discard-connections",
            "has no place here: throng churn --life requests --requests 1 opens a connection for each request"),
        Flag("--nodelay --no-delay --tcp-nodelay --tcp-no-delay", "needs no option: TCP_NODELAY is always set"),
        Flag("--rst --linger --abort", "--close rst"),

        // What is sent.
        Valued("--size --length --len --payload-size --payload --body-size --message-size --packet-size --bytes "
            + "--msg-size", "--size"),
        Valued("-l", "--size") with { Of = "churn monitor bench saturate" },
        Valued("--data --body --message -D",
            "has no place here: --name or --names says what is asked, and --size how long an echo is") with
        {
            Of = "query",
        },
        Valued("--data --body --body-file --data-file --payload-file --first-message --first-message-file --message "
            + "-D", "--content", "--message", "--names") with { Of = "query churn saturate bench serve" },
        Valued("--datafile --data-files --queries-file --input-file", "--names", "--content"),
        Valued("--qtype --record-type --rrtype --query-type", "--type"),
        Valued("--qname --domain --domains --query-name", "--name") with { Of = "query" },
        Valued("--edns --bufsize --edns-bufsize -e", "--edns-size"),
        Flag("--do --dnssec-ok", "--dnssec"),
        Valued("--header --headers --method --user-agent --cookie --auth --path --http-version -H -X", NoHttp),
        Flag("--http2 --http1 --h2 --compressed --follow", NoHttp),
        Valued("--script --lua", "has no place here, there are no scripts; --profile changes a rate over time",
            "has no place here: there are no scripts"),
        Valued("-s", "has no place here: throng serve is the other end, and there are no scripts"),
        Flag("-s --server --daemon", "--listen ADDR:PORT") with { Of = "serve" },

        // What is printed, and what is judged.
        Valued("--output --output-file --out-file --outfile --logfile --summary-export --export-json --json-file "
            + "--save --report --result -o", "--out", "--junit", "--html"),
        Valued("--out --output-json", "--json") with { Of = "report" },
        Valued("--svg --chart --plot --graph --png --picture --drawing", "--svg",
            "is made of a saved result: --out run.json, then throng report run.json --svg run.svg"),
        Valued("--export-csv --csv-file --csv-output", "--csv"),
        Valued("--junit-xml --junitxml --xml", "--junit"),
        Valued("--html-report --html-file", "--html",
            "is made of a saved result: --out run.json, then throng report run.json --html run.html"),
        Valued("--interval --report-interval --progress -I -i",
            "needs no option: --json-stream - writes a line every second"),
        Valued("--percentile --percentiles --quantile --quantiles",
            "needs no option: p50, p99 and more are always in the result, and --fail-on judges any of them"),
        Valued("--think-time --thinktime --think --delay --pause --sleep --wait", "--ping-interval",
            "has no place here: --rate says how often, and no answer delays what is due",
            "has no place here: what is due waits for no answer"),
        Flag("--latency --latencies --stats -L", "needs no option: latencies are always in the result; "
            + "--hlog writes all of them"),
        Flag("--no-tui --no-ui --no-progress-bar", "--plain"),
        Flag("--silent --no-progress --no-output", "--quiet"),
        Flag("--debug --trace", "--verbose"),
        Flag("--no-colour --nocolor --no-colors --monochrome", "--no-color"),
        Valued("--color --colour", "is --no-color here, or NO_COLOR=1; --plain leaves the view out too"),
        Valued("--assert --assertion --threshold --thresholds --check --expect --slo", "--require"),
        Valued("--fail --fail-if --failon --fail-when", "--fail-on"),

        Valued("--tag --tags --labels --metadata --title --run-name", "--label"),

        // Which end, and how.
        Flag("--server --listen --daemon -D", "has no place here: throng serve is the other end"),
        Flag("--reverse --bidir --zerocopy", "has no place here: throng monitor sends and has it come back"),
        Flag("--dryrun --plan --check-only", "--dry-run"),
    ];

    // Options of ours that mean something else elsewhere: what to say when their value cannot be read.
    private static readonly (string Option, string Meaning, string Ours)[] Elsewhere =
    [
        ("-t", "how long to run", "--for"),
        ("-c", "a host", "--target"),
        ("-d", "a file of names", "--names"),
        ("-d", "a file to send", "--content"),
        ("-r", "a number of connections", "--connections"),
        ("-n", "a name to ask for", "--name"),
    ];

    // Flags of ours that take a value elsewhere.
    private static readonly (string Flag, string Ours)[] ValuesElsewhere =
        [("-q", "--rate"), ("-q", "--connect-rate"), ("-v", "--rate")];

    /// <summary>Options of ours that appear in <see cref="Hint"/>.</summary>
    public static IEnumerable<string> Hinted => Elsewhere.Select(one => one.Ours);

    /// <summary>The word with this spelling that has an answer for a command; null for none.</summary>
    public static OtherWord? Find(string spelling, CommandSyntax syntax) =>
        All.FirstOrDefault(word => word.Is(spelling, syntax));

    /// <summary>Whether it is a word of other programs: then what is spelled alike is not what was meant.</summary>
    public static bool IsKnown(string spelling) => All.Any(word => word.Has(spelling));

    /// <summary>The end of an error about a value that cannot be read: what its letter means elsewhere.</summary>
    public static string Hint(string spelling, CommandSyntax syntax)
    {
        (string _, string meaning, string ours) = Elsewhere.FirstOrDefault(one => one.Option == spelling
            && syntax.Options.Any(option => option.Spellings.Contains(one.Ours)));
        return ours is null ? "" : $"; {meaning} is {ours} here";
    }

    /// <summary>The error about a word behind a flag that takes a value elsewhere, and what that is here; null for any
    /// other.</summary>
    public static string? AnswerToFlag(string flag, string word, CommandSyntax syntax)
    {
        string? ours = ValuesElsewhere.FirstOrDefault(one => one.Flag == flag
            && syntax.Options.Any(option => option.Spellings.Contains(one.Ours)
                && option.TryRead(word, out _, out _))).Ours;
        return ours is null ? null : $"{flag} takes no value: a rate is {ours} {Text.Plain(word)}";
    }

    private static OtherWord Valued(string spellings, params string[] answers) => new(spellings, true, answers);

    private static OtherWord Flag(string spellings, params string[] answers) => new(spellings, false, answers);
}
