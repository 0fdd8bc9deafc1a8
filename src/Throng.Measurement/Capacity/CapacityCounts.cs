namespace Throng.Measurement;

/// <summary>
/// Counts of all workers of a search for a capacity, since its start. Attempts = connecting + failed + opened; opened =
/// awaiting + unserved + turned away + wrong + other + withdrawn + served; served = held + evicted + spoilt + closed.
/// </summary>
public sealed record CapacityCounts
{
    /// <summary>Connects begun, those that found no port or descriptor here included.</summary>
    public long Attempts { get; init; }

    /// <summary>Connects that became no connection, by reason.</summary>
    public ReasonCounts Failed { get; init; } = [];

    public long Opened { get; init; }

    /// <summary>Opened connections that have not had their first answer yet; there is no end to them so far.</summary>
    public long Awaiting { get; init; }

    /// <summary>Connections that had a first answer: from then on they count as held until they end.</summary>
    public long Served { get; init; }

    /// <summary>Opened connections that were given up without a first answer.</summary>
    public long Unserved { get; init; }

    /// <summary>Opened connections that the other end closed, or reset, before a first answer.</summary>
    public long AwayFin { get; init; }
    public long AwayRst { get; init; }

    /// <summary>Opened connections that ended otherwise before a first answer: a wrong one, an error; and those that
    /// this end closed.</summary>
    public long Wrong { get; init; }
    public long Other { get; init; }
    public long Withdrawn { get; init; }

    /// <summary>Held connections that the other end closed or reset, that did not answer any more, and that ended by
    /// another error.</summary>
    public long EvictedFin { get; init; }
    public long EvictedRst { get; init; }
    public long EvictedSilent { get; init; }
    public long EvictedOther { get; init; }

    /// <summary>Held connections that answered wrongly, and those that this end closed.</summary>
    public long Spoilt { get; init; }
    public long Closed { get; init; }

    /// <summary>Checks of held connections: begun, answered.</summary>
    public long Checks { get; init; }
    public long ChecksAnswered { get; init; }

    /// <summary>Checks of a survey: begun, answered.</summary>
    public long Surveyed { get; init; }
    public long SurveyAnswered { get; init; }

    /// <summary>Checks under way now, and those of them that are awaited for longer than an answer takes.</summary>
    public long Checking { get; init; }
    public long Overdue { get; init; }

    public long Connecting => Attempts - Failed.Total - Opened;

    public long Held => Served - Evicted - Spoilt - Closed;

    public long Evicted => EvictedFin + EvictedRst + EvictedSilent + EvictedOther;

    public long Away => AwayFin + AwayRst;

    /// <summary>Attempts that are over without a connection that works.</summary>
    public long NotServed => Failed.Total + Unserved + Away + Wrong + Other + Withdrawn;

    /// <summary>Whether no attempt and no check is under way.</summary>
    public bool IsQuiet => Connecting <= 0 && Awaiting <= 0 && Checking <= 0;

    /// <summary>The same from a moment on; what is under way now is the same.</summary>
    public CapacityCounts Since(CapacityCounts before)
    {
        ReasonCounts failed = [];
        foreach (KeyValuePair<string, long> one in Failed.Where(one => one.Value > before.Failed[one.Key]))
        {
            failed.Add(one.Key, one.Value - before.Failed[one.Key]);
        }

        return this with
        {
            Attempts = Attempts - before.Attempts,
            Failed = failed,
            Opened = Opened - before.Opened,
            Served = Served - before.Served,
            Unserved = Unserved - before.Unserved,
            AwayFin = AwayFin - before.AwayFin,
            AwayRst = AwayRst - before.AwayRst,
            Wrong = Wrong - before.Wrong,
            Other = Other - before.Other,
            Withdrawn = Withdrawn - before.Withdrawn,
            EvictedFin = EvictedFin - before.EvictedFin,
            EvictedRst = EvictedRst - before.EvictedRst,
            EvictedSilent = EvictedSilent - before.EvictedSilent,
            EvictedOther = EvictedOther - before.EvictedOther,
            Spoilt = Spoilt - before.Spoilt,
            Closed = Closed - before.Closed,
            Checks = Checks - before.Checks,
            ChecksAnswered = ChecksAnswered - before.ChecksAnswered,
            Surveyed = Surveyed - before.Surveyed,
            SurveyAnswered = SurveyAnswered - before.SurveyAnswered,
        };
    }
}
