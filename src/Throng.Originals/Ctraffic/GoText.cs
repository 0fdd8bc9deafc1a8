using System.Globalization;
using System.Text;
using Throng.Measurement;

namespace Throng.Originals;

/// <summary>Values as Go prints them, alone or in JSON.</summary>
public static class GoText
{
    /// <summary>As fmt prints it: the shortest that reads back the same.</summary>
    public static string Number(double number) => Number(number, -4, 6, "00");

    /// <summary>The same as encoding/json writes it.</summary>
    public static string JsonNumber(double number) => Number(number, -6, 21, "0");

    /// <summary>
    /// A duration as its method Seconds has it: whole seconds and a fraction, added up, which may differ from the
    /// quotient in the last digit.
    /// </summary>
    public static double Seconds(long ns) => (ns / Ns.Second) + (ns % Ns.Second / 1e9);

    /// <summary>In quotes, with what HTML might take for its own as escapes.</summary>
    public static string JsonText(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char letter in text)
        {
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => $"\\u{(int)letter:x4}",
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>RFC3339Nano: as many decimals as there are, Z for UTC.</summary>
    public static string Time(DateTimeOffset at)
    {
        string decimals = at.ToString("fffffff", CultureInfo.InvariantCulture).TrimEnd('0');
        string zone = at.Offset == TimeSpan.Zero ? "Z" : at.ToString("zzz", CultureInfo.InvariantCulture);
        return at.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)
            + (decimals.Length == 0 ? "" : "." + decimals) + zone;
    }

    /// <param name="smallestPlain">With a smaller exponent than this, or one of <paramref name="tooLarge"/>, it is
    /// written.</param>
    private static string Number(double number, int smallestPlain, int tooLarge, string exponentForm)
    {
        string shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        int e = shortest.IndexOf('E');
        string mantissa = e < 0 ? shortest : shortest[..e];
        int point = mantissa.IndexOf('.');
        int whole = point < 0 ? mantissa.Length : point;
        string all = mantissa.Replace(".", "", StringComparison.Ordinal);
        string digits = all.TrimStart('0').TrimEnd('0');
        if (digits.Length == 0)
        {
            return "0";
        }

        int exponent = whole - (all.Length - all.TrimStart('0').Length) - 1
            + (e < 0 ? 0 : int.Parse(shortest[(e + 1)..], CultureInfo.InvariantCulture));
        string sign = number < 0 ? "-" : "";
        if (exponent < smallestPlain || exponent >= tooLarge)
        {
            string rest = digits.Length > 1 ? "." + digits[1..] : "";
            string power = Math.Abs(exponent).ToString(exponentForm, CultureInfo.InvariantCulture);
            return $"{sign}{digits[0]}{rest}e{(exponent < 0 ? '-' : '+')}{power}";
        }

        return sign + (exponent < 0
            ? "0." + new string('0', -exponent - 1) + digits
            : exponent >= digits.Length - 1 ? digits.PadRight(exponent + 1, '0')
            : digits[..(exponent + 1)] + "." + digits[(exponent + 1)..]);
    }
}
