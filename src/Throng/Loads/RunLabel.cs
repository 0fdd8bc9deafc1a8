using Throng.Measurement;

namespace Throng;

/// <summary>A word that a person gives a run, by a name: <c>build=1234</c>.</summary>
public sealed record RunLabel(string Name, string Value)
{
    private const int NameMax = 64;
    private const int ValueMax = 256;

    public static bool TryRead(string text, out RunLabel label, out string error)
    {
        int equals = text.IndexOf('=');
        string name = equals < 0 ? "" : text[..equals];
        string value = equals < 0 ? "" : text[(equals + 1)..];
        bool isName = name.Length is > 0 and <= NameMax && name != RunIdentity.IdKey
            && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/');
        error = !isName
            ? $"'{Text.Plain(text)}' is no NAME=VALUE, such as build=1234; a name has letters, digits, _ - . /"
            : value.Length > ValueMax || !Letters.Shows(value)
            ? $"'{Text.Plain(text)}': the value is longer than {ValueMax} letters, or not plain text"
            : "";
        label = new RunLabel(name, value);
        return error.Length == 0;
    }

    /// <summary>As the document has them; of two values of one name the last.</summary>
    public static Section SectionOf(IEnumerable<RunLabel> labels)
    {
        Section section = [];
        foreach (RunLabel label in labels)
        {
            section[label.Name] = label.Value;
        }

        return section;
    }
}
