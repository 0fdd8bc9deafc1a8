namespace Throng.Cluster;

/// <summary>Cuts a plan into parts of one size, of which some agents get several.</summary>
public static class PlanShares
{
    /// <summary>Parts of one agent at most: each is a process there.</summary>
    public const int PartsMax = 8;

    /// <summary>How many parts each agent gets, in proportion to what is possible there.</summary>
    /// <param name="possible">Connections possible on each; null: no limit, as much as the most.</param>
    public static int[] Weights(IReadOnlyList<double?> possible)
    {
        double most = Math.Max(1, possible.Max() ?? 1);
        double[] all = [.. possible.Select(one => Math.Clamp(one ?? most, 1, most))];
        double least = Math.Max(all.Min(), all.Max() / PartsMax);
        return [.. all.Select(one => Math.Max(1, (int)Math.Round(one / least)))];
    }
}
