namespace Throng.Measurement;

/// <summary>Criteria by which a step is judged, in the order shown.</summary>
public enum SaturationCriterion : byte
{
    /// <summary>Connections that went well, of those due.</summary>
    Success,

    /// <summary>Connections started, of those due.</summary>
    Achieved,

    /// <summary>Retransmitted SYNs per connection started.</summary>
    SynRetransmits,

    /// <summary>Median of the life, against that of the step compared with.</summary>
    LifeP50,

    /// <summary>99th percentile of the life, against that of the step compared with.</summary>
    LifeP99,

    /// <summary>99th percentile of the life, against a fixed limit.</summary>
    LatencyMax,
}

/// <summary>A criterion that a step did not meet.</summary>
/// <param name="Value">A share of one, or nanoseconds.</param>
/// <param name="Limit">In the unit of the value.</param>
public sealed record BrokenCriterion(SaturationCriterion Criterion, double Value, double Limit)
{
    public string ValueText => ToText(Value);

    public string LimitText => ToText(Limit);

    /// <summary><c>success 97.3 %, at least 99.9 %</c>.</summary>
    public string Text => Criterion switch
    {
        SaturationCriterion.Success => $"success {ValueText}, at least {LimitText}",
        SaturationCriterion.Achieved => $"achieved {ValueText}, at least {LimitText}",
        SaturationCriterion.SynRetransmits => $"SYN retransmits {ValueText}, at most {LimitText}",
        SaturationCriterion.LifeP50 => $"median life {ValueText}, at most {LimitText}",
        _ => $"p99 life {ValueText}, at most {LimitText}",
    };

    private string ToText(double value) => Criterion < SaturationCriterion.LifeP50
        ? Units.Percent(value)
        : Units.Latency(value);
}
