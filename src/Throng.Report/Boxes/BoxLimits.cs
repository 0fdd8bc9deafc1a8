using Throng.Measurement;

namespace Throng.Report;

/// <summary>How many connections the box holds, and how soon places are free again: runs of capacity.</summary>
internal static class BoxLimits
{
    private const string Command = "throng capacity HOST:PORT --recover";

    public static IEnumerable<BoxTable> Tables(IReadOnlyList<NamedRun> runs, List<BoxGap> gaps)
    {
        (NamedRun Named, CapacityResult Found)[] all =
        [
            .. runs.Where(one => one.Run.Result is CapacityResult)
                .Select(one => (one, (CapacityResult)one.Run.Result!)),
        ];
        if (!all.Any(one => one.Found.Sessions is not null || one.Found.IsAtLeast))
        {
            gaps.Add(BoxGap.Of(
                "connection tracking table capacity", Command, all.LastOrDefault().Named));
        }

        foreach ((string close, string how) in (ReadOnlySpan<(string, string)>)[("fin", "FIN"), ("rst", "RST")])
        {
            if (!all.Any(one => one.Found.Recoveries.Any(recovery => recovery.Close == close)))
            {
                gaps.Add(BoxGap.Of($"how soon places are free again after {how}", Command, null));
            }
        }

        gaps.Add(new(
            "how soon places are free again after a client that vanished without a word",
            "a capacity run closes by FIN and by RST; silence frees a place after the idle timeout",
            "throng idle HOST:PORT"));

        yield return BoxTable.Of(
            "capacity", "Connection tracking table capacity",
            "Connections that the path holds at once; the median of the trials.",
            ["run", "connections", "trials apart by", "at the limit", "whose limit", "evidence"],
            all.Select(one => (string[])
            [
                one.Named.Name,
                one.Found.Sessions is { } sessions ? Units.Count(sessions)
                    : one.Found.IsAtLeast ? $"at least {Units.Count(one.Found.Reached)}"
                    : BoxTable.Nothing,
                one.Found.Spread is { } spread ? Units.Percent(spread) : BoxTable.Nothing,
                one.Found.Cause.BehaviourName, one.Found.Cause.OwnerName, one.Found.Cause.Evidence,
            ]));
        yield return BoxTable.Of(
            "recovery", "Places free again", "How soon as many connections as before fit again after all were closed.",
            ["run", "closed by", "connections", "fitted again", "after"],
            all.SelectMany(one => one.Found.Recoveries.Select(recovery => (string[])
            [
                one.Named.Name, recovery.Close, Units.Count(recovery.Connections), Units.Count(recovery.Reached),
                recovery.BackNs is { } backNs ? Units.Duration(backNs) : "not within the time given",
            ])));
    }
}
