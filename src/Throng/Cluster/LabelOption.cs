namespace Throng;

/// <summary>A label of an agent, or one that it must have: <c>zone=inside</c>.</summary>
internal static class LabelOption
{
    public static RepeatableOption<RunLabel> Of(string name, string help) => new(
        RunLabel.TryRead, label => $"{label.Name}={label.Value}")
    {
        Name = name, Argument = "NAME=VALUE", Default = "none", Help = help,
    };

    /// <summary>Labels by name; of a name given twice, the last.</summary>
    public static IReadOnlyDictionary<string, string> ByName(IReadOnlyList<RunLabel> labels)
    {
        Dictionary<string, string> named = new(StringComparer.Ordinal);
        foreach (RunLabel label in labels)
        {
            named[label.Name] = label.Value;
        }

        return named;
    }
}
