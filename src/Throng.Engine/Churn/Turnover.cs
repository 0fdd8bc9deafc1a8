namespace Throng.Engine;

/// <summary>
/// How fast a load uses up address pairs: each connection it closes first leaves its pair in TIME_WAIT for a while.
/// </summary>
/// <param name="PerSecond">Closed per second at most.</param>
/// <param name="InAll">Closed in the whole run; infinite when it has no end.</param>
public readonly record struct Turnover(double PerSecond, double InAll)
{
    /// <summary>
    /// Highest rate that a search may go on to after beginning with <see cref="PerSecond"/>. 0: it stays there.
    /// </summary>
    public double SearchMaxPerSecond { get; init; }

    /// <summary>Turnover of a share of the connections.</summary>
    public Turnover Times(double ratio) =>
        new(PerSecond * ratio, InAll * ratio) { SearchMaxPerSecond = SearchMaxPerSecond * ratio };

    /// <summary>Pairs that are in TIME_WAIT at most when each stays there for so long.</summary>
    public long Pairs(double holdSeconds) => (long)Math.Ceiling(Math.Min(InAll, PerSecond * holdSeconds));
}
