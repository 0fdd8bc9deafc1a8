namespace Throng.Measurement;

/// <summary>How the values of parts (intervals, or workers and hosts) become that of the whole.</summary>
public enum Joined
{
    /// <summary>They add up.</summary>
    Sum,

    /// <summary>The largest stands for all.</summary>
    Max,

    /// <summary>The last one counts: a state.</summary>
    Last,

    /// <summary>Histograms are merged and asked again; percentiles are never averaged.</summary>
    Merge,

    /// <summary>It is computed anew from sums.</summary>
    Anew,
}
