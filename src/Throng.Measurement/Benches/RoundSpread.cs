namespace Throng.Measurement;

/// <summary>One figure over several rounds; all 0 without a round.</summary>
public readonly record struct RoundSpread(double Median, double Min, double Max)
{
    public static RoundSpread Of(IReadOnlyList<double> rounds)
    {
        if (rounds.Count == 0)
        {
            return default;
        }

        double[] ordered = [.. rounds.Order()];
        int middle = ordered.Length / 2;
        double median = ordered.Length % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
        return new RoundSpread(median, ordered[0], ordered[^1]);
    }
}
