using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `churn`.</summary>
public static class ChurnRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(ChurnSpec churn, RunSpec run) => Start(churn, run, (_, own) => own);

    /// <param name="change">What differs, of a run whose schedule is chosen while it is under way.</param>
    internal static ILiveRun Start(ChurnSpec churn, RunSpec run, Func<ActiveSchedule, LoadRunSpec, LoadRunSpec> change)
    {
        run = Setup.Seeded(run) with { KeepsSchedule = true };
        Schedule offer = new(churn.Profile, churn.Arrivals, run.Seed);
        ActiveSchedule offering = new(offer, warmUpNs: 0, connectTimeoutNs: 0);
        LoadRunSpec own = new((crew, held, layout) => Section(churn, offering, held, layout))
        {
            Offering = offering,
            KeepsConnections = false,
            KeepsNumber = "churn opens connections by its rate: set rate",
        };
        own = change(offering, own);
        Churn Client(int targets, bool ownsTargets) =>
            new(churn, offer, offering.Add(new ChurnTally()), targets, ownsTargets);
        if (churn.Life == ChurnLife.Requests)
        {
            return LoadRun.Start(churn, run, own, Client);
        }

        ExchangeSpec answer = new() { Content = churn.Expects.Content ?? ExchangeSpec.ContentDefault };
        return LoadRun.Start(churn, run, own, Client, listeners => new Exchange(answer, listeners));
    }

    private static Section Section(ChurnSpec churn, ActiveSchedule offering, Sample held, LoadLayout layout)
    {
        IReadOnlyList<ChurnTally> tallies = offering.Tallies<ChurnTally>();
        Histogram firstByte = new();
        Histogram close = new();
        foreach (ChurnTally tally in tallies)
        {
            firstByte.Add(tally.FirstByte);
            close.Add(tally.Close);
        }

        return new Section
        {
            ["targets"] = layout.Targets,
            ["server"] = layout.Server,
            ["life"] = churn.Life == ChurnLife.Exchange ? "exchange" : "requests",
            ["close"] = churn.Close == CloseKind.Rst ? "rst" : "fin",
            ["profile"] = offering.Offer.Profile.ToString(),
            ["counted_ns"] = offering.CountedNs(),
            ["first_byte_ns"] = LatencySummary.From(firstByte),
            ["close_ns"] = LatencySummary.From(close),
            ["port_collisions"] = held.PortCollisions,
            ["steps"] = Node.ListOf([.. ChurnStep.All(offering, tallies).Select(step => (Node)step.ToSection())]),
        };
    }
}
