namespace Throng.Measurement;

/// <summary>The comparison of a threshold.</summary>
public enum ThresholdOperator
{
    Above,
    AtLeast,
    Below,
    AtMost,
    Equal,
    NotEqual,
}
