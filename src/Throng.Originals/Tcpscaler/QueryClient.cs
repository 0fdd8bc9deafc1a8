using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>`tcpclient` and `udpclient` of tcpscaler: queries at a Poisson rate over many connections.</summary>
public static class QueryClient
{
    /// <summary>Exit code of a program that returns -1.</summary>
    private const int InputExitCode = 255;

    private const int ConnectRateDefault = 1000;
    private const int SeedDefault = 42;

    /// <summary>As long as the original remembers when a query was sent, at the least.</summary>
    private const long TimeoutNs = 60 * Ns.Second;

    // Long forms only.
    private const char Stdin = '\u0001';
    private const char StdinRateSlope = '\u0002';
    private const char Tls = '\u0003';

    private static readonly GetoptOption[] OfUdp =
    [
        new('h', "", false), new('v', "", false), new('R', "", false), new('s', "", true), new('t', "", true),
        new('n', "", true), new('p', "", true), new('r', "", true), new('c', "", true),
        new(Stdin, "stdin", false), new(StdinRateSlope, "stdin-rateslope", false),
    ];

    private static readonly GetoptOption[] OfTcp = [.. OfUdp, new(Tls, "tls", false)];

    public static Original Tcp { get; } = new(
        "tcpclient", "DNS queries over many TCP connections, a line of CSV for each", Getopt.Spellings(OfTcp),
        words => Read("tcpclient", OfTcp, words, Transport.Stream));

    public static Original Udp { get; } = new(
        "udpclient", "the same over UDP", Getopt.Spellings(OfUdp),
        words => Read("udpclient", OfUdp, words, Transport.Datagram));

    private static Reading Read(
        string name, GetoptOption[] options, IReadOnlyList<string> words, Transport transport)
    {
        string usage = UsageOf(name, transport);
        if (words.Contains("--help"))
        {
            // It takes --help for an unknown option, and its README tells people to type it.
            return Reading.Refuse(0, usage);
        }

        Getopt line = new(name, options);
        line.Read(words);
        if (line.Errors.Count > 0 || line.Given.Any(one => one.Letter == 'h'))
        {
            return Reading.Refuse(line.Errors.Count > 0 ? 1 : 0, [.. line.Errors, usage]);
        }

        QueryPlan plan = PlanOf(line, name, transport);
        return RefusalOf(plan) is { Length: > 0 } error ? Reading.Refuse(1, error, usage) : JobOf(plan);
    }

    private static QueryPlan PlanOf(Getopt line, string name, Transport transport)
    {
        string Last(char letter) => line.Given.LastOrDefault(one => one.Letter == letter).Value ?? "";
        bool Has(char letter) => line.Given.Any(one => one.Letter == letter);
        long Number(char letter, long fallback) =>
            !Has(letter) ? fallback : CNumber.TryRead(Last(letter), out int number) ? number : 0;

        return new QueryPlan
        {
            Name = name,
            Transport = transport,
            Host = line.Words.Count > 0 ? line.Words[0] : "",
            Port = Last('p'),
            RatePerSecond = Number('r', 0),
            Connections = Number('c', 0),
            ConnectsPerSecond = Number('n', ConnectRateDefault),
            DurationSeconds = Number('t', 0),
            Seed = Number('s', SeedDefault),
            WritesRows = Has('R'),
            Verbosity = line.Given.Count(one => one.Letter == 'v'),
            ReadsRates = Has(Stdin),
            ReadsSlopes = Has(StdinRateSlope),
            HasTls = Has(Tls),
        };
    }

    private static string RefusalOf(QueryPlan plan)
    {
        if (plan.ReadsRates && (plan.DurationSeconds != 0 || plan.RatePerSecond != 0 || plan.ReadsSlopes))
        {
            return "Error: --stdin is not compatible with -t, -r, or --stdin-rateslope";
        }

        if (plan.ReadsSlopes && plan.DurationSeconds != 0)
        {
            return "Error: --stdin-rateslope is not compatible with -t or --stdin";
        }

        bool lacksRate = plan.RatePerSecond <= 0 && !plan.ReadsRates;
        return plan.Host.Length == 0 || plan.Port is "" or "0" || lacksRate || plan.Connections <= 0
            ? "Error: missing mandatory arguments"
            : plan.ConnectsPerSecond < 0 || plan.DurationSeconds < 0 ? "Error: a number is below 0"
            : "";
    }

    private static Reading JobOf(QueryPlan plan)
    {
        _ = DnsQuestions.TryOf(new DnsQuestion(), out DnsQuestions? questions, out _);
        RateProfile profile = RateProfile.Constant(plan.RatePerSecond);
        QuerySpec query = new()
        {
            Connections = plan.Connections,
            Profile = plan.DurationSeconds > 0 ? profile.EndedAt(plan.DurationSeconds * Ns.Second) : profile,
            Arrivals = Arrivals.Poisson,
            Pick = ConnectionPick.Random,
            Questions = questions,
            ConnectRatePerSecond = plan.Transport == Transport.Stream ? plan.ConnectsPerSecond : 0,
            TimeoutNs = TimeoutNs,
            LogPath = plan.WritesRows ? QueryLog.StandardOutput : "",
            Tls = plan.HasTls ? new TlsClientSpec() : null,
            Socket = new SocketOptions(0, 0, plan.Transport),
        };
        bool readsInput = plan.ReadsRates || plan.ReadsSlopes;
        return Reading.Of(new Job(query, new QueryClientFace(plan))
        {
            Carry = run => run with { Seed = (ulong)plan.Seed },
            ContentPath = readsInput ? "-" : "",
            WithContent = input =>
            {
                RateProfile? profile = plan.ReadsRates
                    ? RateCommands.Rates(input, out string error)
                    : RateCommands.Slopes(input, plan.RatePerSecond, out error);
                return profile is null ? Reading.Refuse(InputExitCode, error) : query with { Profile = profile };
            },
            Place = new Place(plan.Host, plan.Port, plan.Transport == Transport.Stream ? "tcp" : "udp"),
            WithAddress = (spec, found) => (QuerySpec)spec with { Targets = [found] },
        });
    }

    private static string UsageOf(string name, Transport transport)
    {
        string tls = transport == Transport.Stream ? "[--tls] " : "";
        return $"""
            usage: {name} [-h] [-v] [-R] [-s random_seed] [-t duration] [--stdin] [--stdin-rateslope] {tls}
                   [-n new_conn_rate] -p <port> -r <rate> -c <nb_conn> <host>
            -p, -r and -c: port, queries per second and connections
            -n: new connections per second while they are opened (default 1000; 0: as fast as it goes)
            -t: seconds of queries (default 0: until a signal)
            -R: a line of CSV on stdout for each query and each answer
            -s: decides every random choice (default 42)
            -v: what happens, and figures at the end, on stderr
            --stdin: `count`, then so many `duration_ms rate` on stdin, in the place of -r and -t
            --stdin-rateslope: `count`, then so many `duration_ms change_per_s` on stdin, beginning with -r
            """;
    }
}
