namespace Throng.Measurement;

/// <summary>When one thing is taken to explain another, so that the other is not told too.</summary>
internal static class Explanation
{
    /// <summary>Share of what is to be explained that has to be the one thing's.</summary>
    public const double MostRatio = 0.9;
}
