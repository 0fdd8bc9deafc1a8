namespace Throng.Originals;

/// <summary>
/// Words read as Go's flag package reads them: one dash or two, a value after a sign or behind, a flag without one;
/// the first other word ends it. The first error counts.
/// </summary>
/// <param name="program">As it was called, for the usage text.</param>
public sealed class GoFlags(string program, IReadOnlyList<GoFlag> flags)
{
    /// <summary>How Go's flag package ends a program that was called wrongly.</summary>
    public const int UsageExitCode = 2;

    private readonly Dictionary<string, string> _given = [];

    /// <summary>Why it must end here: what to say, and the exit code; null: all is well.</summary>
    public Reading? Refusal { get; private set; }

    /// <summary>Words after the flags.</summary>
    public IReadOnlyList<string> Rest { get; private set; } = [];

    public string Usage =>
        $"Usage of {program}:\n" + string.Join('\n', flags.OrderBy(flag => flag.Name, StringComparer.Ordinal)
            .Select(flag => flag.Help));

    public void Read(IReadOnlyList<string> words)
    {
        int at = 0;
        while (at < words.Count && Refusal is null && words[at].Length > 1 && words[at][0] == '-')
        {
            if (words[at] == "--")
            {
                at++;
                break;
            }

            at += ReadOne(words[at], at + 1 < words.Count ? words[at + 1] : null);
        }

        Rest = [.. words.Skip(at)];
    }

    public string Text(string name) => _given.TryGetValue(name, out string? given) ? given : Find(name).Default;

    public bool IsOn(string name) => GoValue.TryFlag(Text(name), out bool isOn) && isOn;

    public long Integer(string name)
    {
        _ = GoValue.Integer(Text(name), out long number);
        return number;
    }

    public double Float(string name)
    {
        _ = GoValue.Float(Text(name), out double number);
        return number;
    }

    public long DurationNs(string name)
    {
        _ = GoValue.TryDuration(Text(name), out long ns);
        return ns;
    }

    /// <summary>A value that is of its kind and cannot be meant.</summary>
    public void Refuse(string name, string why) =>
        Fail($"invalid value \"{Text(name)}\" for flag -{name}: {why}");

    private GoFlag Find(string name) => flags.First(flag => flag.Name == name);

    /// <summary>How many words it took.</summary>
    private int ReadOne(string word, string? next)
    {
        string bare = word[(word.StartsWith("--", StringComparison.Ordinal) ? 2 : 1)..];
        int sign = bare.IndexOf('=');
        string name = sign < 0 ? bare : bare[..sign];
        string? value = sign < 0 ? null : bare[(sign + 1)..];
        if (name.Length == 0 || name[0] == '-')
        {
            Fail($"bad flag syntax: {word}");
            return 1;
        }

        GoFlag? flag = flags.FirstOrDefault(one => one.Name == name);
        if (flag is null)
        {
            Refusal = name is "h" or "help" ? Reading.Refuse(0, Usage) : null;
            Fail($"flag provided but not defined: -{name}");
            return 1;
        }

        bool takesNext = value is null && flag.Kind != GoKind.Flag;
        value ??= takesNext ? next : "true";
        if (value is null)
        {
            Fail($"flag needs an argument: -{name}");
            return 1;
        }

        if (flag.Refuse(value) is { Length: > 0 } error)
        {
            string kind = flag.Kind == GoKind.Flag ? "boolean value" : "value";
            string whose = flag.Kind == GoKind.Flag ? $"-{name}" : $"flag -{name}";
            Fail($"invalid {kind} \"{value}\" for {whose}: {error}");
        }

        _given[name] = value;
        return takesNext ? 2 : 1;
    }

    private void Fail(string error) => Refusal ??= Reading.Refuse(UsageExitCode, error, Usage);
}
