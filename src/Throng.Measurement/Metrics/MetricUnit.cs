namespace Throng.Measurement;

/// <summary>Unit that a metric counts in; the metric's JSON key carries the suffix.</summary>
public enum MetricUnit
{
    Count,
    Nanoseconds,
    Bytes,
    PerSecond,

    /// <summary>A share in 0..1.</summary>
    Ratio,
}
