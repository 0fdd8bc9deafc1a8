using Throng.Engine;
using Throng.Measurement;
using Churn = Throng.Engine.Churn;
using Monitor = Throng.Engine.Monitor;

namespace Throng.Tests;

/// <summary>The schedule of a simulated load that has one, and the commands that change it.</summary>
internal sealed class SceneSchedule(Scene scene)
{
    /// <summary>The most a scene allows on one connection.</summary>
    public const int OutstandingMax = 40;

    private const long LeadNs = 5_000_000;

    private readonly List<ChurnTally> _tallies = [];
    private Schedule _schedule = scene.Kind switch
    {
        SceneKind.Churn => new Schedule(scene.ChurnSpec.Profile, scene.ChurnSpec.Arrivals, scene.Seed),
        SceneKind.Monitor => new Schedule(
            scene.MonitorSpec.Profile, Arrivals.Constant, ConnectionPick.RoundRobin, scene.Seed, scene.Connections),
        _ => new Schedule(
            scene.QuerySpec.Profile, scene.QuerySpec.Arrivals, scene.QuerySpec.Pick, scene.Seed, scene.Connections),
    };

    private long _beginNs;

    public Query<EchoProtocol> Queries(int targets) => new(
        scene.QuerySpec, new EchoProtocol(scene.QuerySpec.MessageBytes), _schedule, new QueryTally(1), targets,
        ownsTargets: false);

    /// <summary>Lasting connections with the new ones beside them.</summary>
    public Both<Monitor, Churn> Monitors(int targets)
    {
        ChurnSpec probe = MonitorRun.ProbeOf(scene.MonitorSpec);
        return new(
            new Monitor(scene.MonitorSpec, _schedule, new MonitorTally(), targets, ownsTargets: false),
            new Churn(
                probe, new Schedule(probe.Profile, Arrivals.Constant, scene.Seed), ChurnTally.NotingFailed(), targets,
                ownsTargets: false, Role.Probe),
            Role.Probe);
    }

    /// <summary>Asked for once by each client, in their order.</summary>
    public Churn Lives(int targets)
    {
        _tallies.Add(new ChurnTally());
        return new Churn(scene.ChurnSpec, _schedule, _tallies[^1], targets, ownsTargets: false);
    }

    public WorkerMessage Begin(long nowNs)
    {
        _beginNs = nowNs + LeadNs;
        return new WorkerMessage(WorkerMessageKind.Begin, _beginNs);
    }

    public WorkerMessage ChangeRate(long nowNs, double ratePerSecond)
    {
        _schedule = _schedule.WithRate(FromNs(nowNs), ratePerSecond);
        return new WorkerMessage(WorkerMessageKind.Schedule, 0, null, _schedule);
    }

    /// <summary>A rate for a while, and then none: what a search offers.</summary>
    public WorkerMessage OfferStep(long nowNs, double ratePerSecond, long durationNs)
    {
        _schedule = _schedule.WithRate(FromNs(nowNs), ratePerSecond);
        return ChangeRate(nowNs + durationNs, 0);
    }

    public WorkerMessage ChangeConnections(long nowNs, long connections)
    {
        _schedule = _schedule.WithConnections(FromNs(nowNs), connections);
        return new WorkerMessage(WorkerMessageKind.Set, connections, null, _schedule);
    }

    /// <summary>Arrivals that have fallen due; of a worker that has stopped those until then.</summary>
    public long Due(long nowNs) => Walk.DueBefore(_schedule, Math.Max(0, nowNs - _beginNs));

    /// <summary>Connections begun by all workers, and arrivals that were given up for want of room or time.</summary>
    public (long Attempted, long GivenUp) Begun()
    {
        long attempted = 0;
        long givenUp = 0;
        foreach (ChurnStepTally step in _tallies.SelectMany(tally => tally.Steps))
        {
            attempted += step.Attempted;
            givenUp += step.InFlightFull + step.TooLate;
        }

        return (attempted, givenUp);
    }

    /// <summary>Counts of one client: connections begun, those with each outcome, and what was timed.</summary>
    public ChurnFigures FiguresOf(int client)
    {
        ChurnFigures all = default;
        foreach (ChurnStepTally step in _tallies[client].Steps)
        {
            all.Attempted += step.Attempted;
            all.Ended += step.Outcomes.Sum();
            all.Ok += step.Outcomes[(int)ChurnOutcome.Ok];
            all.Cancelled += step.Outcomes[(int)ChurnOutcome.Cancelled];
            all.Nameless += step.Outcomes[(int)ChurnOutcome.None];
            all.Timed += step.Life.Count;
            all.Lags += step.Lag.Count;
        }

        return all;
    }

    private long FromNs(long nowNs) => Math.Max(0, nowNs - _beginNs) + LeadNs;
}

/// <summary>Counts of one client of a churn, over all steps.</summary>
internal struct ChurnFigures
{
    public long Attempted;
    public long Ended;
    public long Ok;
    public long Cancelled;

    /// <summary>Ended without an outcome; none may be.</summary>
    public long Nameless;
    public long Timed;
    public long Lags;
}
