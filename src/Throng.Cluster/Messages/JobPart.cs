using System.Globalization;

namespace Throng.Cluster;

/// <summary>One of the parts that a plan was cut into, as <c>--share</c> counts them.</summary>
/// <param name="Index">From 0.</param>
public readonly record struct JobPart(int Index, int Count)
{
    /// <summary>Parts that a plan is cut into at most; a lost one is cut again.</summary>
    public const int CountMax = 1_000_000;

    /// <summary>Part <paramref name="index"/> of <paramref name="count"/> that this part is cut into.</summary>
    public JobPart Cut(int index, int count) => new((Index * count) + index, Count * count);

    /// <summary>The share of the plan, from 0 to 1.</summary>
    public double Ratio => 1.0 / Count;

    public static bool TryParse(string text, out JobPart part)
    {
        part = default;
        string[] both = text.Split('/');
        bool isRead = both.Length == 2
            & int.TryParse(both[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            & int.TryParse(both[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int count);
        if (isRead && index >= 1 && index <= count)
        {
            part = new JobPart(index - 1, count);
        }

        return part.Count > 0;
    }

    /// <summary>As <c>--share</c> has it, counted from 1.</summary>
    public override string ToString() => $"{Index + 1}/{Count}";
}
