using Throng.Engine;

namespace Throng.Tests.Simulation;

/// <summary>The schedule of a simulated query load, and the commands that change it.</summary>
internal sealed class QuerySchedule(Scene scene)
{
    /// <summary>The most a scene allows on one connection.</summary>
    public const int OutstandingMax = 40;

    private const long LeadNs = 5_000_000;

    private Offer _offer = new(
        scene.QuerySpec.Profile, scene.QuerySpec.Arrivals, scene.QuerySpec.Pick, scene.Seed, scene.Connections);

    private long _beginNs;

    public Query<EchoProtocol> Client(int targets) => new(
        scene.QuerySpec, new EchoProtocol(scene.QuerySpec.MessageBytes), _offer, new QueryTally(1), targets,
        ownsTargets: false);

    public Command Begin(long nowNs)
    {
        _beginNs = nowNs + LeadNs;
        return new Command(CommandKind.Begin, _beginNs);
    }

    public Command ChangeRate(long nowNs, double ratePerSecond)
    {
        _offer = _offer.WithRate(FromNs(nowNs), ratePerSecond);
        return new Command(CommandKind.Offer, 0, null, _offer);
    }

    public Command ChangeConnections(long nowNs, long connections)
    {
        _offer = _offer.WithConnections(FromNs(nowNs), connections);
        return new Command(CommandKind.Set, connections, null, _offer);
    }

    private long FromNs(long nowNs) => Math.Max(0, nowNs - _beginNs) + LeadNs;
}
