using System.Globalization;
using System.Net;
using System.Numerics;

namespace Throng.Originals;

/// <summary>
/// Words read as clap reads them: values attached, after a sign or behind; an unknown word ends it. Values are read by
/// their kind afterwards, with the errors of Rust's own parsers. The first error counts.
/// </summary>
/// <param name="usage">The usage line that an unknown word is answered with.</param>
public sealed class ClapWords(string usage, IReadOnlyList<ClapOption> options)
{
    private readonly Dictionary<string, List<string>> _given = [];

    /// <summary>Lines; the first is null while all is well.</summary>
    public string? Error { get; private set; }

    public bool WantsHelp { get; private set; }

    public bool WantsVersion { get; private set; }

    public void Read(IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count && Error is null && !WantsHelp && !WantsVersion; i++)
        {
            (ClapOption? option, string? value) = Match(words[i]);
            if (option is null)
            {
                NoteOther(words[i]);
                continue;
            }

            if (value is not null)
            {
                Add(option, value);
            }
            else if (i + 1 == words.Count || LooksLikeOption(words[i + 1]))
            {
                Error = $"error: The argument '{option.Spelling}' requires a value but none was supplied";
            }
            else
            {
                Add(option, words[++i]);
                while (option.IsMany && i + 1 < words.Count && !LooksLikeOption(words[i + 1]))
                {
                    Add(option, words[++i]);
                }
            }
        }
    }

    /// <summary>Another error than those of reading.</summary>
    public void Refuse(string name, string why) => Error ??= $"error: Invalid value for '{Find(name).Spelling}': {why}";

    public bool Has(string name) => _given.ContainsKey(name);

    public string Text(string name) => _given.TryGetValue(name, out List<string>? given) ? given[0] : "";

    /// <summary>An unsigned number.</summary>
    public long Number(string name, long fallback, ulong max) =>
        Has(name) ? Numbers(name, max)[0] : fallback;

    /// <summary>As many as were given.</summary>
    public IReadOnlyList<long> Numbers(string name, ulong max) => Each(name, text =>
    {
        string digits = text.StartsWith('+') ? text[1..] : text;
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            Refuse(name, text.Length == 0 ? "cannot parse integer from empty string"
                : "invalid digit found in string");
            return 0;
        }

        BigInteger number = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        if (number > max)
        {
            Refuse(name, "number too large to fit in target type");
            return 0;
        }

        return (long)number;
    });

    public double Real(string name, double fallback)
    {
        if (!Has(name))
        {
            return fallback;
        }

        bool isNumber = double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double real);
        if (!isNumber)
        {
            Refuse(name, "invalid float literal");
        }

        return real;
    }

    public IPAddress Address(string name, IPAddress fallback) => Has(name) ? Addresses(name)[0] : fallback;

    /// <summary>Literals only, as many as were given.</summary>
    public IReadOnlyList<IPAddress> Addresses(string name) => Each(name, text =>
    {
        bool isAddress = IPAddress.TryParse(text, out IPAddress? address)
            && (text.Contains(':') || address.ToString() == text);
        if (!isAddress)
        {
            Refuse(name, "invalid IP address syntax");
        }

        return isAddress ? address! : IPAddress.None;
    });

    private List<T> Each<T>(string name, Func<string, T> read) =>
        _given.TryGetValue(name, out List<string>? given) ? [.. given.Select(read)] : [];

    private ClapOption Find(string name) => options.First(option => option.Name == name);

    private void Add(ClapOption option, string value)
    {
        if (!_given.TryAdd(option.Name, [value]))
        {
            _given[option.Name].Add(value);
            Error ??= option.IsMany ? null
                : $"error: The argument '{option.Spelling}' was provided more than once, "
                    + "but cannot be used multiple times";
        }
    }

    private void NoteOther(string word)
    {
        WantsHelp = word == "--help" || (word == "-h" && options.All(option => option.Letter != 'h'));
        WantsVersion = word is "--version" or "-V";
        Error = WantsHelp || WantsVersion ? null
            : $"error: Found argument '{word}' which wasn't expected, or isn't valid in this context\n\n"
                + $"USAGE:\n    {usage}\n\nFor more information try --help";
    }

    private (ClapOption? Option, string? Value) Match(string word)
    {
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            int sign = word.IndexOf('=');
            string name = sign < 0 ? word[2..] : word[2..sign];
            return (options.FirstOrDefault(one => one.Name == name), sign < 0 ? null : word[(sign + 1)..]);
        }

        if (word.Length < 2 || word[0] != '-')
        {
            return (null, null);
        }

        string rest = word.Length > 2 && word[2] == '=' ? word[3..] : word[2..];
        return (options.FirstOrDefault(one => one.Letter == word[1]), word.Length == 2 ? null : rest);
    }

    private static bool LooksLikeOption(string word) => word.Length > 1 && word[0] == '-';
}
