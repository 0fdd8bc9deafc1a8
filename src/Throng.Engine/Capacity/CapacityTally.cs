using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// Counts of one worker of `capacity`, as <see cref="CapacityCounts"/> has them. Written by the worker, readable by any
/// thread.
/// </summary>
internal sealed class CapacityTally
{
    /// <summary>Two million tell as much as more would.</summary>
    private const int FatesMax = 2_000_000;

    public long Served;
    public long Unserved;
    public long AwayFin;
    public long AwayRst;
    public long Wrong;
    public long Other;
    public long Withdrawn;
    public long EvictedFin;
    public long EvictedRst;
    public long EvictedSilent;
    public long EvictedOther;
    public long Spoilt;
    public long Closed;
    public long Checks;
    public long ChecksAnswered;
    public long Surveyed;
    public long SurveyAnswered;
    public long Checking;
    public long Overdue;

    /// <summary>The last order that was carried out; written behind whatever it counted.</summary>
    public int Done;

    /// <summary>Held connections that went, and those that answered in a survey.</summary>
    public BoundedLog<ConnectionFate> Fates { get; } = new(FatesMax);

    /// <summary>Connections that had their first answer and have not ended.</summary>
    public long Held => Served - EvictedFin - EvictedRst - EvictedSilent - EvictedOther - Spoilt - Closed;

    /// <summary>Opened connections that ended before their first answer.</summary>
    public long EndedUnserved => Unserved + AwayFin + AwayRst + Wrong + Other + Withdrawn;

    /// <summary>Adds up the counts of all workers. Ends are read before their beginnings.</summary>
    public static CapacityCounts Sum(IReadOnlyList<CapacityTally> tallies, IReadOnlyList<Counters> counters)
    {
        long Of(Func<CapacityTally, long> of) => tallies.Sum(of);
        CapacityCounts ends = new()
        {
            EvictedFin = Of(one => Volatile.Read(ref one.EvictedFin)),
            EvictedRst = Of(one => Volatile.Read(ref one.EvictedRst)),
            EvictedSilent = Of(one => Volatile.Read(ref one.EvictedSilent)),
            EvictedOther = Of(one => Volatile.Read(ref one.EvictedOther)),
            Spoilt = Of(one => Volatile.Read(ref one.Spoilt)),
            Closed = Of(one => Volatile.Read(ref one.Closed)),
            Unserved = Of(one => Volatile.Read(ref one.Unserved)),
            AwayFin = Of(one => Volatile.Read(ref one.AwayFin)),
            AwayRst = Of(one => Volatile.Read(ref one.AwayRst)),
            Wrong = Of(one => Volatile.Read(ref one.Wrong)),
            Other = Of(one => Volatile.Read(ref one.Other)),
            Withdrawn = Of(one => Volatile.Read(ref one.Withdrawn)),
            ChecksAnswered = Of(one => Volatile.Read(ref one.ChecksAnswered)),
            SurveyAnswered = Of(one => Volatile.Read(ref one.SurveyAnswered)),
        };
        long served = Of(one => Volatile.Read(ref one.Served));
        ReasonCounts failed = [];
        for (CloseReason reason = 0; (int)reason < CloseReasons.Count; reason++)
        {
            if (counters.Sum(one => Volatile.Read(ref one.ConnectFailed(reason))) is > 0 and var count)
            {
                failed.Add(reason, count);
            }
        }

        long opened = counters.Sum(one => Volatile.Read(ref one[Counter.Opened]));
        return ends with
        {
            Served = served,
            Failed = failed,
            Opened = opened,
            Attempts = counters.Sum(one => Volatile.Read(ref one[Counter.Attempts])),
            Awaiting = opened - served - (ends.NotServed - ends.Failed.Total),
            Checks = Of(one => Volatile.Read(ref one.Checks)),
            Surveyed = Of(one => Volatile.Read(ref one.Surveyed)),
            Checking = Of(one => Volatile.Read(ref one.Checking)),
            Overdue = Of(one => Volatile.Read(ref one.Overdue)),
        };
    }
}
