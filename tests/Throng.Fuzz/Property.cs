using System.Text;
using Throng.Measurement;

namespace Throng.Fuzz;

/// <summary>Properties that several targets have in common.</summary>
internal static class Property
{
    private const int LineMax = 2000;

    /// <exception cref="PropertyException">It does not hold.</exception>
    public static void Holds(bool does, string what, string detail = "")
    {
        if (!does)
        {
            throw new PropertyException(what) { Detail = detail };
        }
    }

    /// <summary>Checks that a refusal has a reason: one line, whose letters all show themselves.</summary>
    public static void IsRefusal(bool isRead, string error)
    {
        if (!isRead)
        {
            IsLine(error, "a refusal");
        }
    }

    public static void IsLine(string line, string what)
    {
        Holds(line.Length is > 0 and <= LineMax, $"{what} is empty, or longer than {LineMax} letters", line);
        Holds(Letters.Shows(line), $"{what} has a letter that does not show", Letters.Plain(line));
    }

    /// <summary>Always true: whatever else it is given to is only reached with a rate.</summary>
    public static bool IsRate(double perSecond)
    {
        Holds(perSecond is >= 0 and <= RateProfile.PerSecondMax, "a rate is no number, or more than is kept of");
        return true;
    }

    /// <summary>The input as text, as the program decodes words, files and lines.</summary>
    public static string Text(ReadOnlySpan<byte> input) => Encoding.UTF8.GetString(input);
}
