using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Course of a connection's life in `churn`.</summary>
public enum ChurnLife : byte
{
    /// <summary>Sends the content, half-closes, reads to the end.</summary>
    Exchange = 0,

    /// <summary>Sends requests one after another, each of which has to come back, and closes.</summary>
    Requests = 1,
}

/// <summary>Task of `churn`: to begin connections when they fall due, whatever became of those before.</summary>
public sealed record ChurnSpec : LoadSpec
{
    public const long InFlightMaxDefault = 10_000;

    /// <summary>Room for arrivals that come in bunches, beside so many times the root of what is expected.</summary>
    private const long InFlightSpare = 64;
    private const double InFlightSpread = 4;

    public ChurnSpec() => Connections = InFlightMaxDefault;

    /// <summary>
    /// Connections begun over the whole run, by time since the schedule's start. Each of its stretches is a step with
    /// results of its own.
    /// </summary>
    public RateProfile Profile { get; init; } = RateProfile.Constant(100);

    /// <summary>Connections due within this time of the schedule's start are opened, and neither counted nor recorded.
    /// </summary>
    public long WarmUpNs { get; init; }

    /// <summary>Connections in all, those of the warm-up aside; 0: as many as the profile has.</summary>
    public long Count { get; init; }

    public Arrivals Arrivals { get; init; }

    public ChurnLife Life { get; init; }

    /// <summary>
    /// Number of requests in a life of requests, followed by the bytes of each. None: the connection is opened and
    /// closed.
    /// </summary>
    public long Requests { get; init; }
    public int RequestBytes { get; init; } = 64;

    /// <summary>Bytes that an exchange sends before the half-close.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>
    /// An exchange half-closes behind its content and reads to the end. Else it ends once as many bytes have come back
    /// as it sent, so that nothing between sees a half-closed connection.
    /// </summary>
    public bool HalfCloses { get; init; } = true;

    /// <summary>Reply that has to come back in an exchange.</summary>
    public ReplyExpectation Expects { get; init; } = ReplyExpectation.Any;

    /// <summary>
    /// Connections beside them that are opened before the first falls due and kept, silent, until the end; they are
    /// part of <see cref="LoadSpec.Connections"/>.
    /// </summary>
    public long Held { get; init; }

    /// <summary>How long a connection stays open at least before this side ends it.</summary>
    public long LifetimeNs { get; init; }

    /// <summary>A life that is not over this long after it began is given up.</summary>
    public long TimeoutNs { get; init; } = 30_000_000_000;

    /// <summary>Turnover offered by the search that chooses the rates; null: the profile is all there is.</summary>
    public Turnover? Search { get; init; }

    /// <summary>Unknown where a search chooses the rates.</summary>
    public override double? BusyCpus => Search is null ? Profile.RateMax * WorkCost.LifeSeconds : null;

    /// <summary>
    /// A reset leaves nothing behind, but an exchange has half-closed, and its connection ended, before it is closed.
    /// </summary>
    public override Turnover? Turnover => Life == ChurnLife.Requests && Close == CloseKind.Rst
        ? null
        : Search ?? new Turnover(Profile.RateMax, new ArrivalLimit(Count, WarmUpNs).Of(Profile));

    /// <summary>
    /// Connections under way at most in the whole run: there is room for them beside those that are held; what falls
    /// due beyond is not begun.
    /// </summary>
    public long InFlightMax => Connections - Held;

    /// <summary>
    /// Connections that a schedule can have under way at once, where nobody says how many there may be: those that it
    /// begins within the longest life, or all of them; <see cref="InFlightMaxDefault"/> at most.
    /// </summary>
    /// <param name="lifeMaxNs">After which a life is over or given up.</param>
    public static long InFlightOf(RateProfile profile, long lifeMaxNs)
    {
        double most = Math.Min(profile.Count, profile.RateMax * (lifeMaxNs / 1e9));
        most = Math.Min(most, InFlightMaxDefault);
        double withSpare = most + (InFlightSpread * Math.Sqrt(most)) + InFlightSpare;
        return Math.Min(InFlightMaxDefault, (long)withSpare);
    }
}
