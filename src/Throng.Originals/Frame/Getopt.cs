namespace Throng.Originals;

/// <summary>An option as getopt_long(3) is told of it.</summary>
/// <param name="Letter">The short form; for one that has a long form only, a control character of its own, such as
/// <see cref="NoLetter"/>.</param>
/// <param name="Name">The long form without dashes; empty: none.</param>
public sealed record GetoptOption(char Letter, string Name, bool TakesValue)
{
    /// <summary>For one that has a long form only; nobody can type it.</summary>
    public const char NoLetter = '\0';
}

/// <summary>
/// Words read as getopt_long(3) reads them: clustered letters, values attached or behind, long names cut short as far
/// as they stay clear, options anywhere among other words. What is wrong is said and left out.
/// </summary>
/// <param name="program">As it was called, for what it says.</param>
public sealed class Getopt(string program, IReadOnlyList<GetoptOption> options)
{
    /// <summary>Each option given, by its letter, with its value, in order.</summary>
    public List<(char Letter, string Value)> Given { get; } = [];

    /// <summary>The other words, in order.</summary>
    public List<string> Words { get; } = [];

    /// <summary>Errors in the words given, worded as the C library words them.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>With dashes, both forms.</summary>
    public static IReadOnlyList<string> Spellings(IEnumerable<GetoptOption> options) =>
        [.. options.SelectMany(option => (string[])[
            .. char.IsControl(option.Letter) ? (string[])[] : [$"-{option.Letter}"],
            .. option.Name.Length == 0 ? (string[])[] : [$"--{option.Name}"]])];

    public void Read(IReadOnlyList<string> words)
    {
        bool takesOptions = true;
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            string? next = i + 1 < words.Count ? words[i + 1] : null;
            if (!takesOptions || word.Length < 2 || word[0] != '-')
            {
                Words.Add(word);
            }
            else if (word == "--")
            {
                takesOptions = false;
            }
            else
            {
                i += word[1] == '-' ? ReadLong(word[2..], next) : ReadShort(word[1..], next);
            }
        }
    }

    /// <summary>1 when the next word was its value.</summary>
    private int ReadLong(string word, string? next)
    {
        int sign = word.IndexOf('=');
        string name = sign < 0 ? word : word[..sign];
        GetoptOption[] meant = [.. options.Where(one => one.Name == name && name.Length > 0)];
        meant = meant.Length == 1 ? meant
            : [.. options.Where(one => one.Name.StartsWith(name, StringComparison.Ordinal))];
        if (meant.Length != 1)
        {
            string ambiguous = string.Concat(meant.Select(one => $" '--{one.Name}'"));
            Errors.Add(meant.Length == 0 ? $"{program}: unrecognized option '--{name}'"
                : $"{program}: option '--{name}' is ambiguous; possibilities:{ambiguous}");
            return 0;
        }

        GetoptOption option = meant[0];
        if (!option.TakesValue && sign >= 0)
        {
            Errors.Add($"{program}: option '--{option.Name}' doesn't allow an argument");
            return 0;
        }

        if (option.TakesValue && sign < 0 && next is null)
        {
            Errors.Add($"{program}: option '--{option.Name}' requires an argument");
            return 0;
        }

        bool takesNext = option.TakesValue && sign < 0;
        Given.Add((option.Letter, takesNext ? next! : sign < 0 ? "" : word[(sign + 1)..]));
        return takesNext ? 1 : 0;
    }

    private int ReadShort(string letters, string? next)
    {
        for (int i = 0; i < letters.Length; i++)
        {
            GetoptOption? option = options.FirstOrDefault(one => one.Letter == letters[i]);
            if (option is null)
            {
                Errors.Add($"{program}: invalid option -- '{letters[i]}'");
            }
            else if (!option.TakesValue)
            {
                Given.Add((option.Letter, ""));
            }
            else if (i + 1 < letters.Length)
            {
                Given.Add((option.Letter, letters[(i + 1)..]));
                return 0;
            }
            else if (next is null)
            {
                Errors.Add($"{program}: option requires an argument -- '{option.Letter}'");
            }
            else
            {
                Given.Add((option.Letter, next));
                return 1;
            }
        }

        return 0;
    }
}
