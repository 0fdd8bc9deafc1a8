namespace Throng.Engine;

/// <summary>
/// The part of one plan that this process carries out. Processes that have a part each of the same plan, seed included,
/// carry out the whole of it, on one host or on many: each has its own connections and the streams of the schedule
/// that belong to them. The default is all of the plan.
/// </summary>
/// <param name="Index">From 0.</param>
/// <param name="Count">How many parts there are; 0 and 1 stand for all of the plan.</param>
public readonly record struct HostShare(int Index, int Count)
{
    /// <summary>A part that is taken over is cut again: more than there are hosts.</summary>
    public const int CountMax = 1_000_000;

    public bool IsWhole => Count <= 1;

    /// <summary>How many of so many are this part's.</summary>
    public long Of(long total) => IsWhole ? total : Shares.OfPart(total, Index, Count);

    /// <summary>The share of all, from 0 to 1.</summary>
    public double Ratio => IsWhole ? 1 : 1.0 / Count;

    /// <summary>The number of a worker among those of all parts, if each part has as many.</summary>
    public int PartOf(int worker, int workers) => IsWhole ? worker : (Index * workers) + worker;

    /// <summary>How many workers all parts have.</summary>
    public int PartsOf(int workers) => IsWhole ? workers : Count * workers;

    /// <summary>As it is typed, counted from 1.</summary>
    public override string ToString() => IsWhole ? "1/1" : $"{Index + 1}/{Count}";
}
