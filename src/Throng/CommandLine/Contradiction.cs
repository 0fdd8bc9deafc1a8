namespace Throng;

/// <summary>Errors in the combination of options, one line each, in the words the person used.</summary>
public sealed class Contradiction(Values values)
{
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    public void Add(string error) => _errors.Add(error);

    /// <summary>Two flags that exclude each other.</summary>
    public void Both(Option<bool> one, Option<bool> other)
    {
        if (values.Get(one) && values.Get(other))
        {
            _errors.Add($"{values.Origin(one)} contradicts {values.Origin(other)}");
        }
    }

    /// <summary>Two options of which only one may be typed.</summary>
    public void AtMostOne(Option one, Option other)
    {
        if (values.IsTyped(one) && values.IsTyped(other))
        {
            _errors.Add($"{values.Origin(one)} contradicts {values.Origin(other)}");
        }
    }

    /// <summary>
    /// An option that was typed and changes nothing here. The environment is for many commands: there it is no error.
    /// </summary>
    public void NoEffect(Option option, string why)
    {
        if (values.IsTyped(option))
        {
            _errors.Add($"{values.Origin(option)} {why}");
        }
    }
}
