using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>The options that mean the same in every command that has them.</summary>
public static class SharedOptions
{
    private const long ThreadsMax = 1024;

    /// <summary>The longest duration a schedule in ns has room for, with the clock's own reading on top.</summary>
    public const long DurationMaxNs = 100L * 365 * 24 * 3600 * Ns.Second;

    // Drawn here and not by the engine, so that the document says which it was and the run can be repeated.
    private static readonly ulong Drawn = (ulong)DateTime.UtcNow.Ticks & uint.MaxValue;

    public static Option<string> Engine { get; } = Declare.Choice(
        "engine", "NAME", ["auto", "uring", "epoll", "packet", "kernel", "xdp"], "auto",
        "how to talk to the kernel: auto (io_uring where it works, else epoll), uring or epoll; of a load also "
            + "packet, which has no sockets; of an echo server also kernel or xdp, see throng serve --help");

    public static Option<long> Threads { get; } = Declare.Count(
        "threads", 1, ThreadsMax, 0, "worker threads", shown: "one per CPU, fewer where the load needs no more",
        letter: 't');

    public static Option<long> LagTarget { get; } = Declare.DurationOrZero(
        "lag-target", RunSpec.LagTargetDefaultNs,
        "the p99 of the lag that is good enough: what falls due together within a part of it leaves together, which "
            + "saves CPU; 0: each is sent when it is due");

    public static Option<long> Room { get; } = Declare.Count(
        "room", 1, 1L << 32, 0, "connections to have room for from the start, so that more can come later",
        shown: "as asked for");

    public static Option<ulong> Seed { get; } = new(Kinds.Seed, Drawn, ShowSeed)
    {
        Name = "seed", Argument = "N", Default = "drawn from the clock", Help = "decides every random choice",
    };

    public static Option<HostShare> Share { get; } = new(Kinds.Share, default, ShowShare)
    {
        Name = "share", Argument = "I/N", Default = "all of it",
        Help = "carry out one of N parts of the plan: its connections and its part of the schedule; N processes with "
            + "the same options and --seed, on one host or many, are the whole, and throng merge joins their results",
    };

    public static Option<StartTime> StartAt { get; } = new(StartTime.TryRead, default, StartTime.Show)
    {
        Name = "start-at", Argument = "TIME|told", Default = "at once",
        Help = "begin at this moment, such as 2030-01-31T12:00:00Z (RFC 3339), or when told by `start` at the prompt "
            + "or the control socket; connections that a schedule needs are opened before",
    };

    public static Option<int> Nice { get; } = new(
        Kinds.Nice, 0, static (into, key, nice) => into[key] = nice == 0 ? Node.Null : nice)
    {
        Name = "nice", Argument = "N", Default = "as the program's",
        Help = "nice value of the workers; below 0 they take the CPU from a server on this host",
    };

    public static Option<bool> KeepLimits { get; } = Declare.Flag(
        "keep-limits", "leave the soft limit on descriptors instead of raising it to the hard one");

    public static Option<long> Duration { get; } = new(
        Kinds.Duration(0, DurationMaxNs, "at most 100 years"), 0, ShowNs)
    {
        Name = "duration", Short = 'd', Aliases = ["for"], Argument = "DURATION", Default = "0: until stopped",
        Help = "how long to run, such as 250ms, 30s, 5m or 1h",
    };

    public static Option<long> Count { get; } = new(
        Kinds.Count(1, 1L << 40), 0, ShowChosen)
    {
        Name = "count", Short = 'n', Argument = "N", Default = "no number",
        Help = "end when so many queries, connections (churn) or messages (monitor) have fallen due, exactly, or "
            + "when --for comes first; those of a warm-up are not among them",
    };

    /// <summary>Poisson arrivals are counted one by one before the run: half a minute for so many.</summary>
    public const long PoissonCountMax = 1_000_000_000;

    /// <summary>Refuses a part of a plan that nobody knows, and a beginning that is over.</summary>
    public static void RefuseParts(Values values, Contradiction found, DateTimeOffset now)
    {
        if (!values.Get(Share).IsWhole && !values.IsTyped(Seed))
        {
            found.Missing($"{values.Origin(Share)} needs --seed N, the same for every part: with another seed it is a "
                + "part of another plan");
        }

        if (values.Get(StartAt).At is { } at && at < now)
        {
            found.Add($"{values.Origin(StartAt)} is over since {Units.Duration((now - at).Ticks * 100)}: write a time "
                + "to come, such as $(date -ud '+10 sec' +%FT%TZ)");
        }
    }

    /// <summary>Refuses a number of arrivals that takes too long to count.</summary>
    public static void RefuseCount(Values values, Contradiction found, bool isPoisson)
    {
        if (isPoisson && values.Get(Count) > PoissonCountMax)
        {
            found.Add($"{values.Origin(Count)} {Units.Count(values.Get(Count))}: more than "
                + $"{Units.Count(PoissonCountMax)} Poisson arrivals are not counted out; use --for");
        }
    }

    public static Option<string> Control { get; } = Declare.File(
        "control", "Unix socket (mode 0600) that takes the commands of the prompt; see throng ctl", argument: "PATH");

    public static Option<bool> UntilEof { get; } = Declare.Flag(
        "until-eof", "end as with quit when standard input ends: of a pipe, when whoever holds its other end has gone");

    public static Option<bool> Json { get; } = Declare.Flag("json", "one JSON document on stdout, whatever happens");

    public static Option<string> Out { get; } = Declare.File(
        "out", "write the JSON document to FILE too; also --json=FILE", letter: 'o');

    public static Option<string> Csv { get; } = Declare.File(
        "csv", "write the series as CSV, a row an interval; - prints it in the place of the report",
        argument: "FILE|-");

    public static Option<string> Hlog { get; } = Declare.File(
        "hlog", "write the latencies of every second as an HdrHistogram interval log", argument: "FILE|-");

    public static Option<string> JUnit { get; } = Declare.File(
        "junit", "write JUnit XML: a case for the verdict and one for each --fail-on and --require");

    public static Option<string> JsonStream { get; } = Declare.File(
        "json-stream",
        "write a line of JSON for every second and event while it runs; - prints them in the place of the report",
        argument: "FILE|-");

    public static RepeatableOption<Threshold> FailOn { get; } = new(Kinds.Threshold, threshold => threshold.Text)
    {
        Name = "fail-on", Argument = "CONDITION", Default = "none",
        Help = "end with 99 when this is true of the result, such as 'response.p99 > 20ms' or "
            + "'connections.lost>0.1%', or has no data; repeatable, throng explain lists the metrics",
    };

    public static RepeatableOption<Threshold> Require { get; } = new(Kinds.Threshold, threshold => threshold.Text)
    {
        Name = "require", Argument = "CONDITION", Default = "none",
        Help = "end with 99 unless this is true of the result, such as 'response.p99 < 20ms' or "
            + "'ended_by != signal'; without data it is not true; repeatable",
    };

    public static RepeatableOption<RunLabel> Label { get; } = new(
        RunLabel.TryRead, label => $"{label.Name}={label.Value}")
    {
        Name = "label", Argument = "NAME=VALUE", Default = "none",
        Help = "a word to find the run by, such as build=1234; in the document with the run's id, and in --csv, "
            + "--junit, --hlog and --json-stream; repeatable",
    };

    public static Option<bool> Quiet { get; } = Declare.Flag("quiet", "no progress on stderr", 'q');

    public static Option<bool> Plain { get; } = Declare.Flag(
        "plain", "at a terminal a prompt that scrolls, without the view; also TERM=dumb");

    public static Option<bool> NoColor { get; } = Declare.Flag(
        "no-color", "no colours in the view; also NO_COLOR=1");

    public static Option<bool> Verbose { get; } = Declare.Flag(
        "verbose", "start with debug on: every event on stderr", 'v');

    public static Option<bool> Force { get; } = Declare.Flag(
        "force", "run a plan that does not fit this host all the same; the result says what did not");

    public static Option<bool> DryRun { get; } = Declare.Flag("dry-run", "print the plan and its arithmetic, and end");

    /// <summary>Options for output that every command that runs has in common.</summary>
    public static OptionGroup Prints { get; } = new(
        "What it prints",
        [
            Json, Out, Csv, Hlog, JUnit, JsonStream, FailOn, Require, Label, Quiet, Plain, NoColor, Verbose,
            .. HttpOptions.All,
        ]);

    /// <summary>Options for how a run is carried out, of a load whose number of connections stays.</summary>
    public static OptionGroup Runs { get; } = new(
        "How it runs", Engine, Threads, Nice, Seed, Share, StartAt, KeepLimits, Control, UntilEof, Force, DryRun);

    /// <summary>The same of one that has a schedule to keep.</summary>
    public static OptionGroup RunsBySchedule { get; } = new(
        Runs.Heading, Engine, Threads, LagTarget, Nice, Seed, Share, StartAt, KeepLimits, Control, UntilEof, Force,
        DryRun);

    /// <summary>The same of a search of one host: what it does next depends on all that was seen.</summary>
    public static OptionGroup RunsAlone { get; } = new(Runs.Heading, [.. Runs.Options.Except([Share])]);

    /// <summary>How the run is carried out, as these options say.</summary>
    public static RunSpec ToRunSpec(Values values, CommandSyntax syntax) => new()
    {
        Command = syntax.Name,
        Engine = values.Get(Engine) switch
        {
            "uring" => EngineChoice.Uring,
            "epoll" => EngineChoice.Epoll,
            "kernel" => EngineChoice.Kernel,
            "xdp" => EngineChoice.Xdp,
            PacketEngine.Name => EngineChoice.Packet,
            _ => EngineChoice.Auto,
        },
        Packets = PacketEngine.ToSpec(values),
        Threads = (int)values.Get(Threads),
        Room = values.Get(Room),
        Nice = values.Get(Nice),
        LagTargetNs = values.Get(LagTarget),
        Seed = values.Get(Seed),
        Share = values.Get(Share),
        StartAt = values.Get(StartAt).At,
        AwaitsStart = values.Get(StartAt).IsTold,
        KeepLimits = values.Get(KeepLimits),
        Force = values.Get(Force),
        DurationNs = values.Get(Duration),
        KeepsIntervals = values.Has(Hlog),
        KeepsNews = values.Has(JsonStream) || HttpOptions.IsAsked(values),
        Options = values.Effective(syntax),
        RunId = RunIdentity.NewId(DateTimeOffset.UtcNow),
        Labels = RunLabel.SectionOf(values.Get(Label)),
    };

    public static void ShowText(Section into, string key, string text) =>
        into[key] = text.Length == 0 ? Node.Null
        : text;

    private static void ShowSeed(Section into, string key, ulong seed) =>
        into[key] = seed <= long.MaxValue ? (long)seed : seed.ToString();

    private static void ShowShare(Section into, string key, HostShare share) =>
        into[key] = share.IsWhole ? Node.Null : share.ToString();

    /// <summary>A number whose 0 stands for "as the system has it".</summary>
    public static void ShowChosen(Section into, string key, long number) => into[key] = number == 0 ? Node.Null
        : number;

    public static void ShowNs(Section into, string key, long durationNs) => into[key + "_ns"] = durationNs;
}
