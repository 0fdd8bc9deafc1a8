using Throng.Measurement;

namespace Throng;

/// <summary>Text functions that several messages have in common.</summary>
public static class Text
{
    // Longer than any sensible name; a message stays one line of a terminal.
    private const int PlainMax = 60;

    /// <summary>Typed text as a message names it: every letter of it shows itself, and it is no screenful.</summary>
    public static string Plain(string typed) => Letters.Quoted(typed, PlainMax);

    /// <summary>Several words as a sentence names them: <c>a, b and c</c>.</summary>
    public static string Listed(IReadOnlyList<string> words, string last = "and") => words.Count < 2
        ? string.Concat(words)
        : $"{string.Join(", ", words.SkipLast(1))} {last} {words[^1]}";

    /// <summary>The end of a sentence about an unknown name: the nearest one there is, or what to look at
    /// instead.</summary>
    public static string DidYouMean(string name, IEnumerable<string> known, string otherwise)
    {
        // One letter is as near to any other as to the one that was meant.
        string[] names = name.TrimStart('-').Length < 2 ? [] : [.. known];
        string? nearest = Nearest.To(name, names) ?? names.Where(other => SharesItsBeginning(name, other))
            .MaxBy(other => CommonLength(name, other));
        return nearest is null ? $"; {otherwise}" : $"; did you mean {nearest}?";
    }

    // "settle" is too many letters from "set" for a slip of the finger, and is still most likely meant as it.
    private static bool SharesItsBeginning(string name, string other) =>
        other.TrimStart('-').Length >= 3 && (name.StartsWith(other, StringComparison.Ordinal)
            || (name.TrimStart('-').Length >= 2 && other.StartsWith(name, StringComparison.Ordinal)));

    private static int CommonLength(string name, string other) =>
        name.Zip(other).TakeWhile(p =>
        p.First == p.Second).Count();
}
