namespace Throng.Measurement;

/// <summary>What a metric counts in; its JSON key carries the suffix.</summary>
public enum MetricUnit
{
    Count,
    Nanoseconds,
    Bytes,
    PerSecond,

    /// <summary>A share in 0..1.</summary>
    Ratio,
}
