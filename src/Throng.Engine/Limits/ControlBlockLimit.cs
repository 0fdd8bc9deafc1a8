using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Control blocks of packets of this process: the timer of keepalive is in one, so each connection has one as long as
/// it lasts. Without keepalive only those have one on which something is under way.
/// </summary>
public static class ControlBlockLimit
{
    /// <summary>Connections of a worker with keepalive at most.</summary>
    public static long MostOfWorker { get; } = TcpBlocks.ForRequests(PacketOptions.BlocksDefault);

    public static LimitRow? Judge(HostFacts host, LoadPlan plan)
    {
        if (!plan.KeepsAlive || plan.Connections is not { } connections)
        {
            return null;
        }

        long most = plan.Capacity.Workers * MostOfWorker;
        LimitRow row = new("control blocks", "--engine packet", Units.Count(most))
        {
            HasNumber = most,
            Needs = Units.Count(connections),
            NeedsNumber = connections,
            Note = "one for each connection with keepalive",
        };
        return connections <= most
            ? row with { State = LimitState.Ok }
            : row with
            {
                State = LimitState.TooSmall,
                Sentence = $"keepalive needs a control block for each of {Units.Count(connections)} connections, and "
                    + $"--engine packet has {Units.Count(most)}",
                Remedy = "leave --keepalive out: --ping notices a lost peer too",
                IsForceable = false,
            };
    }
}
