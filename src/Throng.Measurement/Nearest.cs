namespace Throng.Measurement;

/// <summary>The name somebody probably meant.</summary>
public static class Nearest
{
    // Names are short; whatever is longer than this was not a typo of one.
    private const int LengthMax = 64;

    /// <summary>
    /// The candidate with the smallest Damerau-Levenshtein distance (a swapped pair counts once), the first of equals;
    /// null when even that one is further away than a third of the longer of the two names, but at least 2.
    /// </summary>
    public static string? To(string name, IEnumerable<string> candidates)
    {
        if (name.Length > LengthMax)
        {
            return null;
        }

        string? nearest = null;
        int leastDistance = int.MaxValue;
        foreach (string candidate in candidates)
        {
            if (candidate.Length > LengthMax)
            {
                continue;
            }

            int distance = Distance(name, candidate);
            int allowed = Math.Max(2, Math.Max(name.Length, candidate.Length) / 3);
            if (distance <= allowed && distance < leastDistance && distance < Math.Max(name.Length, candidate.Length))
            {
                nearest = candidate;
                leastDistance = distance;
            }
        }

        return nearest;
    }

    /// <summary>
    /// Edits (insert, delete, replace, swap two neighbours) that turn one name into the other; case does not count.
    /// The variant that edits no substring twice ("optimal string alignment").
    /// </summary>
    public static int Distance(string left, string right)
    {
        int[,] edits = new int[left.Length + 1, right.Length + 1];
        for (int row = 0; row <= left.Length; row++)
        {
            edits[row, 0] = row;
        }

        for (int column = 0; column <= right.Length; column++)
        {
            edits[0, column] = column;
        }

        for (int row = 1; row <= left.Length; row++)
        {
            for (int column = 1; column <= right.Length; column++)
            {
                int replaced = edits[row - 1, column - 1] + (IsSame(left[row - 1], right[column - 1]) ? 0 : 1);
                int least = Math.Min(replaced, Math.Min(edits[row - 1, column], edits[row, column - 1]) + 1);
                bool isSwap = row > 1 && column > 1
                    && IsSame(left[row - 1], right[column - 2]) && IsSame(left[row - 2], right[column - 1]);
                edits[row, column] = isSwap ? Math.Min(least, edits[row - 2, column - 2] + 1) : least;
            }
        }

        return edits[left.Length, right.Length];
    }

    private static bool IsSame(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
