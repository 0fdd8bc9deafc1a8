using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Task of `monitor`: to send a message on every lasting connection from time to time, and note every disturbance;
/// beside that, to try again and again whether a new connection works.
/// </summary>
public sealed record MonitorSpec : LoadSpec
{
    /// <summary>Messages over all connections, by time since the schedule's start.</summary>
    public RateProfile Profile { get; init; } = RateProfile.Constant(10);

    /// <summary>Messages in all; 0: as many as the profile has. New connections are no messages of it.</summary>
    public long Count { get; init; }

    /// <summary>
    /// Messages due within this time of the schedule's start are sent and are in no count or latency of messages;
    /// what fails among them is counted as that, and disturbances are told all the same.
    /// </summary>
    public long WarmUpNs { get; init; }

    /// <summary>At least <see cref="MonitorPayload.BytesMin"/>.</summary>
    public int MessageBytes { get; init; } = 1024;

    /// <summary>
    /// A message that is not answered this long after it was due is given up, and a stream it was sent on with it.
    /// </summary>
    public long ReplyTimeoutNs { get; init; } = 1_000_000_000;

    /// <summary>Whether a lost connection is opened again.</summary>
    public bool Reconnects { get; init; } = true;

    /// <summary>Attempts that may fail in a row for one connection; then it is given up.</summary>
    public long RetriesMax { get; init; } = long.MaxValue;

    /// <summary>
    /// New connections per second that try whether one works; 0: none. One that takes longer in all than a connect may
    /// has failed.
    /// </summary>
    public double NewRatePerSecond { get; init; }

    /// <summary>A response time above it is late; null: 200 ms and four times the connection's median.</summary>
    public long? LateNs { get; init; }

    /// <summary>Disturbances less than this apart belong to one episode.</summary>
    public long EpisodeGapNs { get; init; } = 1_000_000_000;

    /// <summary>The record of every connection goes into the result.</summary>
    public bool TellsAll { get; init; }

    /// <summary>Every byte sent is zero, where it is a pattern else; the number of a datagram stays.</summary>
    public bool IsZeroFilled { get; init; }

    /// <summary>The schedule begins with the run, whether anything is connected or not.</summary>
    public bool BeginsAtOnce { get; init; }

    /// <summary>No connect begins later than this since the schedule's start.</summary>
    public long ConnectUntilNs { get; init; } = long.MaxValue;

    /// <summary>Arrivals while one answer is awaited that count as dropped at most.</summary>
    public long DroppedPerMessageMax { get; init; } = long.MaxValue;

    public override double? BusyCpus =>
        (Profile.RateMax * WorkCost.LoopbackSendSeconds) + (NewRatePerSecond * WorkCost.LifeSeconds);

    /// <summary>
    /// Turnover of the new connections: each one half-closes first, and leaves its ports in TIME_WAIT.
    /// </summary>
    public override Turnover? Turnover =>
        NewRatePerSecond > 0 ? new Turnover(NewRatePerSecond, NewRatePerSecond * Profile.DurationNs / 1e9) : null;
}
