using System.Runtime.CompilerServices;

namespace Throng.Measurement;

/// <summary>
/// Exponential gaps of mean 1: minus the natural logarithm of a uniform number. The logarithm is made here, from a
/// table and four terms, within 1e-12: it costs a third of the C library's, and is the same to the last bit on every
/// host.
/// </summary>
public static class ExponentialGap
{
    private const double Ln2 = 0.693147180559945309417;
    private const int TableBits = 7;
    private const int MantissaBits = 52;
    private const long ExponentOfOne = 1023;

    /// <summary>For each of 128 parts of [1, 2): one divided by its middle, and the logarithm of its middle.</summary>
    private static readonly (double Inverse, double Log)[] Table = MakeTable();

    /// <summary>The gap of a random word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(ulong word)
    {
        // From 1 to 2^53, exactly; divided by 2^53 it is the uniform number.
        long bits = BitConverter.DoubleToInt64Bits((word >> 11) + 1.0);
        double exponent = (bits >> MantissaBits) - ExponentOfOne - 53;
        double mantissa = BitConverter.Int64BitsToDouble(
            (bits & ((1L << MantissaBits) - 1)) | (ExponentOfOne << MantissaBits));
        (double inverse, double log) = Table[(int)(bits >> (MantissaBits - TableBits)) & ((1 << TableBits) - 1)];
        double r = (mantissa * inverse) - 1;
        double rest = r * (1 - (r * (0.5 - (r * ((1.0 / 3) - (r * 0.25))))));
        return Math.Max(0, -((exponent * Ln2) + log + rest));
    }

    private static (double Inverse, double Log)[] MakeTable()
    {
        (double Inverse, double Log)[] table = new (double, double)[1 << TableBits];
        for (int i = 0; i < table.Length; i++)
        {
            double middle = 1 + ((i + 0.5) / table.Length);
            table[i] = (1 / middle, LogOf(middle));
        }

        return table;
    }

    /// <summary>The series of the area tangent, which no library has a hand in.</summary>
    private static double LogOf(double number)
    {
        double x = (number - 1) / (number + 1);
        double power = x;
        double sum = 0;
        for (int term = 1; term < 60; term += 2)
        {
            sum += power / term;
            power *= x * x;
        }

        return 2 * sum;
    }
}
