namespace Throng.Measurement;

/// <summary>
/// Differences between the runs of two commands that matter to judging, showing or merging them. Everything that is not
/// here is the same for all; a command without an entry gets <see cref="General"/>.
/// </summary>
public sealed record CommandView
{
    private static readonly string[] OfSchedules =
        ["rate.achieved", "response.p50", "response.p99", "messages.timed_out", "messages.lost", "lag.p99"];

    /// <summary>Beginnings of the metrics that are of one rate.</summary>
    private static readonly string[] OfOneRate = ["rate.", "response", "service", "lag"];

    private static readonly CommandView General = new();

    private static readonly Dictionary<string, CommandView> ByCommand = new()
    {
        ["query"] = General with { Highlights = OfSchedules, Chart = "response" },
        ["churn"] = General with { Words = MessageWords.OfConnections, Highlights = OfSchedules, Chart = "rate" },
        ["saturate"] = General with
        {
            Words = MessageWords.OfConnections, Chart = "saturation", AddsUp = false, IsStaircase = true,
            Rules = AllRules.OfSearch,
        },
        ["capacity"] = General with { AddsUp = false, Rules = AllRules.OfSearch },
        ["monitor"] = General with
        {
            Highlights =
            [
                "monitor.lasting", "monitor.lost", "monitor.disturbed", "monitor.silent", "response.p99",
                "monitor.new.success",
            ],
            VerdictText = VerdictLine.OfMonitor,
        },
        ["bench"] = General with { Chart = "bench", AddsUp = false },
        ["idle"] = General with { Chart = "idle", AddsUp = false, Rules = AllRules.OfIdle },
        ["serve"] = General with
        {
            Highlights =
            [
                "connections.peak", "connections.opened", "connections.lost", "duration", "memory.rss",
                "cpu.busy_max",
            ],
        },
    };

    /// <summary>Words for the messages of the command's runs.</summary>
    public MessageWords Words { get; private init; } = MessageWords.OfMessages;

    /// <summary>Metrics that a run is known by, the most wanted first; what a run does not have is left out.</summary>
    public IReadOnlyList<string> Highlights { get; private init; } =
    [
        "connections.held", "connections.lost", "connections.plateau", "connect.latency.p99",
        "memory.bytes_per_connection", "cpu.busy_max",
    ];

    /// <summary>The name of the drawing that tells most about a run.</summary>
    public string Chart { get; private init; } = "connections";

    /// <summary>Runs of several generators add up to one. False where each run follows a course of its own: added up,
    /// its steps would be of nothing that ever was.</summary>
    public bool AddsUp { get; private init; } = true;

    /// <summary>It goes from one rate to another: its mean rate and its latencies over all of them are of nothing, and
    /// no view shows them.</summary>
    public bool IsStaircase { get; private init; }

    /// <summary>Whether a metric says something of a run of this command.</summary>
    public bool Shows(Metric metric) =>
        !IsStaircase || !OfOneRate.Any(name => metric.Name.StartsWith(name, StringComparison.Ordinal));

    /// <summary>The rules that judge a run, in order.</summary>
    public IReadOnlyList<IRule> Rules { get; private init; } = AllRules.InOrder;

    /// <summary>The first line of a result, made of the command's own section; null: of what all runs have.</summary>
    public Func<RunDocument, string>? VerdictText { get; private init; }

    /// <summary>The view of a command's runs.</summary>
    public static CommandView For(string command) => ByCommand.GetValueOrDefault(command, General);

    public static CommandView For(RunDocument run) => For(run.Command);
}
