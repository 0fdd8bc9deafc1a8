using System.Globalization;

namespace Throng.Bench;

/// <summary>A command and its `--name value` pairs; what is not given has the default its reader names.</summary>
internal sealed class Settings
{
    private readonly Dictionary<string, string> _values = [];

    public Settings(string[] arguments)
    {
        Command = arguments.Length > 0 ? arguments[0] : "";
        for (int i = 1; i + 1 < arguments.Length; i += 2)
        {
            _values[arguments[i].TrimStart('-')] = arguments[i + 1];
        }

        Line = string.Join(' ', arguments);
    }

    public string Command { get; }

    /// <summary>As it was typed, for the result.</summary>
    public string Line { get; }

    public string Text(string name, string byDefault) => _values.GetValueOrDefault(name, byDefault);

    /// <summary>More words for a command line, with a blank before them; nothing when not given.</summary>
    public string Extra(string name) => _values.TryGetValue(name, out string? text) ? " " + text : "";

    public int Number(string name, int byDefault) =>
        _values.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : byDefault;

    public TimeSpan Seconds(string name, double byDefault) => TimeSpan.FromSeconds(
        _values.TryGetValue(name, out string? text) ? double.Parse(text, CultureInfo.InvariantCulture) : byDefault);

    public string[] List(string name, string byDefault) => Text(name, byDefault).Split(',');
}
