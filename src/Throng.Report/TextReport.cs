using System.Text;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// A run for people: the verdict first, then one aligned line per part, then the findings with their remedies. Only
/// rows of tables may be wider than the columns; nothing is coloured, and the same document gives the same text
/// everywhere.
/// </summary>
public static class TextReport
{
    /// <summary>The whole text, ending in a newline.</summary>
    public static string Render(RunDocument run, int columns = TextLines.ColumnsUsual)
    {
        TextLines lines = new(columns);
        lines.Paragraph("", run.Verdict.Text);
        lines.Blank();
        if (RunStates.Of(run) is not RunState.AsAsked and var state)
        {
            lines.Row("result", RunStates.IsRunning(run)
                ? $"{RunStates.Word(state)} so far"
                : $"{RunStates.Word(state)}, exit code {RunStates.ExitCode(run)}");
        }

        if (!run.IsStateless)
        {
            WriteConnections(lines, run);
        }

        WriteMessages(lines, run);
        WriteResources(lines, run);
        if (run.Own is { } own)
        {
            switch (run.Result)
            {
                case BenchResult bench:
                    lines.Section(own, "steps", BenchTable.Lines(bench));
                    break;

                case IdleResult idle:
                    lines.Section(own, "lanes", IdleTable.Lines(idle));
                    break;

                default:
                    lines.Section(own);
                    break;
            }
        }

        WriteFindings(lines, run.Verdict.Findings);
        WriteThresholds(lines, run.Thresholds);
        return lines.ToString();
    }

    private static void WriteConnections(TextLines lines, RunDocument run)
    {
        Connections connections = run.Connections;
        List<string> counts = [];
        if (connections.Target is { } target)
        {
            counts.Add($"{Units.Count(connections.Held)} held of {Units.Count(target)}");
        }

        counts.Add($"peak {Units.Count(connections.Peak)}");
        counts.Add($"opened {Units.Count(connections.Opened)}");
        counts.Add($"lost {Units.Count(connections.Lost)}");
        if (connections.Reconnected > 0)
        {
            counts.Add($"reconnected {Units.Count(connections.Reconnected)}");
        }

        if (connections.Connecting is { } connecting)
        {
            counts.Add($"connecting {Units.Count(connecting)}");
        }
        else if (connections.Open > 0)
        {
            counts.Add($"still open {Units.Count(connections.Open)}");
        }

        lines.Row("connections", string.Join(", ", counts));
        WriteReasons(lines, "closed", connections.Closed, connections);
        WriteReasons(
            lines, "failed", connections.ConnectFailed, connections,
            run.Result is BenchResult ? "; those of rounds that do not count among them" : "");
        foreach ((string label, string text) in FailureText.Rows(run))
        {
            lines.Row(label, text);
        }

        if (run.Connect is { } connect)
        {
            string attempts = Units.Several(connect.Attempts, "attempts");
            lines.Row(
                "connect",
                connect.Latency.Count > 0 ? $"{Latency(connect.Latency)} ({attempts})" : $"none of {attempts}");
            if (connect.Handshake is { } handshake)
            {
                lines.Row("tls", Latency(handshake, "handshakes"));
            }
        }
    }

    private static void WriteMessages(TextLines lines, RunDocument run)
    {
        if (run.Messages is { } messages)
        {
            MessageWords words = MessageWords.For(run);
            List<string> counts =
            [
                $"{Units.Count(messages.Offered)} {words.Offered}",
                $"{Units.Count(messages.Sent)} {words.Sent}",
                $"{Units.Count(messages.Answered)} {words.Answered}",
            ];
            counts.AddRange(Messages.Figures.OrderBy(figure => figure.Place)
                .Where(figure => figure.Word is not null && figure.IsShown(messages))
                .Select(figure => $"{Units.Count(figure.Of(messages) ?? 0)} {figure.Word!(words)}"));
            lines.Row(words.Row, string.Join(", ", counts));
            lines.Row(
                "payload", $"{Units.Bytes(messages.BytesSent)} sent, {Units.Bytes(messages.BytesReceived)} received");
        }

        if (CommandView.For(run).IsStaircase)
        {
            WriteTcp(lines, run);
            return;
        }

        if (run.Rate is { } rate)
        {
            lines.Row(
                "rate", $"{Units.Rate(rate.AchievedPerSecond)} achieved, {Units.Rate(rate.OfferedPerSecond)} offered"
                    + Asked(run, rate));
        }

        WriteLatency(lines, run.Result is BenchResult ? "all steps" : "response", run.Response);
        WriteLatency(lines, "service", run.Service);
        WriteLatency(lines, "lag", run.Lag);
        WriteTcp(lines, run);
    }

    /// <summary>The rate that was asked for, where arrivals by chance were more or fewer; empty else.</summary>
    private static string Asked(RunDocument run, Rate rate)
    {
        bool isPoisson = run.Own?.Find("arrivals") is { Kind: NodeKind.Text, Text: "poisson" }
            && run.Options.Find("profile") is not { Kind: NodeKind.Text }
            && run.Options.Find("stdin") is not { Kind: NodeKind.Flag, Flag: true };
        return isPoisson && run.Options.Find("rate_per_s") is { Kind: NodeKind.Integer or NodeKind.Real } asked
            && Units.Rate(asked.Real) != Units.Rate(rate.OfferedPerSecond)
            ? $"; {Units.Rate(asked.Real)} asked, Poisson arrivals differ by chance"
            : "";
    }

    private static void WriteTcp(TextLines lines, RunDocument run)
    {
        if (run.Tcp is { } tcp && TcpLine.Render(tcp, run.Packets) is { Length: > 0 } line)
        {
            lines.Row("tcp", line);
        }
    }

    private static void WriteResources(TextLines lines, RunDocument run)
    {
        string engine = run.Host.Engine.Length == 0 ? "" : $", {run.Host.Engine}";
        string ending = RunStates.IsRunning(run) ? " so far, running" : $", ended by {run.EndedBy}";
        lines.Row("ran", $"{Units.Duration(run.DurationNs)}{ending}{engine}");
        if (run.Sources.Count > 0)
        {
            lines.Row("merged of", string.Join(", ", run.Sources.Select(source => source.Name)));
        }

        if (run.Cpu is { } cpu)
        {
            string busy = cpu.BusyMax is { } most
                ? $"; busiest of {Units.Several(cpu.Workers.Count, "workers")} {Units.Percent(Math.Round(most, 3))}"
                : "";
            lines.Row(
                "cpu", $"{Units.Duration(cpu.UserNs)} user, {Units.Duration(cpu.SystemNs)} system{busy}");
        }

        if (run.Memory is { } memory)
        {
            string each = memory.BytesPerConnection is { } bytes ? $", {Units.Bytes(bytes)} a connection" : "";
            lines.Row("memory", Units.Bytes(memory.RssBytes) + each);
        }
    }

    private static void WriteFindings(TextLines lines, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }

        lines.Blank();
        foreach (Finding finding in findings)
        {
            string severity = WordConverter<Severity>.WordOf(finding.Severity);
            lines.Row(severity, finding.Source is { } source ? $"{source}: {finding.Text}" : finding.Text);
            lines.Row("", finding.Evidence);
            if (finding.Remedy.Length > 0)
            {
                lines.Row("", "-> " + finding.Remedy);
            }
        }
    }

    private static void WriteThresholds(TextLines lines, IReadOnlyList<ThresholdOutcome> thresholds)
    {
        if (thresholds.Count > 0)
        {
            lines.Blank();
        }

        foreach (ThresholdOutcome outcome in thresholds)
        {
            string described = Threshold.Describe(outcome);
            lines.Row(outcome.Option[2..], outcome.Source is { } source ? $"{described} in {source}" : described);
        }
    }

    private static void WriteReasons(
        TextLines lines, string label, ReasonCounts counts, Connections of, string remark = "")
    {
        if (counts.Total > 0)
        {
            lines.Row(label, counts.InWords(of.OtherErrnos) + remark);
        }
    }

    private static void WriteLatency(TextLines lines, string label, LatencySummary? latency)
    {
        if (latency is not null)
        {
            lines.Row(label, Latency(latency));
        }
    }

    /// <summary>A latency in a row.</summary>
    /// <param name="measured">What was measured, many of them.</param>
    internal static string Latency(LatencySummary latency, string measured = "samples")
    {
        if (latency is not { Count: > 0, P50Ns: { } p50Ns, P99Ns: { } p99Ns, MaxNs: { } maxNs })
        {
            return $"no {measured}";
        }

        StringBuilder text = new();
        text.Append("p50 ").Append(Units.Latency(p50Ns).PadRight(9));
        text.Append("p99 ").Append(Units.Latency(p99Ns).PadRight(9));
        text.Append("max ").Append(Units.Latency(maxNs).PadRight(9));
        return text.Append(Units.Several(latency.Count, measured)).ToString();
    }
}
