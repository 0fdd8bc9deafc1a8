using Throng.Measurement;

namespace Throng.Report;

/// <summary>How long the box remembers what is silent: runs of idle.</summary>
internal static class BoxTimeouts
{
    public static IEnumerable<BoxTable> Tables(IReadOnlyList<NamedRun> runs, List<BoxGap> gaps)
    {
        (NamedRun Named, IdleSearched Found)[] all =
        [
            .. runs.Where(one => one.Run.Result is IdleResult)
                .SelectMany(one => ((IdleResult)one.Run.Result!).Searches.Select(search => (one, search))),
        ];
        Demand(IdleKind.Established, "idle timeout of established connections", "throng idle HOST:PORT");
        Demand(
            IdleKind.HalfClosed, "idle timeout of half-closed connections",
            "throng serve --mode later at the far side, then throng idle HOST:PORT --half-closed-lanes");
        Demand(
            IdleKind.Keepalive, "interval of TCP keepalive that keeps connections alive",
            "throng idle HOST:PORT --keepalive-lanes");
        yield return BoxTable.Of(
            "timeouts", "Idle timeouts",
            "The longest silence that was remembered and the shortest that was not; of keepalive, the interval of its "
                + "probes.",
            ["run", "of", "ending", "remembered", "forgotten", "how it shows"],
            all.Select(one => (string[])
            [
                one.Named.Name, IdleNames.Kind(one.Found.Kind), IdleEndings.Name(one.Found.Ending),
                Time(one.Found.RememberedNs), Time(one.Found.ForgottenNs),
                one.Found.Evidence.Length > 0 ? one.Found.Evidence : BoxTable.Nothing,
            ]));

        void Demand(IdleKind kind, string what, string command)
        {
            (NamedRun Named, IdleSearched Found)[] tried = [.. all.Where(one => one.Found.Kind == kind)];
            if (!tried.Any(one => one.Found.Ending is not (IdleEnding.None or IdleEnding.NoLanes)))
            {
                gaps.Add(BoxGap.Of(what, command, tried.LastOrDefault().Named));
            }
        }
    }

    private static string Time(long? ns) => ns is { } known ? Units.Latency(known) : BoxTable.Nothing;
}
