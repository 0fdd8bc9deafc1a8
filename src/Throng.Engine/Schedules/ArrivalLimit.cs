using Throng.Measurement;

namespace Throng.Engine;

/// <summary>A number of arrivals after which a schedule ends.</summary>
/// <param name="Arrivals">How many there are to be; 0: no limit.</param>
/// <param name="WarmUpNs">Those due within this time of the start are not among them.</param>
public readonly record struct ArrivalLimit(long Arrivals, long WarmUpNs = 0)
{
    /// <summary>How many a profile brings with this limit, as an amount; infinite when neither ends it.</summary>
    public double Of(RateProfile profile) => Arrivals == 0
        ? profile.Count
        : Math.Min(profile.Count, profile.CountAt(Math.Min(WarmUpNs, profile.DurationNs)) + Arrivals);
}
