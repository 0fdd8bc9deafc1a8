namespace Throng.Measurement;

/// <summary>The result of a search as its section of the document has it.</summary>
public static class SaturationSection
{
    /// <summary>Key of the network namespace that a part's counters are of.</summary>
    public const string Network = "network";

    /// <summary>Writes a result into a section, in the place of one that may stand there.</summary>
    public static void Write(Section into, SaturationResult result)
    {
        SaturationCause cause = result.Cause;
        into["ending"] = SearchEndings.Name(result.Ending);
        into["last_good_per_s"] = result.LastGoodPerSecond ?? Node.Null;
        into["first_bad_per_s"] = result.FirstBadPerSecond ?? Node.Null;
        into["spread_low_per_s"] = result.Spread?.LowPerSecond ?? Node.Null;
        into["spread_high_per_s"] = result.Spread?.HighPerSecond ?? Node.Null;
        into["cause"] = cause.Name;
        into["evidence"] = cause.Evidence;
        bool isLed = result.Ending == SearchEnding.Led;
        into["steps"] = Node.ListOf([.. result.Steps.Select((step, at) => (Node)StepOf(step, at + 1, isLed))]);
    }

    private static Section StepOf(SearchStep step, long place, bool isLed)
    {
        StepFigures figures = step.Figures;
        Section section = new()
        {
            ["step"] = isLed ? step.Number : place,
            ["phase"] = step.Phase.ToString().ToLowerInvariant(),
            ["rate_per_s"] = figures.RatePerSecond,
            ["due"] = figures.Due,
            ["not_sent"] = figures.NotSent,
            ["ok"] = figures.Ok,
            ["refused"] = figures.Refused,
            ["reset"] = figures.Reset,
            ["timed_out"] = figures.TimedOut,
            ["empty"] = figures.Empty,
            ["no_port"] = figures.NoPort,
            ["no_descriptor"] = figures.NoDescriptor,
            ["other"] = figures.Other,
            ["others"] = Section.Of(figures.Others),
            ["life_p50_ns"] = figures.LifeP50Ns > 0 ? figures.LifeP50Ns : Node.Null,
            ["life_p99_ns"] = figures.LifeP99Ns > 0 ? figures.LifeP99Ns : Node.Null,
            ["lag_p99_ns"] = figures.LagP99Ns,
            ["syn_retransmits"] = figures.SynRetransmits,
            ["listen_overflows"] = figures.ListenOverflows,
            ["busy_max"] = Math.Round(figures.BusyMax, 3),
            ["waited_max"] = Math.Round(figures.WaitedMax, 3),
            ["throttled_ns"] = figures.ThrottledNs,
        };
        if (isLed)
        {
            // All that the whole step is made of, and a judgement follows from.
            section["seconds"] = figures.Seconds;
            section["has_server"] = figures.HasServer;
            section["in_flight_max_reached"] = figures.InFlightMaxReached;
            section["life_ns"] = figures.Life;
        }

        section["verdict"] = step.Text;
        return section;
    }
}
