namespace Throng.Engine;

/// <summary>
/// How many of all connections each worker wants to each target. A worker's connections are neighbours, no worker has
/// more than one more than another, and connection n goes to target n modulo the number of targets. Every worker
/// computes its own share, so `set` is one number sent to all.
/// </summary>
public static class Shares
{
    /// <summary>The share of one target in <paramref name="total"/>.</summary>
    public static long OfTarget(long total, int target, int targets) =>
        (total / targets) + (target < total % targets ? 1 : 0);

    /// <summary>
    /// The first connection of a part. A part of a part is one too: part w of W of part h of H is part hW + w of HW.
    /// </summary>
    public static long FirstOf(long total, int part, int parts) => (long)((Int128)total * part / parts);

    /// <summary>Counts the connections of a part.</summary>
    public static long OfPart(long total, int part, int parts) =>
        FirstOf(total, part + 1, parts) - FirstOf(total, part, parts);

    /// <summary>The share of one worker in what one target gets.</summary>
    public static int OfWorker(long total, int target, int targets, int worker, int workers) =>
        (int)(OfTarget(FirstOf(total, worker + 1, workers), target, targets)
            - OfTarget(FirstOf(total, worker, workers), target, targets));
}
