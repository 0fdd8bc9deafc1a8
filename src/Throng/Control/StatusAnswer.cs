using System.Text;
using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Throng.Report;
using static Throng.Measurement.Counter;

namespace Throng;

/// <summary>`status`: one aligned line per fact.</summary>
public static class StatusAnswer
{
    private const int LabelColumns = 14;

    public static Answer Render(LiveConsole console)
    {
        ILiveRun run = console.Run;
        Sample now = run.Sample();
        StringBuilder text = new();
        if (run.Snapshot(0).IsEnding)
        {
            Row(text, "draining", $"the run is ending, {Units.Several(now.Open, "connections")} still open");
        }

        double openedPerSecond = console.Recent.OpenedPerSecond(now);
        if (run.Transport == Transport.Datagram && PromptCommands.IsServer(run))
        {
            AppendDatagrams(text, run, now);
        }
        else if (!run.KnowsConnections)
        {
            Row(text, "listeners", Units.Count(run.Listening.Count));
        }
        else if (PromptCommands.IsServer(run))
        {
            AppendServer(text, run, now, openedPerSecond);
        }
        else
        {
            AppendLoad(text, run, now, openedPerSecond);
        }

        foreach (KeyValuePair<string, string> own in run.EngineStatus)
        {
            Row(text, own.Key, own.Value);
        }

        if (run.Transport == Transport.Stream && run.KnowsConnections)
        {
            Row(text, "tcp", TcpLine.Render(run.Tcp()));
        }

        Row(text, "sockets", $"{Units.Count(run.SocketsUsed)} of {Units.Count(run.SocketsMax)} there is room for");
        Row(text, "descriptors", Descriptors(console.Descriptors));
        Row(text, "debug", OnOff(run.DebugIsOn));
        Row(text, "engine", run.EngineReason.Length == 0 ? run.Engine : $"{run.Engine} ({run.EngineReason})");
        if (run.StartNs != 0)
        {
            Row(text, "start", Start(run));
        }

        Row(text, "running", Units.Duration(now.AtNs));
        return Answer.Read(text.ToString());
    }

    private static string Start(ILiveRun run)
    {
        long untilNs = run.StartNs - Clock.NowNs();
        return run.StartNs == long.MaxValue ? $"waits to be told, {PromptCommands.ReadyText(run)}"
            : untilNs > 0 ? $"told, in {Units.Duration(untilNs)}, {PromptCommands.ReadyText(run)}"
            : $"told {Units.Duration(-untilNs)} ago";
    }

    private static void AppendLoad(StringBuilder text, ILiveRun run, Sample now, double openedPerSecond)
    {
        Row(text, "requested", Units.Count(now.Requested));
        Row(text, "held", Units.Count(now.Open));
        Row(text, "connecting", Units.Count(now.Connecting));
        Row(text, "opened", $"{Units.Count(now[Opened])}, now {Units.Rate(openedPerSecond)}");
        Row(text, "lost", Count(
            now.Lost, now.Closed.ByCount(now.OtherErrnos)
                .Where(one => !CloseReasons.IsOwn(CloseReasons.Find(one.Key)))));
        Row(text, "reconnected", Units.Count(now[Reconnected]));
        Row(text, "failed", Count(now.Failed, now.ConnectFailed.ByCount(now.OtherErrnos)));
        Row(text, "targets", Units.Count(run.Targets.Count));
        if (run.HasRate)
        {
            AppendQueries(text, run, now);
            return;
        }

        string pings = now[MessagesSent] == 0 ? "" : $", {Units.Count(now[MessagesSent])} sent, "
            + $"{Units.Count(now[MessagesAnswered])} answered, {Units.Count(now[Counter.MessagesTimedOut])} timed out, "
            + $"{Units.Count(now[Counter.MessagesInvalid])} invalid";
        Row(text, "ping", OnOff(run.PingIsOn) + pings);
    }

    private static void AppendQueries(StringBuilder text, ILiveRun run, Sample now)
    {
        MessageWords words = CommandView.For(run.Spec.Command).Words;
        string waiting = Units.Count(Math.Max(0, now[MessagesOffered] - now[MessagesSent] - now[MessagesDropped]));
        Row(text, words.Offered, $"{Units.Count(now[MessagesOffered])}, {waiting} waiting or {words.NotSent}");
        string row = run.Spec.Command == "query" ? "queries" : words.Row;
        Row(text, row, $"{Units.Count(now[MessagesSent])} {words.Sent}, "
            + $"{Units.Count(now[MessagesAnswered])} {words.Answered}, "
            + $"{Units.Count(now.MessagesUnderWay)} under way");
        Row(text, "unanswered", $"{Units.Count(now[Counter.MessagesTimedOut])} timed out, "
            + $"{Units.Count(now[Counter.MessagesLost])} {words.Lost}, "
            + $"{Units.Count(now[Counter.MessagesInvalid])} invalid; "
            + $"{Units.Count(now[MessagesLate])} answered late");
    }

    private static void AppendServer(StringBuilder text, ILiveRun run, Sample now, double openedPerSecond)
    {
        Row(text, "open", Units.Count(now.Open));
        Row(text, "accepted", $"{Units.Count(now[Opened])}, now {Units.Rate(openedPerSecond)}");
        Row(text, "closed", Count(now.ClosedTotal, now.Closed.ByCount()));
        if (run.Mode == ServeMode.Exchange)
        {
            long idleClosed = now.Closed[CloseReason.IdleClosed];
            Row(text, "answered", Units.Count(now[ExchangesAnswered]));
            Row(text, "unanswered", $"{Units.Count(now[ExchangesAborted])} aborted, {Units.Count(now[ExchangesCut])} "
                + $"cut, {Units.Count(idleClosed)} idle-closed");
        }

        if (run.HasDatagrams)
        {
            Row(text, "datagrams", $"{Units.Count(now[DatagramsReceived])} received, {Units.Count(now[DatagramsSent])} "
                + $"sent, {Units.Count(now[DatagramsDropped])} dropped");
        }

        Row(text, "listeners", Units.Count(run.Listening.Count));
        Row(text, "bytes", $"{Units.Bytes(now[BytesReceived])} received, {Units.Bytes(now[BytesSent])} sent");
        string last = now.AcceptFailures == 0 ? "" : $", the last for {Errno.Name(now.AcceptErrno)}";
        Row(text, "accept failed", Units.Count(now.AcceptFailures) + last);
    }

    private static void AppendDatagrams(StringBuilder text, ILiveRun run, Sample now)
    {
        Row(text, "received", Units.Count(now[DatagramsReceived]));
        Row(text, "sent", Units.Count(now[DatagramsSent]));
        Row(text, "dropped", Units.Count(now[DatagramsDropped]));
        Row(text, "listeners", Units.Count(run.Listening.Count));
        Row(text, "bytes", $"{Units.Bytes(now[BytesReceived])} received, {Units.Bytes(now[BytesSent])} sent");
    }

    /// <summary>The sum, and what it is made of: the most frequent first.</summary>
    private static string Count(long total, IEnumerable<KeyValuePair<string, long>> reasons)
    {
        string[] parts = [.. reasons.Select(one => $"{one.Key} {Units.Count(one.Value)}")];
        return parts.Length == 0 ? Units.Count(total) : $"{Units.Count(total)} ({string.Join(", ", parts)})";
    }

    private static string Descriptors(DescriptorUse use)
    {
        string used = use.Used < 0 ? "all" : Units.Count(use.Used);
        return $"{used} used, soft limit {Limit(use.Soft)}, hard limit {Limit(use.Hard)}";
    }

    private static string Limit(ulong limit) => limit > long.MaxValue ? "none" : Units.Count((long)limit);

    private static string OnOff(bool isOn) => isOn ? "on" : "off";

    private static void Row(StringBuilder text, string label, string value) =>
        text.Append(label.PadRight(LabelColumns)).Append(value).Append('\n');
}
