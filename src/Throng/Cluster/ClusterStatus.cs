using System.Text;
using System.Text.Json;
using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;
using Throng.Report;

namespace Throng;

/// <summary>`throng cluster status`: who is there, and which runs are under way.</summary>
internal static class ClusterStatus
{
    private const int ClockQuestions = 5;

    public static int Print(Invocation call, BusDesk desk)
    {
        (AgentCard Card, ClockOffset Clock)[] agents =
        [
            .. Cards(desk).OrderBy(card => card.Name, StringComparer.Ordinal)
                .Select(card => (card, ClockOf(desk, card))),
        ];
        RunPlan[] runs = [.. Plans(desk)];
        call.Shell.Print(
            call.Values.Get(SharedOptions.Json) ? Json(agents, runs) : Encoding.UTF8.GetBytes(Render(agents, runs)));
        return ExitCode.Done;
    }

    private static IEnumerable<AgentCard> Cards(BusDesk desk)
    {
        foreach (ReadOnlyMemory<byte> value in desk.List(Bucket.Agents).Values)
        {
            if (ClusterJson.TryRead(value, out AgentCard? card))
            {
                yield return card;
            }
        }
    }

    private static IEnumerable<RunPlan> Plans(BusDesk desk)
    {
        foreach (ReadOnlyMemory<byte> value in desk.List(Bucket.Plans).Values)
        {
            if (ClusterJson.TryRead(value, out RunPlan? plan))
            {
                yield return plan;
            }
        }
    }

    private static ClockOffset ClockOf(BusDesk desk, AgentCard card)
    {
        ClockOffset clock = new();
        for (int i = 0; i < ClockQuestions; i++)
        {
            Order order = new() { Kind = OrderKind.Clock, Version = Release.Version };
            if (desk.Ask(card.Name, order, out ClusterTime asked, out ClusterTime now) is { IsDone: true } answer)
            {
                clock.Take(asked, now, answer.Now);
            }
        }

        return clock;
    }

    private static string Render((AgentCard Card, ClockOffset Clock)[] agents, RunPlan[] runs)
    {
        StringBuilder text = new();
        string[][] rows =
        [
            ["agent", "cpus", "descriptors", "addresses", "memory", "engine", "version", "clock", "doing", "labels"],
            .. agents.Select(one => RowOf(one.Card, one.Clock)),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(at => rows.Max(row => row[at].Length))];
        foreach (string[] row in rows)
        {
            text.Append(string.Join("  ", row.Select((cell, at) => cell.PadRight(widths[at]))).TrimEnd()).Append('\n');
        }

        text.Append(agents.Length == 0 ? "no agent is there: throng agent --join … on each host\n" : "");
        foreach (RunPlan run in runs)
        {
            text.Append($"\nrun {run.Run} of {run.Controller}: {Text.Plain(string.Join(' ', run.Words))}\n  parts ")
                .Append(string.Join(", ", run.Parts.Select(part => $"{part.Part} {part.Agent}"
                    + (part.TakesOver is { } lost ? $" for {lost}" : "")))).Append('\n');
        }

        return text.ToString();
    }

    private static string[] RowOf(AgentCard card, ClockOffset clock) =>
    [
        Text.Plain(card.Name), $"{card.Cpus}", Units.Count(card.Descriptors),
        $"{card.Addresses.Count} x {Units.Count(card.Ports)} ports", Units.Bytes(card.MemoryBytes),
        Text.Plain(card.Engine), Text.Plain(card.Version),
        clock.IsKnown
            ? $"{(clock.Ahead < TimeSpan.Zero ? "-" : "+")}{Units.Latency(Math.Abs(clock.Ahead.Ticks) * 100)} ± "
                + Units.Latency(clock.Bound.Ticks * 100)
            : "no answer",
        card.Run is { } run ? $"run {Text.Plain(run)}" : card.IsLeaving ? "leaves" : "waits",
        Text.Plain(string.Join(",", card.Labels.Select(label => $"{label.Key}={label.Value}"))),
    ];

    private static byte[] Json((AgentCard Card, ClockOffset Clock)[] agents, RunPlan[] runs) => JsonReport.Render(
        new Section
        {
            ["schema"] = "throng.cluster/1",
            ["agents"] = Node.ListOf([.. agents.Select(one => (Node)new Section
            {
                ["name"] = one.Card.Name,
                ["version"] = one.Card.Version,
                ["cpus"] = one.Card.Cpus,
                ["descriptors"] = one.Card.Descriptors,
                ["memory_bytes"] = one.Card.MemoryBytes,
                ["addresses"] = Node.ListOf(one.Card.Addresses),
                ["ports"] = one.Card.Ports,
                ["engine"] = one.Card.Engine,
                ["run"] = one.Card.Run is { } run ? run : Node.Null,
                ["leaving"] = one.Card.IsLeaving,
                ["clock_ahead_ns"] = one.Clock.IsKnown ? one.Clock.Ahead.Ticks * 100 : Node.Null,
                ["clock_bound_ns"] = one.Clock.IsKnown ? one.Clock.Bound.Ticks * 100 : Node.Null,
                ["labels"] = LabelsOf(one.Card),
            })]),
            ["runs"] = Node.ListOf([.. runs.Select(run => (Node)new Section
            {
                ["run"] = run.Run,
                ["controller"] = run.Controller,
                ["words"] = Node.ListOf(run.Words),
                ["parts"] = Node.ListOf([.. run.Parts.Select(part =>
                    (Node)new Section
                    {
                        ["part"] = part.Part,
                        ["agent"] = part.Agent,
                        ["takes_over"] = part.TakesOver is { } lost ? lost : Node.Null,
                    })]),
            })]),
        },
        new JsonWriterOptions { Indented = true });

    private static Section LabelsOf(AgentCard card)
    {
        Section labels = [];
        foreach (KeyValuePair<string, string> label in card.Labels)
        {
            labels[label.Key] = label.Value;
        }

        return labels;
    }
}
