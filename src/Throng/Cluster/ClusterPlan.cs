using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>A lost part of a run: what its plan had for the time of which nothing is known.</summary>
/// <param name="When">When it was heard last, in words.</param>
/// <param name="Unaccounted">What it may have done after its last figures, at most; null: no schedule says.</param>
/// <param name="NotOffered">What it certainly did not offer, at least.</param>
internal sealed record PartLoss(string Agent, string When, long? Unaccounted, long NotOffered);

/// <summary>A part that other agents have taken over.</summary>
/// <param name="By">The agents.</param>
/// <param name="At">From when on all of it is carried out again; null: they were not told yet.</param>
internal sealed record PartMove(PartRow Part, IReadOnlyList<string> By, DateTimeOffset? At)
{
    /// <summary>Parts that were taken over, in their order.</summary>
    public static IReadOnlyList<PartMove> All(IReadOnlyList<PartRow> parts) =>
    [
        .. from part in parts
        where part.IsHandedOver
        let pieces = parts.Where(one => one.TakesOver == part.Part).ToArray()
        select new PartMove(
            part, [.. pieces.Select(one => one.Agent).Distinct()], pieces.Select(one => one.From).Max()),
    ];
}

/// <summary>The plan of a run for each part and time, as far as its schedule says.</summary>
/// <param name="profile">Rates over time; null: there is no schedule.</param>
/// <param name="isPoisson">Arrivals are random: a bound has room for them.</param>
internal sealed class ClusterPlan(RateProfile? profile, bool isPoisson, DateTimeOffset? begin)
{
    /// <summary>How much earlier figures may have been read than their time says.</summary>
    private const long ReadingNs = Ns.Second / 2;

    /// <summary>Standard deviations by which a bound of random arrivals is above their mean.</summary>
    private const double PoissonErrors = 5;

    /// <param name="search">The search that chooses the rates; null: the plan has them.</param>
    public static ClusterPlan Of(LoadSpec load, DateTimeOffset? begin, SearchView? search) => load switch
    {
        ChurnSpec churn when search is not null => new(
            RateProfile.Constant(search.MostPerSecond), churn.Arrivals == Arrivals.Poisson, begin),
        QuerySpec query => new(query.Profile, query.Arrivals == Arrivals.Poisson, begin),
        ChurnSpec churn => new(churn.Profile, churn.Arrivals == Arrivals.Poisson, begin),
        BenchSpec => new(null, isPoisson: false, begin) { IsClosedLoop = true },
        MonitorSpec monitor => new(monitor.Profile, isPoisson: false, begin),
        _ => new(null, isPoisson: false, begin),
    };

    /// <summary>Each answer brings the next message: how many there are, no plan says.</summary>
    private bool IsClosedLoop { get; init; }

    /// <summary>The loss of a part; null where all that its plan had is in its result.</summary>
    /// <param name="started">When the whole run started.</param>
    /// <param name="endedBy">What ended the whole run.</param>
    /// <param name="all">All parts: pieces of the part among them, which others have taken over.</param>
    public PartLoss? LossOf(PartRow part, IReadOnlyList<PartRow> all, DateTimeOffset started, string endedBy)
    {
        if (part.IsHandedOver || part.TakesOver is not null)
        {
            return LossOfMoved(part, all, started, endedBy);
        }

        if (part.IsWhole)
        {
            return EndedEarly(part, started, endedBy);
        }

        string when = When(part, started);
        if (profile is null || begin is null)
        {
            return new PartLoss(part.Agent, when, IsClosedLoop ? null : 0, 0);
        }

        long lastNs = part.Run is null ? 0 : Math.Max(0, SinceBegin(part.FiguresAt) - ReadingNs);
        long endNs = Math.Max(lastNs, SinceBegin(part.LeaseEnd ?? part.ActiveUntil));
        long most = MostIn(part, lastNs, endNs);
        long rest = profile.IsEndless ? most : RestOf(part);
        long unaccounted = Math.Min(rest, most);
        return new PartLoss(part.Agent, when, unaccounted, profile.IsEndless ? 0 : rest - unaccounted);
    }

    /// <summary>
    /// The loss of a part that others have taken over, or of a piece of one. What was due before the pieces took over
    /// is what they passed over, so that all sums are exact: offered + unaccounted + not offered is what was due.
    /// </summary>
    private PartLoss? LossOfMoved(
        PartRow part, IReadOnlyList<PartRow> all, DateTimeOffset started, string endedBy)
    {
        bool isWhole = !part.IsHandedOver && part.IsWhole
            && (endedBy is not (RunStates.Duration or RunStates.Count) || part.Run!.EndedBy == endedBy);
        if (isWhole)
        {
            return null;
        }

        string when = part.IsWhole ? At(EndOf(part), started) : When(part, started);
        if (profile is null || begin is null)
        {
            return new PartLoss(part.Agent, when, 0, 0);
        }

        PartRow[] pieces = PiecesOf(part, all);
        if (pieces.Length == 0 && profile.IsEndless)
        {
            return new PartLoss(part.Agent, when, 0, 0);
        }

        long due = (pieces.Length > 0 ? pieces.Sum(piece => DueBefore(piece, all)) : PlannedOf(part))
            - DueBefore(part, all);
        long rest = Math.Max(0, due - (part.Run?.Messages?.Offered ?? 0));
        if (part.IsWhole)
        {
            return new PartLoss(part.Agent, when, 0, rest);
        }

        long firstNs = part.From is { } from ? SinceBegin(from) : 0;
        long lastNs = part.Run is null ? firstNs : Math.Max(firstNs, SinceBegin(part.FiguresAt) - ReadingNs);
        long endNs = Math.Max(lastNs, SinceBegin(part.LeaseEnd ?? part.ActiveUntil));
        long unaccounted = Math.Min(rest, MostIn(part, lastNs, endNs));
        return new PartLoss(part.Agent, when, unaccounted, rest - unaccounted);
    }

    /// <summary>Arrivals due of a part before it was taken over; of one that was never told, before others did.
    /// </summary>
    private long DueBefore(PartRow part, IReadOnlyList<PartRow> all) =>
        part.TakesOver is null ? 0
        : part.Run?.TakenOver is { } taken ? taken.PassedBefore
        : part.From is { } from ? (long)Math.Round(profile!.CountAt(SinceBegin(from)) * part.Part.Ratio)
        : PiecesOf(part, all) is { Length: > 0 } pieces ? pieces.Sum(piece => DueBefore(piece, all))
        : PlannedOf(part);

    private static PartRow[] PiecesOf(PartRow part, IReadOnlyList<PartRow> all) => part.IsHandedOver
        ? [.. all.Where(one => one.TakesOver == part.Part)]
        : [];

    /// <summary>The most that the plan has for a part within a time.</summary>
    private long MostIn(PartRow part, long fromNs, long toNs)
    {
        double mean = (profile!.CountAt(toNs) - profile.CountAt(fromNs)) * part.Part.Ratio;
        return (long)Math.Ceiling(mean + (isPoisson ? PoissonErrors * Math.Sqrt(mean) : 1));
    }

    private long PlannedOf(PartRow part) => profile!.IsEndless
        ? 0
        : (long)Math.Round(profile.CountAt(profile.DurationNs) * part.Part.Ratio);

    private static string When(PartRow part, DateTimeOffset started) =>
        part.Run is null ? "before its first figures" : At(part.FiguresAt, started);

    /// <summary>A part whose agent died ends in order, and its result is handed in when the agent is back: all that it
    /// did is counted, and the rest of its plan is not offered.</summary>
    private PartLoss? EndedEarly(PartRow part, DateTimeOffset started, string endedBy)
    {
        bool wasPlanned = !RunStates.IsByPlan(endedBy) || part.Run!.EndedBy == endedBy;
        if (wasPlanned || profile is null || begin is null)
        {
            return wasPlanned ? null : new PartLoss(part.Agent, At(EndOf(part), started), 0, 0);
        }

        return new PartLoss(part.Agent, At(EndOf(part), started), 0, profile.IsEndless ? 0 : RestOf(part));
    }

    /// <summary>Messages of a part's plan that are not among those it is known to have offered.</summary>
    private long RestOf(PartRow part)
    {
        return Math.Max(0, PlannedOf(part) - (part.Run?.Messages?.Offered ?? 0));
    }

    private static DateTimeOffset EndOf(PartRow part) =>
        part.Run!.Started.AddTicks(Math.Max(0, part.Run.DurationNs) / 100);

    private static string At(DateTimeOffset moment, DateTimeOffset started) =>
        $"at {Units.Duration(Math.Max(0, (moment - started).Ticks * 100))}";

    private long SinceBegin(DateTimeOffset at) => begin is { } from ? Math.Max(0, (at - from).Ticks * 100) : 0;
}
