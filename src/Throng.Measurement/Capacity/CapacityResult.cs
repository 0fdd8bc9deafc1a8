namespace Throng.Measurement;

/// <summary>Result of a search for a capacity, so far or in the end.</summary>
public sealed record CapacityResult : IOwnResult
{
    /// <summary>Trials that differ by more than this found no number; those of an eviction found a rate.</summary>
    private const double SteadyRatio = 0.1;

    /// <summary>The search came to its end.</summary>
    public bool IsOver { get; init; }

    /// <summary>Connections of the path: the median of the trials; null where the limit is not the path's, was not met,
    /// or was another one each time.</summary>
    public long? Sessions { get; init; }

    /// <summary>Connections that worked at once, whoever's limit it was: the same median, and how far the trials lie
    /// apart, as a share of it; null for a single one.</summary>
    public long Reached { get; init; }
    public double? Spread { get; init; }

    /// <summary>All connections that there could be by the limit were held.</summary>
    public bool IsAtLeast { get; init; }

    /// <summary>The limit came from what this host can hold, and nobody asked for it.</summary>
    public bool LimitIsOwn { get; init; }

    public required CapacityCause Cause { get; init; }

    public IReadOnlyList<CapacityTrial> Trials { get; init; } = [];

    public IReadOnlyList<CapacityRecovery> Recoveries { get; init; } = [];

    /// <summary>The result of what was tried so far.</summary>
    public static CapacityResult Of(
        CapacityPlan plan, bool isOver, IReadOnlyList<CapacityTrial> trials,
        IReadOnlyList<CapacityRecovery> recoveries)
    {
        CapacityTrial[] full = [.. trials.Where(trial => trial.IsFull)];
        CapacityTrial[] valid = [.. (full.Length > 0 ? full : trials).Where(trial => !trial.LacksPlaces)];
        CapacityCause cause = CauseOf(valid, plan.Checks);
        bool isAtLeast = cause.Owner == CapacityOwner.None && valid.Length > 0;
        if (isAtLeast && plan.OwnLimit.Length > 0)
        {
            cause = new(
                CapacityOwner.Host, CapacityBehaviour.OwnLimit, $"{cause.Evidence}; {plan.OwnLimit}");
        }

        long reached = Median(valid);
        double? spread = valid.Length < 2 || reached == 0 ? null
            : (double)(valid.Max(trial => trial.Sessions) - valid.Min(trial => trial.Sessions)) / reached;
        if (spread > SteadyRatio && cause.IsEviction)
        {
            cause = cause with
            {
                Owner = CapacityOwner.Unknown, Behaviour = CapacityBehaviour.EndsByTime,
                Evidence = $"{cause.Evidence}; a slower approach came to another number, {Numbers(valid)}",
            };
        }

        return new CapacityResult
        {
            IsOver = isOver,
            Sessions = cause.Owner == CapacityOwner.Path && !(spread > SteadyRatio) ? reached : null,
            Reached = reached,
            Spread = spread,
            IsAtLeast = isAtLeast,
            LimitIsOwn = plan.OwnLimit.Length > 0,
            Cause = cause,
            Trials = trials,
            Recoveries = recoveries,
        };
    }

    public string? VerdictText
    {
        get
        {
            string so = IsOver ? "" : " so far: the run ended before the search did";
            if (Trials.Count == 0)
            {
                return "no trial came to its end";
            }

            string number = Units.Several(Reached, "sessions");
            string times = Spread is { } spread ? $", {Times(Counted.Length)} within {Within(spread)}" : "";
            string lacking = Trials.Any(trial => trial.LacksPlaces)
                ? "; places that were given back were not free again in time for another trial"
                : "";
            return IsAtLeast
                    ? $"at least {number}{so}: all that {(LimitIsOwn ? "this host can hold" : "were asked for")} were "
                        + $"held, {Cause.Evidence}"
                : Sessions is not null ? $"{number}{times}{so}: {Cause.Words}; {Cause.Evidence}{lacking}"
                : Cause.Owner == CapacityOwner.Path
                    ? $"no number for the path{so}: its limit came at {Numbers(Counted)} sessions: others use the same "
                        + "table, or it still has connections that have ended; "
                        + $"{Cause.Words}; {Cause.Evidence}{lacking}"
                : Cause.Behaviour is CapacityBehaviour.EndsByTime or CapacityBehaviour.None
                    ? $"no number for the path{so}: {Cause.Words}; {Cause.Evidence}"
                : $"no number for the path: {Whose} after {number}{times}{so}: {Cause.Words}; "
                    + $"{Cause.Evidence}{lacking}";
        }
    }

    private string Whose => Cause.Owner switch
    {
        CapacityOwner.Host => "this host's own limit came",
        CapacityOwner.Server => "the limit of whoever accepts (server, load balancer) came",
        _ => "whose limit it is was not to be seen",
    };

    public IReadOnlyList<Highlight> Highlights =>
    [
        new("sessions",
            Sessions is { } sessions ? Units.Count(sessions) : IsAtLeast ? $"at least {Units.Count(Reached)}" : "-",
            "Connections that the path holds at once; none where another limit came first."),
        new("reached", Units.Count(Reached), "Connections that worked at once, whoever's limit came then."),
        .. Spread is { } spread
            ? [new Highlight("spread", Within(spread), "How far the trials lie apart, of their median.")]
            : Array.Empty<Highlight>(),
        new("behaviour", Cause.BehaviourName, Cause.Evidence + "."),
        new("owner", Cause.OwnerName, "Whose the limit is: the path's, this host's, or that of whoever accepts."),
    ];

    StepTable IOwnResult.Steps => new(
        ["", "rate", "opened", "worked", "went", "sessions"],
        [
            .. Trials.Select((trial, at) => (string[])
            [
                $"trial {at + 1}", Units.Rate(trial.RatePerSecond), Units.Count(trial.Counts.Opened),
                Units.Count(trial.Counts.Served), Units.Count(trial.Counts.Evicted), Units.Count(trial.Sessions),
            ]),
        ]);

    Standing? IOwnResult.Standing => Trials.Count == 0 ? null
        : new Standing($"{Units.Count(Reached)} reached: {Cause.BehaviourName}", Cause.Owner == CapacityOwner.None);

    private CapacityTrial[] Counted => [.. Trials.Where(trial => !trial.LacksPlaces)];

    private static string Times(int count) => count switch
    {
        2 => "twice",
        3 => "three times",
        _ => $"{count} times",
    };

    /// <summary>A spread as it is said: nothing is exact to more than a thousandth here.</summary>
    private static string Within(double spread) => Units.Percent(Math.Max(0.001, Math.Round(spread, 3)));

    private static string Numbers(IReadOnlyList<CapacityTrial> trials) =>
        string.Join(", ", trials.Select(trial => Units.Count(trial.Sessions)));

    /// <summary>The first trial that shows which ones went tells most: afterwards all old ones have been used.
    /// </summary>
    private static CapacityCause CauseOf(CapacityTrial[] trials, bool checks)
    {
        CapacityCause[] causes = [.. trials.Select(trial => CapacityCauses.Of(trial, checks))];
        return causes.Length == 0 ? new(CapacityOwner.None, CapacityBehaviour.None, "no trial came to its end")
            : causes.FirstOrDefault(cause => cause.Owner is CapacityOwner.Host or CapacityOwner.Server)
                ?? (causes[0].Behaviour == CapacityBehaviour.Evicts
                    ? causes.FirstOrDefault(cause => cause.IsEviction && cause.Behaviour != CapacityBehaviour.Evicts)
                    : null)
                ?? causes[0];
    }

    private static long Median(CapacityTrial[] trials)
    {
        long[] sorted = [.. trials.Select(trial => trial.Sessions).Order()];
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}
