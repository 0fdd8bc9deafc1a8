using Throng.Measurement;

namespace Throng;

/// <summary>Reads one of a few words; whoever has the reading knows the words too.</summary>
internal sealed class WordReading(string[] words)
{
    public IReadOnlyList<string> Words => words;

    public bool TryRead(string text, out string value, out string error)
    {
        value = text;
        error = words.Contains(text) ? ""
            : $"'{Text.Plain(text)}' is none of {string.Join(", ", words)}"
                + (Nearest.To(text, words) is { } nearest ? $"; did you mean {nearest}?" : "");
        return error.Length == 0;
    }
}
