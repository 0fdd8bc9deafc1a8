namespace Throng.Measurement;

/// <summary>Which way a metric went from one run to another.</summary>
public enum Direction
{
    /// <summary>The metric changed by less than 0.05 %, which is less than a histogram tells apart.</summary>
    Same,

    Better,

    Worse,

    /// <summary>It went, and neither way is better.</summary>
    Other,
}
