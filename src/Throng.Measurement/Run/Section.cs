using System.Collections;

namespace Throng.Measurement;

/// <summary>
/// Named values in order: the part of a document whose shape belongs to a command, not to the model. Written as
/// <c>new Section { ["gaps"] = 3, ["longest_ns"] = 12_000 }</c>; a name set twice keeps its first place.
/// </summary>
public sealed class Section : IEnumerable<KeyValuePair<string, Node>>
{
    private readonly List<KeyValuePair<string, Node>> _entries = [];

    public int Count => _entries.Count;

    public Node this[string name]
    {
        get => Find(name) ?? throw new KeyNotFoundException($"There is no '{name}' in this section.");
        set
        {
            int at = _entries.FindIndex(entry => entry.Key == name);
            if (at < 0)
            {
                _entries.Add(new(name, value));
            }
            else
            {
                _entries[at] = new(name, value);
            }
        }
    }

    /// <summary>Counts by reason, the most frequent first; those that occurred.</summary>
    public static Section Of(ReasonCounts counts)
    {
        Section section = [];
        foreach (KeyValuePair<string, long> one in counts.ByCount())
        {
            section[one.Key] = one.Value;
        }

        return section;
    }

    /// <summary>The value of a name, or null.</summary>
    public Node? Find(string name)
    {
        int at = _entries.FindIndex(entry => entry.Key == name);
        return at < 0 ? null : _entries[at].Value;
    }

    /// <summary>The whole number of a name; 0 when there is none.</summary>
    public long Integer(string name) => Find(name) is { Kind: NodeKind.Integer } node ? node.Integer : 0;

    /// <summary>The number of a name, of either kind; 0 when there is none.</summary>
    public double Number(string name) =>
        Find(name) is { Kind: NodeKind.Integer or NodeKind.Real } node ? node.Real : 0;

    /// <summary>The text of a name; empty when there is none.</summary>
    public string Text(string name) => Find(name) is { Kind: NodeKind.Text } node ? node.Text : "";

    /// <summary>Appends; for collection initialisers.</summary>
    public void Add(string name, Node value) => this[name] = value;

    public IEnumerator<KeyValuePair<string, Node>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
