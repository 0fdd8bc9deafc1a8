using System.Globalization;
using System.Text;
using Throng.Engine;
using Throng.Measurement;
using static Throng.Measurement.Counter;

namespace Throng;

/// <summary>One plain line per interval: what is open now, and what happened since the last line.</summary>
/// <param name="inPackets">Of `monitor`: in the words of ctraffic, which scripts may read.</param>
public sealed class ProgressLine(ILiveRun run, bool inPackets = false)
{
    private readonly bool _isServer = PromptCommands.IsServer(run);
    private readonly bool _isQuery = run.HasRate;
    private readonly bool _isMonitor = run.Spec.Command == MonitorOptions.Syntax.Name;
    private readonly MessageWords _words = CommandView.For(run.Spec.Command).Words;
    private Sample? _last;
    private int _steps;

    /// <summary>The lines of this moment; of a search one for each step that has ended since the last call.</summary>
    public IReadOnlyList<string> Lines(Sample now) => StepsEnded() ?? [Next(now)];

    /// <summary>The same of a search alone; null for every other run.</summary>
    public IReadOnlyList<string>? StepsEnded()
    {
        if (!run.IsGuided || run.Snapshot(0).Result is not SaturationResult search)
        {
            return null;
        }

        string[] ended = [.. search.StepLines.Skip(_steps)];
        _steps = search.Steps.Count;
        return ended;
    }

    /// <summary>The line of this moment.</summary>
    public string Next(Sample now)
    {
        long sinceNs = Math.Max(1, now.AtNs - (_last?.AtNs ?? 0));
        string opened = PerSecond(now, Opened, sinceNs);
        StringBuilder line = new();
        if (_isServer && run.Transport == Transport.Datagram)
        {
            line.Append($"received {Units.Count(now[DatagramsReceived])} sent {Units.Count(now[DatagramsSent])}");
            line.Append($" dropped {Units.Count(now[DatagramsDropped])}");
        }
        else if (_isServer)
        {
            line.Append($"open {Units.Count(now.Open)} +{opened} lost {Units.Count(now.Lost)}");
            line.Append($" received {Units.Bytes(now[BytesReceived])} sent {Units.Bytes(now[BytesSent])}");
            line.Append(run.HasDatagrams ? $" datagrams {Units.Count(now[DatagramsReceived])}" : "");
        }
        else if (_isMonitor && inPackets)
        {
            AppendPackets(line, now);
        }
        else if (_isQuery)
        {
            AppendQueries(line, now, sinceNs);
        }
        else if (run.IsGuided)
        {
            AppendStep(line, now, sinceNs);
        }
        else
        {
            line.Append($"held {Units.Count(now.Open)}/{Units.Count(now.Requested)} +{opened}");
            line.Append($" lost {Units.Count(now.Lost)} failed {Units.Count(now.Failed)}");
            line.Append($" connecting {Units.Count(now.Connecting)}");
        }

        if (!_isServer && !_isQuery && !run.IsGuided && now[MessagesSent] > 0)
        {
            line.Append($" pings {Units.Count(now[MessagesAnswered])}/{Units.Count(now[MessagesSent])}");
        }

        _last = now;
        return line.ToString();
    }

    private void AppendQueries(StringBuilder line, Sample now, long sinceNs)
    {
        AppendRates(line, now, sinceNs);
        line.Append($" timed out {Units.Count(now[Counter.MessagesTimedOut])}");
        line.Append($" {_words.Lost} {Units.Count(now[Counter.MessagesLost] + now[Counter.MessagesInvalid])}");
        if (_isMonitor)
        {
            line.Append($" dropped {Units.Count(now[MessagesDropped])} connections lost {Units.Count(now.Lost)}");
        }

        line.Append($" open {Units.Count(now.Open)}");
        line.Append(now.Requested > 0 ? $"/{Units.Count(now.Requested)}" : "");
    }

    /// <summary>The step under way, what it has shown in the last interval, and what is found so far.</summary>
    private void AppendStep(StringBuilder line, Sample now, long sinceNs)
    {
        LiveSnapshot snapshot = run.Snapshot(0);
        line.Append(snapshot.Doing.Length > 0 ? snapshot.Doing : "between steps").Append(": ");
        if (snapshot.Figures.Count > 0)
        {
            line.Append(string.Join(", ", snapshot.Figures.Select(figure => $"{figure.Key} {figure.Value}")));
            line.Append(snapshot.Result?.Standing is { } soFar ? $"; {soFar.Text}" : "");
            return;
        }

        AppendRates(line, now, sinceNs);
        long failed = now[Counter.MessagesTimedOut] + now[Counter.MessagesLost] + now[Counter.MessagesInvalid];
        line.Append($" {_words.LostSoFar} {Units.Count(failed)}");
        line.Append(snapshot.Result?.Standing is { } standing ? $"; {standing.Text}"
            : snapshot.Done is { } done ? $"; {Units.Percent(Math.Floor(done * 100) / 100)} of the rounds done"
            : "");
    }

    private void AppendRates(StringBuilder line, Sample now, long sinceNs)
    {
        line.Append($"{_words.Offered} {PerSecond(now, MessagesOffered, sinceNs)}");
        line.Append($" {_words.Sent} {PerSecond(now, MessagesSent, sinceNs)}");
        line.Append($" {_words.Answered} {PerSecond(now, MessagesAnswered, sinceNs)}");
    }

    /// <summary>How many were counted since the last line, as a rate.</summary>
    private string PerSecond(Sample now, Counter counter, long sinceNs) =>
        Units.Count((long)Math.Round((now[counter] - (_last?[counter] ?? 0)) * 1e9 / sinceNs)) + "/s";

    /// <summary>Plain numbers: open, lost and being connected; sent, answered and dropped.</summary>
    private static void AppendPackets(StringBuilder line, Sample now)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        long connecting = Math.Max(0, now.Requested - now.Open);
        line.Append(invariant, $"Conn act/fail/connecting: {now.Open}/{now.Lost}/{connecting}, ");
        line.Append(
            invariant, $"Packets send/rec/dropped: {now[MessagesSent]}/{now[MessagesAnswered]}/{now[MessagesDropped]}");
    }
}
