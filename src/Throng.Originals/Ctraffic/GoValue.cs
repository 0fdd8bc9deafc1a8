using System.Globalization;
using System.Numerics;

namespace Throng.Originals;

/// <summary>Values as Go's flag package reads them.</summary>
public static class GoValue
{
    private const string ParseError = "parse error";
    private const string RangeError = "value out of range";

    private static readonly (string Name, decimal Ns)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ];

    public static bool TryFlag(string text, out bool isOn)
    {
        isOn = text is "1" or "t" or "T" or "TRUE" or "true" or "True";
        return isOn || text is "0" or "f" or "F" or "FALSE" or "false" or "False";
    }

    /// <summary>Decimal, or hexadecimal, octal and binary by their prefix; the error, or the empty text.</summary>
    public static string Integer(string text, out long number)
    {
        number = 0;
        bool isNegative = text.StartsWith('-');
        string digits = isNegative || text.StartsWith('+') ? text[1..] : text;
        int radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            radix = char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'b' => 2, _ => 8 };
            digits = radix == 8 && char.ToLowerInvariant(digits[1]) != 'o' ? digits[1..] : digits[2..];
        }

        BigInteger value = 0;
        foreach (char letter in digits)
        {
            int digit = char.IsAsciiHexDigit(letter) ? Convert.ToInt32(letter.ToString(), 16) : radix;
            if (digit >= radix)
            {
                return ParseError;
            }

            value = (value * radix) + digit;
        }

        value = isNegative ? -value : value;
        if (digits.Length == 0 || value < long.MinValue || value > long.MaxValue)
        {
            return digits.Length == 0 ? ParseError : RangeError;
        }

        number = (long)value;
        return "";
    }

    /// <summary>The error, or the empty text.</summary>
    public static string Float(string text, out double number)
    {
        const NumberStyles Form =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return !double.TryParse(text, Form, CultureInfo.InvariantCulture, out number) ? ParseError
            : double.IsFinite(number) ? "" : RangeError;
    }

    /// <summary>Numbers with units, such as 1m30s; 0 may stand without one.</summary>
    public static bool TryDuration(string text, out long ns)
    {
        ns = 0;
        bool isNegative = text.StartsWith('-');
        string rest = isNegative || text.StartsWith('+') ? text[1..] : text;
        if (rest.Length == 0 || rest == "0")
        {
            return rest.Length > 0;
        }

        decimal sum = 0;
        while (rest.Length > 0)
        {
            int digits = rest.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.').Count();
            int letters = rest.Skip(digits).TakeWhile(letter => !char.IsAsciiDigit(letter) && letter != '.').Count();
            string unit = rest.Substring(digits, letters);
            decimal unitNs = Units.FirstOrDefault(one => one.Name == unit).Ns;
            if (unitNs == 0 || digits > 25 || !decimal.TryParse(
                rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal amount)
                || amount > long.MaxValue / unitNs)
            {
                return false;
            }

            sum += amount * unitNs;
            rest = rest[(digits + letters)..];
        }

        if (sum > long.MaxValue)
        {
            return false;
        }

        ns = (long)(isNegative ? -sum : sum);
        return true;
    }
}
