using Throng.Engine;
using Throng.Measurement;
using static Throng.Measurement.Counter;

namespace Throng;

/// <summary>Where a run is, and what can be said of it so far: in one line each.</summary>
public static class LiveVerdict
{
    /// <summary>The phase in the glossary's words.</summary>
    public static string Phase(LiveView view)
    {
        LiveSnapshot snapshot = view.Snapshot;
        string wanted = snapshot.RatePerSecond is { } rate ? $"offering {Units.Rate(rate)}" : "";
        return snapshot switch
        {
            { IsEnding: true } => "drain",
            _ when view.IsServer => "serving",
            { AwaitsStart: true } => snapshot.IsReady ? "waiting for the start" : "ramp-up, then waiting for the start",
            { Doing.Length: > 0 } => snapshot.Doing,
            { Result: not null } => "between two steps",
            { BeginNs: not null } => wanted,
            { HasReached: true } when wanted.Length == 0 => "plateau",
            _ => "ramp-up",
        };
    }

    public static (string Text, Ink Ink) SoFar(LiveView view)
    {
        Sample now = view.Now;
        List<string> bad = [];
        Add(bad, now.Lost, view.IsServer ? "ended by an error" : "connections lost",
            now.Closed.ByCount(now.OtherErrnos));
        Add(bad, now[Counter.MessagesTimedOut], "timed out");
        Add(bad, now[Counter.MessagesLost], CommandView.For(view.Command).Words.LostSoFar);
        Add(bad, now[Counter.MessagesInvalid], "invalid");
        Add(bad, now.AcceptFailures, "accepts refused");
        List<string> poor = [];
        if (!view.IsServer && !view.Snapshot.HasReached && now.Requested > now.Open
            && Standstill.Since(view.Snapshot.Series, now.ConnectFailed) is { } sinceNs)
        {
            poor.Add(Standstill.Text(now.Open, sinceNs));
        }

        poor.AddRange(view.Snapshot.Limits);
        Add(poor, now.Failed, "connects failed", now.ConnectFailed.ByCount(now.OtherErrnos));
        Add(poor, now[MessagesDropped] + now[DatagramsDropped], "dropped");
        if (view.Snapshot.Result?.Standing is { } standing)
        {
            return (standing.Text, standing.IsGood ? Ink.Good : Ink.Warn);
        }

        string all = string.Join("; ", bad.Concat(poor));
        bool isEmpty = now[Opened] == 0 && now[DatagramsReceived] == 0 && view.KnowsConnections;
        return all.Length > 0 ? (all, bad.Count > 0 ? Ink.Bad : Ink.Warn)
            : isEmpty ? ("no connection yet", Ink.Dim)
            : ("nothing lost", Ink.Good);
    }

    private static void Add(
        List<string> parts, long count, string what, IReadOnlyList<KeyValuePair<string, long>>? reasons = null)
    {
        if (count <= 0)
        {
            return;
        }

        IEnumerable<string> why = (reasons ?? [])
            .Where(one => !CloseReasons.IsOwn(CloseReasons.Find(one.Key)))
            .Select(one => $"{one.Key} {Units.Count(one.Value)}");
        string list = string.Join(", ", why);
        parts.Add($"{Units.Count(count)} {what}" + (list.Length > 0 ? $" ({list})" : ""));
    }
}
