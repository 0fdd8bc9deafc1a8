namespace Throng.Measurement;

/// <summary>Which way a metric went from one run to another.</summary>
public enum Direction
{
    /// <summary>By less than 0.05 %, which is less than a histogram tells apart.</summary>
    Same,

    Better,

    Worse,

    /// <summary>It went, and neither way is better.</summary>
    Other,
}
