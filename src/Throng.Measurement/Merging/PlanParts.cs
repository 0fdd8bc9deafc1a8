namespace Throng.Measurement;

/// <summary>
/// Runs that were started as parts of one plan (<c>--share</c>), and what stands against taking them for it. Their
/// merged document is that of the plan: what each step of it did adds up too.
/// </summary>
internal sealed class PlanParts
{
    private const string ShareKey = "share";
    private const string SeedKey = "seed";

    /// <summary>The options that say which part of which plan a run is.</summary>
    public static IReadOnlyList<string> Keys { get; } = [SeedKey, ShareKey];

    private readonly IReadOnlyList<(string Name, int Part, int Parts, Node Seed)> _known;

    /// <summary>The name of a run that is no part; null when all are.</summary>
    private readonly string? _other;

    private PlanParts(IReadOnlyList<(string Name, int Part, int Parts, Node Seed)> known, string? other)
    {
        _known = known;
        _other = other;
    }

    /// <summary>All of the runs are parts.</summary>
    public bool AreParts => _known.Count > 0 && _other is null;

    /// <summary>Parts that no run is of, from 1.</summary>
    private IReadOnlyList<int> Missing => !AreParts ? []
        : [.. Enumerable.Range(1, _known[0].Parts).Except(_known.Select(one => one.Part))];

    public static PlanParts Of(IReadOnlyList<NamedRun> runs)
    {
        List<(string, int, int, Node)> known = [];
        string? other = null;
        foreach (NamedRun one in runs)
        {
            if (one.Run.Options.Find(ShareKey) is { Kind: NodeKind.Text } share
                && share.Text.Split('/') is [var part, var parts]
                && int.TryParse(part, out int index) && int.TryParse(parts, out int count))
            {
                known.Add((one.Name, index, count, one.Run.Options.Find(SeedKey) ?? Node.Null));
            }
            else
            {
                other ??= one.Name;
            }
        }

        return new PlanParts(known, other);
    }

    /// <summary>Why the runs are not one; a line each.</summary>
    public IEnumerable<string> Refusals()
    {
        if (_known.Count > 0 && _other is not null)
        {
            yield return $"{_known[0].Name} is part {_known[0].Part} of {_known[0].Parts} of a plan and {_other} is "
                + "none: parts are merged with parts";
            yield break;
        }

        for (int at = 1; at < _known.Count; at++)
        {
            (string name, int part, int parts, Node seed) = _known[at];
            if (parts != _known[0].Parts || !NodeEquality.AreEqual(seed, _known[0].Seed))
            {
                yield return $"{name} is a part of another plan than {_known[0].Name}: the number of parts and the "
                    + "seed are the same in all of one";
            }

            if (_known.Take(at).FirstOrDefault(other => other.Part == part) is { Name: { } same })
            {
                yield return $"{name} and {same} are both part {part} of {parts}: it would count twice";
            }
        }
    }

    /// <summary>The options of the whole plan: no part is one.</summary>
    public Section OptionsOf(Section first)
    {
        if (!AreParts)
        {
            return first;
        }

        Section options = [];
        foreach (KeyValuePair<string, Node> option in first)
        {
            options[option.Key] = option.Key == ShareKey ? Node.Null : option.Value;
        }

        return options;
    }

    /// <summary>Warns of parts that are missing.</summary>
    public IEnumerable<Finding> Findings()
    {
        if (Missing.Count > 0)
        {
            string missing = string.Join(", ", Missing);
            yield return new Finding(
                Severity.Warning,
                RuleNote.PartsMissing.Name,
                $"the merged runs are not the whole plan: of its {_known[0].Parts} parts "
                    + (Missing.Count == 1 ? $"part {missing} is missing" : $"parts {missing} are missing"),
                $"{_known.Count} of {_known[0].Parts} parts",
                "merge the results of all parts; what a part did not do is in no count");
        }
    }
}
