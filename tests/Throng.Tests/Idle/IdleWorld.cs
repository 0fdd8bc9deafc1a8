using Throng.Measurement;

namespace Throng.Tests;

/// <summary>
/// A path that forgets silent connections, as a search sees it: it answers each round with the outcomes that its lanes
/// would have had.
/// </summary>
internal sealed class IdleWorld(Prng random)
{
    /// <summary>After this long a silent connection is forgotten.</summary>
    public required long TimeoutNs { get; init; }

    /// <summary>Each connection's own timeout lies so far around it at most.</summary>
    public long JitterNs { get; init; }

    /// <summary>Connections that it takes; what comes beyond ends by <see cref="Beyond"/>.</summary>
    public int Takes { get; init; } = int.MaxValue;

    public IdleOutcome Beyond { get; init; } = IdleOutcome.NotOpened;

    /// <summary>Its end is seen while a connection is silent, instead of in answer to a message.</summary>
    public bool EndsBySelf { get; init; }

    /// <summary>With more connections than this the timeout is a tenth.</summary>
    public int CrowdedFrom { get; init; } = int.MaxValue;

    /// <summary>How much later than planned a lane is asked, at most.</summary>
    public long LateNs { get; init; }

    private Prng _random = random;

    /// <summary>Leads a search to its end, with everything that it was told.</summary>
    public IdleSearched Drive(IdlePlan plan)
    {
        IdleSearch search = new(IdleKind.Established, plan);
        for (int round = 0; search.Next.Count > 0; round++)
        {
            if (round > 100)
            {
                throw new InvalidOperationException("the search does not end");
            }

            search.Add(Lanes(search), 1);
        }

        return search.Result;
    }

    private IdleLane[] Lanes(IdleSearch search)
    {
        IReadOnlyList<long> tried = search.Next;
        IdleLane[] all = new IdleLane[tried.Count];
        HashSet<int> within = [];
        while (within.Count < Math.Min(Takes, tried.Count))
        {
            within.Add((int)_random.NextInRange(0, tried.Count - 1));
        }

        for (int at = 0; at < all.Length; at++)
        {
            all[at] = within.Contains(at) ? Lane(tried[at], tried.Count) : Turned(tried[at]);
        }

        // What is still silent when the search knows enough is not asked any more.
        IdleLane[] soFar = [.. all.Select(lane => new IdleLane { TriedNs = lane.TriedNs })];
        foreach (int at in Enumerable.Range(0, all.Length).OrderBy(at => all[at].SilenceNs))
        {
            soFar[at] = search.IsDecided(soFar)
                ? new IdleLane { TriedNs = all[at].TriedNs, Outcome = IdleOutcome.NotNeeded }
                : all[at];
        }

        return soFar;
    }

    private IdleLane Lane(long triedNs, int lanes)
    {
        long timeoutNs = (lanes > CrowdedFrom ? TimeoutNs / 10 : TimeoutNs) + _random.NextInRange(-JitterNs, JitterNs);
        long askedNs = triedNs + _random.NextInRange(0, LateNs);
        return askedNs < timeoutNs ? Of(triedNs, askedNs, IdleOutcome.Remembered)
            : EndsBySelf ? Of(triedNs, timeoutNs, IdleOutcome.ClosedWhileSilent)
            : Of(triedNs, askedNs, IdleOutcome.NotAcknowledged);
    }

    private IdleLane Turned(long triedNs) =>
        Of(triedNs, Beyond == IdleOutcome.NotOpened ? 0 : _random.NextInRange(1_000_000, 5_000_000), Beyond);

    private static IdleLane Of(long triedNs, long silenceNs, IdleOutcome outcome) =>
        new() { TriedNs = triedNs, SilenceNs = silenceNs, Outcome = outcome };
}
