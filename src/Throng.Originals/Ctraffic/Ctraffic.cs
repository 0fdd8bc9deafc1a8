using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>`ctraffic`: lasting connections under a steady load, what breaks them, and the server.</summary>
public static class Ctraffic
{
    public const string Name = "ctraffic";

    private const long KilobyteBytes = 1024;
    private const int KeepAliveSeconds = 15;
    private const long ConnectTimeoutNs = 1_500_000_000;
    private const long ReplyTimeoutNs = Ns.Second;

    /// <summary>Nothing new is connected this close to the end.</summary>
    private const long LastConnectNs = 2 * Ns.Second;

    /// <summary>From the start to the schedule's first moment, and from its last to the end.</summary>
    private const long EdgesNs = 80_000_000;

    /// <summary>As many packets as the original's bucket holds, less the one that is sent.</summary>
    private const long CompatibleDropsMax = 9;

    private static readonly string[] StatsKinds = ["none", "summary", "all"];

    private static readonly GoFlag[] Flags =
    [
        new("address", GoKind.Text, "[::1]:5003", "where to listen, or to connect to"),
        new("analyze", GoKind.Text, "throughput", "table to make of -stat_file; throughput|connections|hosts"),
        new("client", GoKind.Text, "echo", "kind of client; there is one"),
        new("compat-dropped", GoKind.Flag, "false", "count at most nine dropped packets a stall"),
        new("monitor", GoKind.Flag, "false", "a line about connections and packets on stderr every second"),
        new("nconn", GoKind.Integer, "1", "connections"),
        new("psize", GoKind.Integer, "1024", "bytes of a packet, 64 or more"),
        new("rate", GoKind.Float, "10", "KB/second over all connections"),
        new("reconnect", GoKind.Flag, "true", "open lost connections again"),
        new("retries", GoKind.Integer, "10", "connections in all, as a multiple of -nconn"),
        new("server", GoKind.Flag, "false", "be the server"),
        new("srccidr", GoKind.Text, "", "network to take source addresses from"),
        new("srcfile", GoKind.Text, "", "file of source addresses, one a line"),
        new("stat_file", GoKind.Text, "", "saved statistics to make a table of; - is standard input"),
        new("stats", GoKind.Text, "summary", "statistics at the end; none|summary|all"),
        new("timeout", GoKind.Duration, "10s", "how long it takes"),
        new("udp", GoKind.Flag, "false", "datagrams; of a server, datagrams too"),
        new("version", GoKind.Flag, "false", "print the version and end"),
    ];

    public static Original Original { get; } = new(
        Name, "lasting connections under load, and what becomes of them", [.. Flags.Select(flag => $"-{flag.Name}")],
        words => Read(words, TimeProvider.System));

    /// <param name="clock">For the times in what is logged.</param>
    public static Reading Read(IReadOnlyList<string> words, TimeProvider clock)
    {
        GoFlags given = new(Name, Flags);
        given.Read(words);
        if (words.Count == 0)
        {
            return Reading.Refuse(0, given.Usage);
        }

        if (given.Refusal is { } refusal)
        {
            return refusal;
        }

        string[] ignored = given.Rest.Count == 0 ? []
            : [$"{Name}: '{given.Rest[0]}' is no flag: it and what follows it are left out"];
        Reading reading = given.IsOn("version") ? new Reading { Out = VersionLine }
            : given.Text("stat_file").Length > 0 ? Analyze(given, clock)
            : given.IsOn("server") ? Server(given, clock)
            : Client(given, clock);
        return reading with { Errors = [.. ignored, .. reading.Errors] };
    }

    private static string VersionLine => Release.Version + "\n";

    private static Reading Analyze(GoFlags given, TimeProvider clock)
    {
        string name = given.Text("analyze");
        if (!CtrafficAnalysis.Names.Contains(name))
        {
            return GoLog.Fatal($"Unsupported anayze; {name}", clock);
        }

        string path = given.Text("stat_file");
        return Reading.Of(new Job(new Reading(), new CtrafficAnalysisFace(path, clock))
        {
            ContentPath = path,
            WithContent = file => Analyze(file, name, clock),
        });
    }

    private static Reading Analyze(byte[] file, string name, TimeProvider clock)
    {
        if (!CtrafficStatsReader.TryRead(file, out CtrafficStats stats, out string error))
        {
            return GoLog.Fatal(error, clock);
        }

        string table = CtrafficAnalysis.Render(stats, name, out error);
        string[] notes = name != "throughput" && stats.ConnStats.Count == 0
            ? [$"{Name}: there is no connection in it; -stats all writes them"]
            : [];
        return error.Length > 0 ? GoLog.Fatal(error, clock) : new Reading { Out = table, Errors = notes };
    }

    private static Reading Server(GoFlags given, TimeProvider clock)
    {
        string address = given.Text("address");
        if (!GoAddress.TrySplit(address, out string host, out string port, out string error))
        {
            return GoLog.Fatal($"listen tcp: {error}", clock);
        }

        bool hasDatagrams = given.IsOn("udp");
        ServeSpec serve = new()
        {
            Listen = [],
            Mode = ServeMode.Stamp,
            Transports = hasDatagrams ? [Transport.Stream, Transport.Datagram] : [Transport.Stream],
        };
        return Reading.Of(new Job(serve, new CtrafficServerFace(address, hasDatagrams, clock))
        {
            Place = new Place(host, port) { IsOwn = true },
            WithAddress = (spec, found) => (ServeSpec)spec with
            {
                Listen = [new ListenAddress(found, DualStack: found.IsIPv6 && found.IsWildcard)],
            },
        });
    }

    private static Reading Client(GoFlags given, TimeProvider clock)
    {
        if (given.Text("client") is not "echo" and var kind)
        {
            return GoLog.Fatal($"Unsupported client; {kind}", clock);
        }

        if (!GoAddress.TrySplit(given.Text("address"), out string host, out string port, out string error))
        {
            return GoLog.Fatal($"dial tcp: {error}", clock);
        }

        CtrafficPlan plan = PlanOf(given);
        if (given.Refusal is { } refusal)
        {
            return refusal;
        }

        MonitorSpec monitor = SpecOf(plan, given.IsOn("compat-dropped"));
        string network = given.Text("srccidr");
        if (network.Length > 0)
        {
            CtrafficSources sources = CtrafficSources.OfNetwork(
                network, plan.Connections, (ulong)clock.GetTimestamp(), out error);
            monitor = monitor with { Sources = sources.Addresses };
        }

        if (error.Length > 0)
        {
            return GoLog.Fatal(error, clock);
        }

        return Reading.Of(new Job(monitor, new CtrafficClientFace(plan, clock))
        {
            ContentPath = network.Length > 0 ? "" : given.Text("srcfile"),
            WithContent = file =>
            {
                CtrafficSources sources = CtrafficSources.OfFile(file, monitor.Connections, out string error);
                return error.Length > 0
                    ? GoLog.Fatal(error, clock)
                    : monitor with { Sources = sources.Addresses, SourcePorts = sources.Ports };
            },
            Place = new Place(host, port, plan.Network),
            WithAddress = (spec, found) => (MonitorSpec)spec with { Targets = [found] },
        });
    }

    private static CtrafficPlan PlanOf(GoFlags given)
    {
        bool isDatagram = given.IsOn("udp");
        int smallest = isDatagram ? MonitorPayload.DatagramBytesMin : MonitorPayload.BytesMin;
        long largest = isDatagram ? DatagramSize.BytesMax : int.MaxValue;
        CtrafficPlan plan = new()
        {
            Rate = given.Float("rate"),
            Connections = given.Integer("nconn"),
            PacketSize = (int)Math.Clamp(given.Integer("psize"), smallest, largest),
            TimeoutNs = given.DurationNs("timeout"),
            Stats = given.Text("stats"),
            Monitors = given.IsOn("monitor"),
            Reconnects = given.IsOn("reconnect"),
            SlotsMax = given.Integer("nconn") * Math.Clamp(given.Integer("retries"), 1, 1 << 30),
            Network = isDatagram ? "udp" : "tcp",
        };
        RefuseIf(plan.Connections is < 1 or > 1 << 30, "nconn", "it is 1 or more");
        RefuseIf(given.Integer("retries") < 1, "retries", "it is 1 or more");
        RefuseIf(plan.Rate <= 0, "rate", "it is above 0");
        RefuseIf(plan.TimeoutNs <= 0, "timeout", "it is above 0");
        RefuseIf(given.Integer("psize") > largest, "psize", $"it is at most {largest}");
        RefuseIf(!StatsKinds.Contains(plan.Stats), "stats", $"it is one of {string.Join(", ", StatsKinds)}");
        return plan;

        void RefuseIf(bool isWrong, string name, string why)
        {
            if (isWrong)
            {
                given.Refuse(name, why);
            }
        }
    }

    private static MonitorSpec SpecOf(CtrafficPlan plan, bool capsDrops)
    {
        bool isDatagram = plan.Network == "udp";
        double perSecond = plan.Rate * KilobyteBytes / plan.PacketSize;
        return new MonitorSpec
        {
            Connections = plan.Connections,
            Profile = RateProfile.Constant(perSecond)
                .EndedAt(Math.Max(plan.TimeoutNs / 2, plan.TimeoutNs - EdgesNs)),
            MessageBytes = plan.PacketSize,
            ReplyTimeoutNs = ReplyTimeoutNs,
            ConnectTimeoutNs = ConnectTimeoutNs,
            Reconnects = plan.Reconnects,
            ConnectUntilNs = Math.Max(plan.TimeoutNs / 2, plan.TimeoutNs - LastConnectNs),
            BeginsAtOnce = true,
            IsZeroFilled = true,
            DroppedPerMessageMax = capsDrops ? CompatibleDropsMax : long.MaxValue,
            TellsAll = plan.TellsAll,
            Socket = new SocketOptions(
                isDatagram ? 0 : KeepAliveSeconds, 0, isDatagram ? Transport.Datagram : Transport.Stream),
        };
    }
}
