namespace Throng.Measurement;

/// <summary>
/// Judges how well `idle` knows what it says. Error when nothing was found; a warning when it is a bound only, when the
/// same silence came to different ends, or when lanes ended by their number.
/// </summary>
public sealed class IdleUndecided : IRule
{
    public RuleNote Note { get; } = new("idle-undecided", "error, warning",
        "idle found nothing, or a bound only, or the same silence was remembered at one time and not at another, or "
            + "lanes ended by how many there were.",
        "a shorter --from, fewer --lanes, or a server that answers what is asked (--protocol, --content)");

    public Finding? Judge(RunDocument run)
    {
        if (run.Result is not IdleResult { Established: var search } || NothingConnected.IsSo(run))
        {
            return null;
        }

        IdleRound? last = search.Rounds.Count > 0 ? search.Rounds[^1] : null;
        return search.Ending switch
        {
            IdleEnding.NoLanes => Note.Found(
                Severity.Error,
                "too few lanes came to be silent and to an outcome",
                last is null ? "no round came to its end" : IdleResult.VerdictOf(last),
                "each lane has to be answered once before it is silent: use throng serve at the other end, or "
                    + "--protocol dns, or --content FILE with a request that the server answers; fewer --lanes where "
                    + "it takes only so many connections"),
            IdleEnding.ForgottenAtFrom => Note.Found(
                Severity.Warning,
                $"the shortest silence, {Units.Duration(search.FromNs)}, is forgotten already",
                last is null ? "" : IdleResult.VerdictOf(last),
                "use a shorter --from: it has to be remembered"),
            IdleEnding.Varies => Note.Found(
                Severity.Warning,
                "the same silence is remembered at one time and forgotten at another",
                $"outcomes contradict one another over {Units.Latency(search.Bracket.OverlapNs)}",
                "use fewer --lanes, as some servers forget the sooner the more connections they have; or a longer "
                    + "--within, where something forgets at intervals or by chance"),
            _ when search.Crowdings.Count > 0 => Note.Found(
                Severity.Warning,
                "lanes ended by how many there were, and not by their silence",
                string.Join("; ", search.Crowdings.Select(IdleResult.CrowdingText)),
                $"the path or the server takes only so many connections: use --lanes {search.Crowdings[^1].Left} or "
                    + "fewer"),
            _ => null,
        };
    }
}
