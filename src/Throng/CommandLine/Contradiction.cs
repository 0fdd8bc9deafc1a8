namespace Throng;

/// <summary>Errors in the combination of options, one line each, in the words the person used.</summary>
public sealed class Contradiction(Values values)
{
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    public void Add(string error) => _errors.Add(error);

    /// <summary>An error about what is missing; none where an option could not be read: that may be it.</summary>
    public void Missing(string error)
    {
        if (values.AreWhole)
        {
            _errors.Add(error);
        }
    }

    /// <summary>Two flags that exclude each other.</summary>
    public void Both(Option<bool> one, Option<bool> other)
    {
        if (values.Get(one) && values.Get(other))
        {
            _errors.Add($"{values.Origin(one)} contradicts {values.Origin(other)}");
        }
    }

    /// <summary>An option that may not be typed together with any of the others.</summary>
    public void AtMostOne(Option one, params IReadOnlyList<Option> others)
    {
        foreach (Option other in others.Where(other => values.IsTyped(one) && values.IsTyped(other)))
        {
            _errors.Add($"{values.Origin(one)} contradicts {values.Origin(other)}");
        }
    }

    /// <summary>
    /// An option that was typed and changes nothing here. The environment is for many commands: there it is no error.
    /// Nor is it one beside an option that could not be read, which may be the one that is missing.
    /// </summary>
    public void NoEffect(Option option, string why)
    {
        if (values.AreWhole && values.IsTyped(option))
        {
            _errors.Add($"{values.Origin(option)} {why}");
        }
    }

    /// <summary>The same for each of several.</summary>
    public void NoEffect(IEnumerable<Option> options, string why)
    {
        foreach (Option option in options)
        {
            NoEffect(option, why);
        }
    }
}
