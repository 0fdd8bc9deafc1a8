namespace Throng.Measurement;

/// <summary>
/// Sections under a command's own name as one. A value that is a metric is joined as the table of metrics says; of the
/// others counts and rates add up, of times the longest counts, and texts stand side by side. Lists of sections are one
/// after the other, each with its <c>source</c>.
/// </summary>
/// <param name="names">Of the runs.</param>
/// <param name="offsetsNs">From the first start to theirs.</param>
/// <param name="areParts">They are parts of one plan: its steps are the same in all, and are joined one by one.</param>
internal sealed class SectionMerge(
    IReadOnlyList<string> names, long[] offsetsNs, LatencyMerge latencies, bool areParts = false)
{
    /// <summary>The list of what a plan did at one rate after another.</summary>
    private const string Steps = "steps";

    // What every run has of its own and yet is the same thing: adding it up would make another of it.
    private static readonly string[] Described = ["targets", "message_bytes", "reply_bytes", "max", "rate_per_s"];

    // Times in a list that count from the start of the run.
    private static readonly string[] SinceStart =
        ["start_ns", "from_ns", "begin_ns", "end_ns", "last_good_ns", "first_bad_ns", "good_again_ns"];

    /// <param name="path">Names from the root of the document, with dots between.</param>
    /// <param name="sections">One for each run; null where a run has none.</param>
    public Section Merge(string path, IReadOnlyList<Section?> sections)
    {
        Section merged = [];
        foreach (string name in sections.OfType<Section>().SelectMany(section => section).Select(one => one.Key)
            .Distinct())
        {
            Node?[] nodes = [.. sections.Select(section => section?.Find(name))];
            merged[name] = ValueOf($"{path}.{name}", name, nodes);
        }

        // A share is computed anew.
        if (merged.Find("success") is not null && merged.Find("attempted") is { Kind: NodeKind.Integer } attempted
            && merged.Find("ok") is { Kind: NodeKind.Integer } ok)
        {
            merged["success"] = attempted.Integer > 0 ? (double)ok.Integer / attempted.Integer : Node.Null;
        }

        return merged;
    }

    private Node ValueOf(string path, string name, Node?[] nodes)
    {
        Node[] given = [.. nodes.OfType<Node>().Where(node => node.Kind != NodeKind.Null)];
        if (given.Length == 0)
        {
            return Node.Null;
        }

        if (given.All(node => node.Kind is NodeKind.Integer or NodeKind.Real))
        {
            return NumberOf(path, name, given);
        }

        if (given.Any(node => node.Kind != given[0].Kind))
        {
            return Node.Null;
        }

        switch (given[0].Kind)
        {
            case NodeKind.Latency:
                return latencies.Merge(
                    path, [.. nodes.Select(node => node is { Kind: NodeKind.Latency } ? node.Latency : null)])!;
            case NodeKind.Section:
                return Merge(path, [.. nodes.Select(node => node is { Kind: NodeKind.Section } ? node.Section : null)]);
            case NodeKind.List:
                return areParts && name == Steps ? StepsOf(path, nodes) : ListOf(nodes);
            case NodeKind.Text:
                return string.Join(", ", given.Select(node => node.Text).Distinct());
            default:
                return given.All(node => node.Flag == given[0].Flag) ? given[0] : Node.Null;
        }
    }

    private static Node NumberOf(string path, string name, Node[] given)
    {
        Joined joined = Metrics.All.FirstOrDefault(metric => metric.Key == path)?.OverWorkers ?? JoinedBy(name);
        bool isWhole = given.All(node => node.Kind == NodeKind.Integer);
        return joined switch
        {
            Joined.Sum when isWhole => given.Sum(node => node.Integer),
            Joined.Sum => given.Sum(node => node.Real),
            Joined.Max when isWhole => given.Max(node => node.Integer),
            Joined.Max => given.Max(node => node.Real),
            _ => given.All(node => node.Real == given[0].Real) ? given[0] : Node.Null,
        };
    }

    private static Joined JoinedBy(string name) =>
        name is "min" or "mean" || name.EndsWith("_min_ns", StringComparison.Ordinal) ? Joined.Anew
        : name.EndsWith("_ns", StringComparison.Ordinal) || Described.Contains(name) ? Joined.Max
        : Joined.Sum;

    private Node StepsOf(string path, Node?[] nodes)
    {
        IReadOnlyList<Node>[] lists = [.. nodes.Select(node => node is { Kind: NodeKind.List } ? node.Items : [])];
        int most = lists.Max(list => list.Count);
        return Node.ListOf(
            Enumerable.Range(0, most),
            step => Merge(path, [.. lists.Select(list => step < list.Count ? list[step].Section : null)]));
    }

    private Node ListOf(Node?[] nodes)
    {
        List<Node> items = [];
        for (int at = 0; at < nodes.Length; at++)
        {
            foreach (Node item in nodes[at] is { Kind: NodeKind.List } list ? list.Items : [])
            {
                Node mine = item.Kind == NodeKind.Section ? WithSource(item.Section, at) : item;
                if (item.Kind == NodeKind.Section || !items.Any(other => NodeEquality.AreEqual(other, mine)))
                {
                    items.Add(mine);
                }
            }
        }

        return Node.ListOf(items);
    }

    private Section WithSource(Section item, int at)
    {
        Section mine = [];
        foreach (KeyValuePair<string, Node> entry in item)
        {
            mine[entry.Key] = entry.Value.Kind == NodeKind.Integer && SinceStart.Contains(entry.Key)
                ? entry.Value.Integer + offsetsNs[at]
                : entry.Value;
        }

        if (mine.Find("source") is null)
        {
            mine["source"] = names[at];
        }

        return mine;
    }
}
