using Throng.Cluster;
using Throng.Engine;
using Throng.Measurement;

namespace Throng;

/// <summary>A lost part of a run: what its plan had for the time of which nothing is known.</summary>
/// <param name="When">When it was heard last, in words.</param>
/// <param name="Unaccounted">What it may have done after its last figures, at most; null: no schedule says.</param>
/// <param name="NotOffered">What it certainly did not offer, at least.</param>
internal sealed record PartLoss(string Agent, string When, long? Unaccounted, long NotOffered);

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
    public PartLoss? LossOf(PartRow part, DateTimeOffset started, string endedBy)
    {
        if (part.IsWhole)
        {
            return EndedEarly(part, started, endedBy);
        }

        string when = part.Run is null ? "before its first figures" : At(part.FiguresAt, started);
        if (profile is null || begin is null)
        {
            return new PartLoss(part.Agent, when, IsClosedLoop ? null : 0, 0);
        }

        long lastNs = part.Run is null ? 0 : Math.Max(0, SinceBegin(part.FiguresAt) - ReadingNs);
        long endNs = Math.Max(lastNs, SinceBegin(part.ActiveUntil));
        double bounded = (profile.CountAt(endNs) - profile.CountAt(lastNs)) * part.Part.Ratio;
        long most = (long)Math.Ceiling(bounded + (isPoisson ? PoissonErrors * Math.Sqrt(bounded) : 1));
        long rest = profile.IsEndless ? most : RestOf(part);
        long unaccounted = Math.Min(rest, most);
        return new PartLoss(part.Agent, when, unaccounted, profile.IsEndless ? 0 : rest - unaccounted);
    }

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
        long planned = (long)Math.Round(profile!.CountAt(profile.DurationNs) * part.Part.Ratio);
        return Math.Max(0, planned - (part.Run?.Messages?.Offered ?? 0));
    }

    private static DateTimeOffset EndOf(PartRow part) => part.Run!.Started.AddTicks(part.Run.DurationNs / 100);

    private static string At(DateTimeOffset moment, DateTimeOffset started) =>
        $"at {Units.Duration(Math.Max(0, (moment - started).Ticks * 100))}";

    private long SinceBegin(DateTimeOffset at) => begin is { } from ? Math.Max(0, (at - from).Ticks * 100) : 0;
}
