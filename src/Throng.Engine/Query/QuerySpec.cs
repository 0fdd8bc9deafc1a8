using Throng.Measurement;

namespace Throng.Engine;

public enum QueryKind : byte
{
    Dns = 0,
    Echo = 1,
}

/// <summary>Task of `query`: to send queries when they fall due, whatever became of those before.</summary>
public sealed record QuerySpec : LoadSpec
{
    /// <summary>Queries over the whole run, by time since the schedule's start; warm-up included.</summary>
    public RateProfile Profile { get; init; } = RateProfile.Constant(1000);

    /// <summary>Queries in all, those of the warm-up aside; 0: as many as the profile has.</summary>
    public long Count { get; init; }

    public Arrivals Arrivals { get; init; }

    public ConnectionPick Pick { get; init; }

    public QueryKind Kind { get; init; }

    /// <summary>Questions that are asked when the kind is DNS.</summary>
    public DnsQuestions? Questions { get; init; }

    /// <summary>Bytes of a query when the kind is echo, 1 or more.</summary>
    public int MessageBytes { get; init; } = 64;

    /// <summary>
    /// Queries due within this time of the schedule's start are sent, but neither counted nor recorded.
    /// </summary>
    public long WarmUpNs { get; init; }

    /// <summary>A query that is not answered this long after it was sent is given up; its connection stays.</summary>
    public long TimeoutNs { get; init; } = 5_000_000_000;

    /// <summary>Queries under way on one connection at most; further ones wait, which is lag.</summary>
    public int OutstandingMax { get; init; } = 32_768;

    /// <summary>Where a line is written for each query and each answer: a path, or - for stdout; empty: nowhere.
    /// </summary>
    public string LogPath { get; init; } = "";

    /// <summary>
    /// Queries of one connection that fall due together leave in one send, and a send costs far more than they do.
    /// </summary>
    public override double? BusyCpus
    {
        get
        {
            double sends = Math.Min(Profile.RateMax, Connections / WorkCost.TurnSeconds);
            double send = IsLoopback ? WorkCost.LoopbackSendSeconds : WorkCost.SendSeconds;
            return (sends * send) + (Profile.RateMax * WorkCost.MessageSeconds);
        }
    }

    /// <summary>Queries after which a connection is closed and opened again; 0: never.</summary>
    public long QueriesPerConnection { get; init; }

    /// <summary>
    /// Turnover of the connections that are closed in order after so many queries; a reset leaves no pair behind.
    /// </summary>
    public override Turnover? Turnover =>
        QueriesPerConnection == 0 || Close == CloseKind.Rst || Socket.Transport == Transport.Datagram
            ? null
            : new Turnover(
                Profile.RateMax / QueriesPerConnection,
                new ArrivalLimit(Count, WarmUpNs).Of(Profile) / QueriesPerConnection);
}
