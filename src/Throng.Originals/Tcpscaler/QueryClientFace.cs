using System.Globalization;
using Throng.Engine;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>
/// Output of tcpclient and udpclient on standard error: with -v what happens and the figures at the end, without -v
/// only what went wrong. The rows of -R are the engine's.
/// </summary>
public sealed class QueryClientFace(QueryPlan plan) : IOriginalOutput
{
    private ILiveRun? _run;
    private bool _hasOpened;
    private bool _wasRefused;

    private bool IsTold => plan.Verbosity > 0;

    public OutputText Begin(ILiveRun run, DescriptorLimit limit)
    {
        _run = run;
        List<string> lines = [];
        if (limit.Hard < (ulong)plan.Connections && run.SocketsMax < plan.Connections)
        {
            lines.Add($"Warning: requested number of TCP connections ({plan.Connections}) larger then maximum number "
                + $"of open files ({limit.Hard})");
        }

        if (IsTold)
        {
            long most = Math.Max((long)Math.Min(limit.Hard, long.MaxValue), run.SocketsMax);
            lines.Add($"Maximum number of TCP connections: {most}");
            lines.Add($"Trying to connect to {plan.Host} port {plan.Port}...");
        }

        return new OutputText("", lines);
    }

    /// <summary>The first attempts say whether there is anybody at all.</summary>
    public OutputText Tick()
    {
        if (_run is not { } run || run.Sample() is not { } now)
        {
            return OutputText.Nothing;
        }

        _wasRefused = now[Counter.Opened] == 0 && now.Failed > 0;
        return new OutputText("", _wasRefused ? [] : Opened(now.Open >= now.Requested ? now.Open : 0), _wasRefused);
    }

    public Ending End(RunDocument document, int signal)
    {
        Connections connections = document.Connections;
        List<string> lines = [];
        ReasonCounts failed = connections.ConnectFailed;
        if (connections.Opened == 0 && failed.Total > failed[CloseReason.Cancelled])
        {
            lines.Add("Failed to connect: " + WordsOf(failed.ByCount()[0].Key));
            lines.Add("Could not connect to host");
            return new Ending { Errors = lines, ExitCode = 1 };
        }

        lines.AddRange(Opened(connections.Opened));
        AddTroubles(document, lines);
        if (IsTold)
        {
            AddFigures(document, lines);
        }

        return new Ending { Errors = lines, ExitCode = signal == 0 ? 0 : 128 + signal };
    }

    public Reading Fail(SetupException setup) => setup.Message.StartsWith("lookup ", StringComparison.Ordinal)
        ? Reading.Refuse(1, "Error in getaddrinfo: " + setup.Message["lookup ".Length..])
        : Reading.OfSetup(setup, 1);

    /// <summary>Lines to say once the connections are there.</summary>
    private List<string> Opened(long count)
    {
        if (!IsTold || _hasOpened || count == 0)
        {
            return [];
        }

        _hasOpened = true;
        List<string> lines =
        [
            "Success!",
            $"Opening {plan.Connections} connections to host {plan.Host} port {plan.Port}...",
            $"Opened {count} connections to host {plan.Host} port {plan.Port}",
        ];
        if (!plan.ReadsRates)
        {
            lines.Add($"Starting {plan.RatePerSecond} Poisson processes generating queries...");
        }

        if (plan.DurationSeconds > 0)
        {
            lines.Add($"Scheduling stop event in {plan.DurationSeconds} seconds.");
        }

        lines.Add("Starting event loop");
        return lines;
    }

    private void AddTroubles(RunDocument document, List<string> lines)
    {
        Connections connections = document.Connections;
        foreach ((string reason, long count) in connections.ConnectFailed.ByCount())
        {
            if (CloseReasons.Find(reason) != CloseReason.Cancelled)
            {
                lines.Add($"Failed to connect to host: {WordsOf(reason)}{Times(count)}");
            }
        }

        if (connections.Lost > 0)
        {
            foreach ((string reason, long count) in connections.Closed.ByCount())
            {
                if (CloseReasons.IsLoss(CloseReasons.Find(reason)))
                {
                    lines.Add($"Connection error: {WordsOf(reason)}{Times(count)}");
                }
            }
        }

        if (document.Messages is { } messages && messages.Answered + messages.NotSent != messages.Offered)
        {
            lines.Add(Invariant($"{plan.Name}: {messages.Sent - messages.Answered} of {messages.Sent} queries ")
                + Invariant($"without an answer: {messages.TimedOut} timed out, {messages.Lost} lost"));
        }

        if (document.Messages is { NotSent: > 0 } late)
        {
            lines.Add(Invariant($"{plan.Name}: {late.NotSent} of {late.Offered} queries could not be sent"));
        }

        if (document.Own?.Find("log_failure") is { Kind: NodeKind.Text } failure)
        {
            lines.Add($"{plan.Name}: not all rows were written: {failure.Text}");
        }
        else if (document.Own?.Find("log_dropped") is { Kind: NodeKind.Integer, Integer: > 0 and var dropped })
        {
            lines.Add($"{plan.Name}: {dropped} rows had no room and are missing");
        }
    }

    private void AddFigures(RunDocument document, List<string> lines)
    {
        Messages messages = document.Messages ?? new Messages();
        lines.Add(Invariant($"{plan.Name}: {messages.Sent} queries sent, {messages.Answered} answered, ")
            + Invariant($"{document.Rate?.AchievedPerSecond ?? 0:0} queries/s"));
        if (document.Service is { Count: > 0 } rtt)
        {
            lines.Add($"{plan.Name}: rtt us min {Us(rtt.MinNs)} p50 {Us(rtt.P50Ns)} p90 {Us(rtt.P90Ns)} "
                + $"p99 {Us(rtt.P99Ns)} max {Us(rtt.MaxNs)}");
        }
    }

    private static string Us(long? ns) => ((ns ?? 0) / 1000).ToString(CultureInfo.InvariantCulture);

    private static string Times(long count) => count == 1 ? "" : Invariant($" ({count} times)");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string WordsOf(string reason) => CloseReasons.Find(reason) switch
    {
        CloseReason.Refused => "Connection refused",
        CloseReason.ConnectTimeout => "Connection timed out",
        CloseReason.Unreachable => "No route to host",
        CloseReason.NoPort => "Cannot assign requested address",
        CloseReason.NoDescriptor => "Too many open files",
        CloseReason.Reset => "Connection reset by peer",
        CloseReason.PeerClosed => "closed by the server",
        _ => reason,
    };
}
