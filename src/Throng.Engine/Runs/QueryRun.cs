using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Sets up `query`.</summary>
public static class QueryRun
{
    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(QuerySpec query, RunSpec run)
    {
        run = Setup.Seeded(run);
        return query.Kind == QueryKind.Echo
            ? Start(query, run, new EchoProtocol(query.MessageBytes))
            : Start(query, run, new DnsProtocol(query.Questions!, SplitMix64.At(run.Seed, 2), isStream: true));
    }

    private static ILiveRun Start<TProtocol>(QuerySpec query, RunSpec run, TProtocol protocol)
        where TProtocol : struct, IQueryProtocol
    {
        long connections = query.Connections ?? Math.Max(1, query.Targets.Count);
        query = query with { Connections = connections };
        QueryOffer offer = new(query.Profile, query.Arrivals, query.Pick, run.Seed, connections);
        Offering offering = new(query, offer);
        LoadRunSpec own = new((_, held, layout) => Section(query, offering, protocol, held, layout))
        {
            Offering = offering,
        };
        return LoadRun.Start(query, run, own, (targets, ownsTargets) => new Query<TProtocol>(
            query, protocol, offer, offering.Tally(protocol.CodeNames.Count), targets, ownsTargets));
    }

    private static Section Section<TProtocol>(
        QuerySpec query, Offering offering, TProtocol protocol, Sample held, LoadLayout layout)
        where TProtocol : struct, IQueryProtocol
    {
        Section codes = [];
        for (int code = 0; code < protocol.CodeNames.Count; code++)
        {
            long answers = offering.Tallies.Sum(tally => tally.Codes[code]);
            if (answers > 0)
            {
                codes[protocol.CodeNames[code]] = answers;
            }
        }

        return new Section
        {
            ["targets"] = layout.Targets,
            ["server"] = layout.IsEmbedded ? "embedded" : "remote",
            ["protocol"] = query.Kind == QueryKind.Echo ? "echo" : "dns",
            ["arrivals"] = query.Arrivals == Arrivals.Poisson ? "poisson" : "constant",
            ["profile"] = offering.Offer.Profile.ToString(),
            ["counted_ns"] = offering.CountedNs(),
            ["answers"] = codes,
            ["truncated"] = offering.Tallies.Sum(tally => tally.Truncated),
            ["malformed"] = offering.Tallies.Sum(tally => tally.Malformed),
            ["unsolicited"] = offering.Tallies.Sum(tally => tally.Unsolicited),
            ["held_back"] = offering.Tallies.Sum(tally => tally.HeldBack),
            ["port_collisions"] = held.PortCollisions,
        };
    }
}
