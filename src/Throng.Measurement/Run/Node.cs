namespace Throng.Measurement;

/// <summary>Kind of value that a <see cref="Node"/> holds.</summary>
public enum NodeKind
{
    Null,
    Text,
    Integer,
    Real,
    Flag,
    List,
    Section,
    Latency,
}

/// <summary>One value in a <see cref="Section"/>; converts from what it holds, so sections read well.</summary>
public sealed class Node
{
    private readonly object? _held;
    private readonly long _integer;
    private readonly double _real;

    private Node(NodeKind kind, object? held = null, long integer = 0, double real = 0)
    {
        Kind = kind;
        _held = held;
        _integer = integer;
        _real = real;
    }

    /// <summary>The value that is known to be missing.</summary>
    public static Node Null { get; } = new(NodeKind.Null);

    public NodeKind Kind { get; }

    public string Text => Held<string>(NodeKind.Text);

    public long Integer => Kind == NodeKind.Integer ? _integer : throw Mismatch(NodeKind.Integer);

    /// <summary>A number of either kind.</summary>
    public double Real => Kind switch
    {
        NodeKind.Real => _real,
        NodeKind.Integer => _integer,
        _ => throw Mismatch(NodeKind.Real),
    };

    public bool Flag => Kind == NodeKind.Flag ? _integer != 0 : throw Mismatch(NodeKind.Flag);

    public IReadOnlyList<Node> Items => Held<IReadOnlyList<Node>>(NodeKind.List);

    public Section Section => Held<Section>(NodeKind.Section);

    public LatencySummary Latency => Held<LatencySummary>(NodeKind.Latency);

    public static implicit operator Node(string? text) => text is null ? Null : new Node(NodeKind.Text, text);

    public static implicit operator Node(long number) => new(NodeKind.Integer, integer: number);

    public static implicit operator Node(bool flag) => new(NodeKind.Flag, integer: flag ? 1 : 0);

    public static implicit operator Node(Section section) => new(NodeKind.Section, section);

    public static implicit operator Node(LatencySummary latency) => new(NodeKind.Latency, latency);

    /// <summary>A number that is not finite is not a number in JSON: it becomes <see cref="Null"/>.</summary>
    public static implicit operator Node(double number) =>
        double.IsFinite(number) ? new Node(NodeKind.Real, real: number) : Null;

    /// <summary>A list of values.</summary>
    public static Node ListOf(params IReadOnlyList<Node> items) => new(NodeKind.List, items);

    /// <summary>A list of what is made of each item.</summary>
    public static Node ListOf<T>(IEnumerable<T> items, Func<T, Node> of) => ListOf([.. items.Select(of)]);

    /// <summary>A list of texts.</summary>
    public static Node ListOf(IEnumerable<string> texts) =>
        new(NodeKind.List, texts.Select(text => (Node)text).ToArray());

    private T Held<T>(NodeKind kind)
        where T : class => Kind == kind ? (T)_held! : throw Mismatch(kind);

    private InvalidOperationException Mismatch(NodeKind kind) => new($"This value is a {Kind}, not a {kind}.");
}
