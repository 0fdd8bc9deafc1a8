using Throng.Measurement;

namespace Throng.Report;

/// <summary>Connections that the box sets up and tears down a second: runs of saturate and of churn.</summary>
internal static class BoxRates
{
    private const string Fin = "FIN";
    private const string Rst = "RST";

    public static IEnumerable<BoxTable> Tables(IReadOnlyList<NamedRun> runs, List<BoxGap> gaps)
    {
        NamedRun[] searches = [.. runs.Where(one => one.Run.Result is SaturationResult)];
        NamedRun[] both = [.. runs.Where(one => one.Run.Command is "churn" or "saturate")];
        if (!searches.Any(one => one.Run.Result is SaturationResult
            {
                LastGoodPerSecond: not null, FirstBadPerSecond: not null, Cause.IsGenerator: false,
            }))
        {
            gaps.Add(BoxGap.Of(
                "maximum connection establishment rate", "throng saturate HOST:PORT --life requests",
                searches.LastOrDefault()));
        }

        foreach (string how in (string[])[Fin, Rst])
        {
            NamedRun[] tried = [.. both.Where(one => ClosedBy(one.Run) == how)];
            if (!tried.Any(one => HeldOf(one.Run) > 0 && TornDown(one.Run) > 0))
            {
                string close = how == Rst ? "rst" : "fin";
                gaps.Add(new(
                    $"tear-down by {how} beside connections that are held",
                    tried.Length == 0 ? "no run of it was given" : $"{tried[^1].Name} held none beside",
                    $"throng churn HOST:PORT --held N --rate RATE --life requests --close {close}"));
            }
        }

        yield return BoxTable.Of(
            "establishment", "Maximum connection establishment rate",
            "The highest rate that was good below the first that was bad; each connection is torn down again.",
            ["run", "held beside", "closed by", "good up to", "bad at", "what gave in"],
            searches.Select(one => (one, Found: (SaturationResult)one.Run.Result!)).Select(one => (string[])
            [
                one.one.Name, Units.Count(HeldOf(one.one.Run)), ClosedBy(one.one.Run),
                one.Found.LastGoodPerSecond is { } good ? Units.Rate(good) : BoxTable.Nothing,
                one.Found.FirstBadPerSecond is { } bad ? Units.Rate(bad) : BoxTable.Nothing,
                one.Found.Cause.Name + (one.Found.Cause.IsGenerator ? ": the generator, not the box" : ""),
            ]));
        yield return BoxTable.Of(
            "tear-down", "Connection tear-down rate",
            "Connections set up and torn down a second beside those that are held. A FIN is answered by the other "
                + "end's; a RST is answered by nobody, and counts when it is sent.",
            ["run", "held beside", "of them lost", "closed by", "torn down", "end p50", "end p99"],
            both.Select(one => (string[])
            [
                one.Name, Units.Count(HeldOf(one.Run)),
                Metrics.Value(one.Run, $"{one.Run.Command}.held.lost") is { } lost
                    ? Units.Count((long)lost) : BoxTable.Nothing,
                ClosedBy(one.Run), TornDown(one.Run) is { } rate ? Units.Rate(rate) : BoxTable.Nothing,
                Time(one.Run, "churn.close.p50"), Time(one.Run, "churn.close.p99"),
            ]));
    }

    private static long HeldOf(RunDocument run) =>
        (long)(Metrics.Value(run, $"{run.Command}.held.opened") ?? 0);

    private static double? TornDown(RunDocument run) => run.Result is SaturationResult found
        ? found.LastGoodPerSecond
        : Metrics.Value(run, "churn.torn_down");

    /// <summary>An exchange has half-closed before whatever else it does.</summary>
    private static string ClosedBy(RunDocument run) =>
        run.Options.Text("close") != "rst" ? Fin
        : run.Options.Text("life") == "requests" ? Rst
        : $"{Fin}, then {Rst}";

    private static string Time(RunDocument run, string metric) =>
        Metrics.Value(run, metric) is > 0 and var ns ? Units.Latency(ns) : BoxTable.Nothing;
}
