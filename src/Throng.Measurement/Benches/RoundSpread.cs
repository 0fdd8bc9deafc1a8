namespace Throng.Measurement;

/// <summary>One figure over several rounds; all 0 without a round.</summary>
public readonly record struct RoundSpread(double Median, double Min, double Max)
{
    public static RoundSpread From(IReadOnlyList<double> rounds)
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

    /// <summary>With so many digits behind the point as a document has.</summary>
    public RoundSpread Rounded(int digits) =>
        new(Math.Round(Median, digits), Math.Round(Min, digits), Math.Round(Max, digits));
}
