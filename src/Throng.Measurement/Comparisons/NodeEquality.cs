namespace Throng.Measurement;

/// <summary>Whether two values of documents say the same. What is missing and what is null do.</summary>
public static class NodeEquality
{
    public static bool AreEqual(Node? one, Node? other)
    {
        NodeKind kind = one?.Kind ?? NodeKind.Null;
        NodeKind otherKind = other?.Kind ?? NodeKind.Null;
        if (IsNumber(kind) && IsNumber(otherKind))
        {
            // A document has 5 and 5.0 as the same digits.
            return one!.Real == other!.Real;
        }

        return kind == otherKind && kind switch
        {
            NodeKind.Null => true,
            NodeKind.Text => one!.Text == other!.Text,
            NodeKind.Flag => one!.Flag == other!.Flag,
            NodeKind.Latency => one!.Latency == other!.Latency,
            NodeKind.List => AreEqual(one!.Items, other!.Items),
            _ => AreEqual(one!.Section, other!.Section),
        };
    }

    private static bool IsNumber(NodeKind kind) => kind is NodeKind.Integer or NodeKind.Real;

    private static bool AreEqual(IReadOnlyList<Node> one, IReadOnlyList<Node> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => AreEqual(pair.First, pair.Second));

    private static bool AreEqual(Section one, Section other) =>
        one.Count == other.Count
        && one.All(entry => other.Find(entry.Key) is { } found && AreEqual(entry.Value, found));
}
