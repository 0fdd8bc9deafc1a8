using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `churn`.</summary>
public static class ChurnRun
{
    /// <summary>Ways to fail that a view of the run has room for.</summary>
    private const int FailuresShown = 2;

    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(ChurnSpec churn, RunSpec run) => Start(churn, run, (_, own) => own);

    /// <param name="change">What differs, of a run whose schedule is chosen while it is under way.</param>
    internal static ILiveRun Start(ChurnSpec churn, RunSpec run, Func<ActiveSchedule, LoadRunSpec, LoadRunSpec> change)
    {
        Setup.RefuseTooFast(churn.Profile.RateMax);
        run = Setup.Seeded(run) with { KeepsSchedule = true };
        Schedule schedule = new(churn.Profile, churn.Arrivals, run.Seed, new(churn.Count, churn.WarmUpNs));
        long held = run.Share.Of(churn.Held);
        ActiveSchedule active = new(schedule, churn.WarmUpNs, connectTimeoutNs: held > 0 ? churn.TimeoutNs : 0)
        {
            StartNs = Setup.StartNs(run),
            Awaits = held,
        };
        LoadRunSpec own = new((_, sample, layout) => Section(churn, held, active, sample, layout))
        {
            Schedule = active,
            KeepsConnections = false,
            Figures = () => Figures(active),
            KeepsNumber = "churn opens connections by its rate: set rate",
        };
        own = change(active, own);
        Churn Client(int targets, bool ownsTargets) =>
            new(churn, schedule, active.Add(new ChurnTally()), targets, ownsTargets);
        if (churn.Life == ChurnLife.Requests)
        {
            return LoadRun.Start(churn, run, own, Client);
        }

        ExchangeSpec answer = new() { Content = churn.Expects.Content ?? ExchangeSpec.ContentDefault };
        return LoadRun.Start(churn, run, own, Client, listeners => new Exchange(answer, listeners));
    }

    /// <summary>The commonest ways in which connections failed so far; nothing while none has.</summary>
    private static IReadOnlyList<KeyValuePair<string, string>> Figures(ActiveSchedule active)
    {
        long[] outcomes = ChurnTally.OutcomesOf(active.Tallies<ChurnTally>());
        IEnumerable<string> failed = outcomes.Select((count, outcome) => (Count: count, Outcome: (ChurnOutcome)outcome))
            .Where(one => one.Count > 0
                && one.Outcome is not (ChurnOutcome.None or ChurnOutcome.Ok or ChurnOutcome.Cancelled))
            .OrderByDescending(one => one.Count).Take(FailuresShown)
            .Select(one => $"{Units.Count(one.Count)} {ChurnOutcomes.Name(one.Outcome).Replace('_', ' ')}");
        return string.Join(", ", failed) is { Length: > 0 } text ? [new("failed", text)] : [];
    }

    /// <summary>Counts the connections that were held beside the lives; nothing where none were asked for.</summary>
    internal static Node HeldOf(ActiveSchedule active)
    {
        IReadOnlyList<ChurnTally> tallies = active.Tallies<ChurnTally>();
        return active.Awaits == 0 ? Node.Null : new Section
        {
            ["asked"] = active.Awaits,
            ["opened"] = tallies.Sum(tally => Volatile.Read(ref tally.HeldOpened)),
            ["lost"] = tallies.Sum(tally => Volatile.Read(ref tally.HeldLost)),
        };
    }

    private static Section Section(
        ChurnSpec churn, long held, ActiveSchedule active, Sample sample, LoadLayout layout)
    {
        IReadOnlyList<ChurnTally> tallies = active.Tallies<ChurnTally>();
        ChurnStep[] steps = [.. ChurnStep.All(active, tallies)];
        Section outcomes = ChurnStep.Outcomes(steps);
        long ok = outcomes.Integer(ChurnOutcomes.Name(ChurnOutcome.Ok));
        long countedNs = active.CountedNs();
        return new Section
        {
            ["targets"] = layout.Targets,
            ["server"] = layout.Server,
            ["in_flight_max"] = layout.Connections - held,
            ["held"] = HeldOf(active),
            ["life"] = churn.Life == ChurnLife.Exchange ? "exchange" : "requests",
            ["close"] = churn.Close == CloseKind.Rst ? "rst" : "fin",
            ["profile"] = active.Current.Asked.ToString(),
            ["counted_ns"] = countedNs,
            ["ok"] = ok,
            ["torn_down_per_s"] = countedNs > 0 ? ok * 1e9 / countedNs : Node.Null,
            ["outcomes"] = outcomes,
            ["first_byte_ns"] = LatencySummary.From(active.Merged<ChurnTally>(tally => tally.FirstByte)),
            ["close_ns"] = LatencySummary.From(active.Merged<ChurnTally>(tally => tally.Close)),
            ["port_collisions"] = sample.PortCollisions,
            ["steps"] = Node.ListOf([.. steps.Select(step => (Node)step.ToSection())]),
        };
    }
}
