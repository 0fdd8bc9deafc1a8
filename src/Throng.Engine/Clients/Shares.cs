namespace Throng.Engine;

/// <summary>
/// How many of all connections each worker wants to each target: spread evenly over the targets, the remainder over
/// the first ones; what falls to a target spread evenly over the workers. Every worker computes its own share, so
/// `set` is one number sent to all.
/// </summary>
public static class Shares
{
    /// <summary>The share of one target in <paramref name="total"/>.</summary>
    public static long OfTarget(long total, int target, int targets) =>
        (total / targets) + (target < total % targets ? 1 : 0);

    /// <summary>How many fall to those before one: its own are numbered from here.</summary>
    public static long Before(long total, int part, int parts) =>
        (total / parts * part) + Math.Min(part, total % parts);

    /// <summary>
    /// The share of one worker in what one target gets. What is left over by each target is dealt on from where the
    /// target before stopped, so that no worker has more than one connection more than another.
    /// </summary>
    public static int OfWorker(long total, int target, int targets, int worker, int workers)
    {
        long share = OfTarget(total, target, targets);
        long larger = Math.Min(target, total % targets);
        long dealt = (larger * (((total / targets) + 1) % workers)) + ((target - larger) * (total / targets % workers));
        long turn = (worker - (dealt % workers) + workers) % workers;
        return (int)((share / workers) + (turn < share % workers ? 1 : 0));
    }
}
