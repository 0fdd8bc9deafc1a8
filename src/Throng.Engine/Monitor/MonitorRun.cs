using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Sets up `monitor`: the lasting connections, and beside them new ones that each send a message, half-close and read
/// the answer to its end.
/// </summary>
public static class MonitorRun
{
    /// <summary>More new connections under way than the rate and their time allow do not happen; a few to spare.
    /// </summary>
    private const int ProbesSpare = 16;

    /// <exception cref="SetupException">The plan does not fit this host, or the kernel refuses something.</exception>
    public static ILiveRun Start(MonitorSpec monitor, RunSpec run)
    {
        ChurnSpec probe = ProbeOf(monitor);
        Setup.RefuseTooFast(Math.Max(monitor.Profile.RateMax, probe.Profile.RateMax));
        monitor = Setup.Resolved(monitor, run) with { Socket = monitor.Socket with { TellsEnd = true } };
        run = Setup.Seeded(run) with
        {
            KeepsSchedule = true,
            Room = Math.Max(run.Room, monitor.Connections + probe.InFlightMax),
        };
        Schedule messages = new(
            monitor.Profile, Arrivals.Constant, ConnectionPick.RoundRobin, run.Seed, monitor.Connections,
            new(monitor.Count, monitor.WarmUpNs));
        Schedule probes = new(probe.Profile, Arrivals.Constant, run.Seed);
        ActiveSchedule active = new(messages, monitor.WarmUpNs, monitor.ConnectTimeoutNs)
        {
            BeginsAtOnce = monitor.BeginsAtOnce,
            StartNs = Setup.StartNs(run),
        };
        ActiveSchedule offeringOfProbes = new(probes, warmUpNs: 0, connectTimeoutNs: 0);
        LoadRunSpec own = new((group, held, layout) =>
            MonitorSection.Create(monitor, active, offeringOfProbes, group, held, layout))
        {
            Schedule = active,
            Figures = new MonitorFigures(monitor, active, offeringOfProbes).Rows,
            KeepsNumber = "monitor keeps the connections it began with",
        };
        return LoadRun.Start(monitor, run, own, (targets, ownsTargets) => new Both<Monitor, Churn>(
            new Monitor(monitor, messages, active.Add(new MonitorTally()), targets, ownsTargets),
            new Churn(
                probe, probes, offeringOfProbes.Add(ChurnTally.NotingFailed()), targets, ownsTargets, Role.Probe),
            Role.Probe));
    }

    /// <summary>Makes the task of a new connection.</summary>
    internal static ChurnSpec ProbeOf(MonitorSpec monitor)
    {
        double perSecond = monitor.Socket.Transport == Transport.Stream ? monitor.NewRatePerSecond : 0;
        RateProfile profile = RateProfile.Constant(perSecond);
        return new ChurnSpec
        {
            Profile = monitor.Profile.IsEndless ? profile : profile.EndedAt(monitor.Profile.DurationNs),
            Content = new byte[MonitorPayload.NameBytes],
            HalfCloses = false,
            Expects = ReplyExpectation.Stamp,
            TimeoutNs = monitor.ConnectTimeoutNs,
            Connections = (long)Math.Ceiling(perSecond * monitor.ConnectTimeoutNs / 1e9) + ProbesSpare,
        };
    }
}
