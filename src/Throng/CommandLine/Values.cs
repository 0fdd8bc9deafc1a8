using Throng.Measurement;

namespace Throng;

/// <summary>Values that the command line and the environment gave, by option.</summary>
public sealed class Values
{
    private readonly Dictionary<Option, List<Given>> _given = [];

    /// <summary>Words that are no option's, for a command that takes any (<c>ctl</c>, <c>report</c>).</summary>
    public List<string> Words { get; } = [];

    /// <summary>Options that keep their defaults, whatever the environment says.</summary>
    public HashSet<Option> Settled { get; } = [];

    /// <summary>False when an option could not be read: then what another lacks may be just that one.</summary>
    public bool AreWhole { get; set; } = true;

    public bool Has(Option option) => _given.ContainsKey(option);

    /// <summary>The effective value.</summary>
    public T Get<T>(Option<T> option)
        where T : notnull => _given.TryGetValue(option, out List<Given>? given) ? (T)given[0].Value : option.Fallback;

    /// <summary>All values in the order given; none when the option is absent.</summary>
    public IReadOnlyList<T> Get<T>(RepeatableOption<T> option)
        where T : notnull => _given.TryGetValue(option, out List<Given>? given)
            ? [.. given.Select(one => (T)one.Value)]
            : [];

    /// <summary>Whether it is on the command line itself.</summary>
    public bool IsTyped(Option option) => Has(option) && Origin(option) != option.Variable;

    /// <summary>How the person wrote it, so that an error names what can be found again: <c>-q</c>,
    /// THRONG_QUIET.</summary>
    public string Origin(Option option) =>
        _given.TryGetValue(option, out List<Given>? given) ? given[0].Origin : option.Spelling;

    /// <summary>Takes one value; false with an error when an option that means one value is given two.</summary>
    public bool TryAdd(Option option, object value, string text, string origin, out string error)
    {
        error = "";
        if (!_given.TryGetValue(option, out List<Given>? given))
        {
            _given[option] = [new Given(value, text, origin)];
        }
        else if (option.IsRepeatable)
        {
            given.Add(new Given(value, text, origin));
        }
        else if (!Equals(given[0].Value, value))
        {
            error = $"{given[0].Origin} {given[0].Text}".TrimEnd() + $" contradicts {origin} {text}".TrimEnd();
        }

        return error.Length == 0;
    }

    /// <summary>The effective options of a command, in the order of its help.</summary>
    public Section Effective(CommandSyntax syntax)
    {
        Section options = [];
        foreach (Option option in syntax.Options)
        {
            option.Show(this, options);
        }

        return options;
    }

    /// <summary>Words that give the same values of these options, whatever they were given by.</summary>
    public IEnumerable<string> ToWords(IEnumerable<Option> options) =>
        from option in options
        where Has(option)
        from given in _given[option]
        select option.IsFlag ? option.Spelling : $"{option.Spelling}={given.Text}";

    private sealed record Given(object Value, string Text, string Origin);
}
