using System.Text.RegularExpressions;

namespace Throng.Tests;

/// <summary>One value of a document: its place, with [] for an element of a list, and what it is.</summary>
/// <param name="Kind">string, int, bool or null, as YAML's core schema reads it.</param>
internal sealed record YamlLeaf(string Path, string Kind, string Text, int Line);

/// <summary>
/// As much of YAML as the manifests use, and nothing else: block maps and lists of them, plain scalars and quoted ones,
/// comments on lines of their own. What it does not know is an error, never a guess.
/// </summary>
internal sealed partial class Yaml
{
    private readonly List<(int Indent, string Text, int Number)> _lines = [];
    private readonly List<YamlLeaf> _leaves = [];
    private int _at;

    private Yaml(string document, int firstLine)
    {
        string[] lines = document.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string text = lines[i].TrimStart(' ');
            if (text.Length > 0 && text[0] != '#')
            {
                _lines.Add((lines[i].Length - text.Length, text.TrimEnd(), firstLine + i));
            }
        }
    }

    /// <summary>The documents of a file, each as its leaves.</summary>
    public static IReadOnlyList<IReadOnlyList<YamlLeaf>> Read(string file)
    {
        List<IReadOnlyList<YamlLeaf>> documents = [];
        int firstLine = 1;
        foreach (string document in file.Split("---\n"))
        {
            Yaml yaml = new(document, firstLine);
            yaml.Block("", 0);
            if (yaml._at < yaml._lines.Count)
            {
                throw yaml.Wrong("its indentation fits nothing above it");
            }

            documents.Add(yaml._leaves);
            firstLine += document.Count(letter => letter == '\n') + 1;
        }

        return documents;
    }

    private void Block(string path, int indent)
    {
        if (_lines[_at].Text.StartsWith("- ", StringComparison.Ordinal))
        {
            Sequence(path, indent);
        }
        else
        {
            Mapping(path, indent);
        }
    }

    private void Sequence(string path, int indent)
    {
        while (_at < _lines.Count && _lines[_at].Indent == indent
            && _lines[_at].Text.StartsWith("- ", StringComparison.Ordinal))
        {
            (int _, string text, int number) = _lines[_at];
            string item = text[2..];
            if (Entry().IsMatch(item))
            {
                _lines[_at] = (indent + 2, item, number);
                Mapping(path + "[]", indent + 2);
            }
            else
            {
                Leaf(path + "[]", item);
                _at++;
            }
        }
    }

    private void Mapping(string path, int indent)
    {
        HashSet<string> keys = [];
        while (_at < _lines.Count && _lines[_at].Indent == indent)
        {
            Match entry = Entry().Match(_lines[_at].Text);
            string key = entry.Groups["key"].Value;
            if (!entry.Success || !keys.Add(key))
            {
                throw Wrong(entry.Success ? $"{key} is there already" : "neither a key nor an item");
            }

            string inner = path.Length == 0 ? key : $"{path}.{key}";
            if (entry.Groups["value"].Value is { Length: > 0 } value)
            {
                Leaf(inner, value);
                _at++;
            }
            else if (++_at < _lines.Count && _lines[_at].Indent > indent)
            {
                Block(inner, _lines[_at].Indent);
            }
            else
            {
                _leaves.Add(new YamlLeaf(inner, "null", "", _lines[_at - 1].Number));
            }
        }
    }

    private void Leaf(string path, string text)
    {
        if (text[0] is '"' && text.Length > 1 && text[^1] == '"' && !text[1..^1].AsSpan().ContainsAny("\"\\"))
        {
            _leaves.Add(new YamlLeaf(path, "string", text[1..^1], _lines[_at].Number));
            return;
        }

        if ("&*!|>'\"%@`{}[],?".Contains(text[0]) || text.Contains(" #", StringComparison.Ordinal)
            || text.Contains(": ", StringComparison.Ordinal))
        {
            throw Wrong($"not in the part of YAML that is used here: {text}");
        }

        string kind = text is "true" or "false" ? "bool"
            : text is "null" or "~" ? "null"
            : Whole().IsMatch(text) ? "int"
            : Real().IsMatch(text) ? "float"
            : "string";
        _leaves.Add(new YamlLeaf(path, kind, text, _lines[_at].Number));
    }

    private FormatException Wrong(string what) => new($"line {_lines[_at].Number}: {what}");

    [GeneratedRegex("^(?<key>[A-Za-z][A-Za-z0-9_./-]*):(?: (?<value>.+))?$")]
    private static partial Regex Entry();

    [GeneratedRegex("^[-+]?[0-9]+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+e[-+]?[0-9]+)$")]
    private static partial Regex Real();
}
