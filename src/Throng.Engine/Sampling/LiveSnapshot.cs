using Throng.Measurement;

namespace Throng.Engine;

/// <summary>A run under way, as a view of it shows it: a moment and the seconds before.</summary>
public sealed record LiveSnapshot
{
    public required Sample Now { get; init; }

    /// <summary>The last intervals, the oldest first.</summary>
    public IReadOnlyList<SeriesPoint> Series { get; init; } = [];

    /// <summary>Share of a CPU that each worker used in the last interval, 0 to 1.</summary>
    public IReadOnlyList<double> Busy { get; init; } = [];

    /// <summary>Source ports in use towards all targets, and how many there are; 0 of 0 for a server.</summary>
    public long PortsUsed { get; init; }
    public long PortsMax { get; init; }

    /// <summary>As many as wanted have been open at once.</summary>
    public bool HasReached { get; init; }

    /// <summary>The plateau is over.</summary>
    public bool IsEnding { get; init; }

    /// <summary>It waits to be told to start, or for the moment that it was told.</summary>
    public bool AwaitsStart { get; init; }

    /// <summary>All its connections are open, or no more come; or it has begun.</summary>
    public bool IsReady { get; init; } = true;

    /// <summary>Since the run's start; null where there is no schedule, or it has not begun.</summary>
    public long? BeginNs { get; init; }

    /// <summary>How long the schedule is; null where there is none, or it has no end.</summary>
    public long? ScheduleNs { get; init; }

    /// <summary>Rate that the schedule wants now; null where there is no schedule.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>Limits of this host that were reached, one line each.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Activity of a guided run, in a few words; empty for any other.</summary>
    public string Doing { get; init; } = "";

    /// <summary>How much of a guided run is done, 0 to 1; null where nobody knows.</summary>
    public double? Done { get; init; }

    /// <summary>Figures that only its command has: a label and a value each.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Figures { get; init; } = [];

    /// <summary>Result that a guided run has found so far; null for any other.</summary>
    public IOwnResult? Result { get; init; }
}
