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

    private readonly IReadOnlyList<Known> _known;

    /// <summary>The name of a run that is no part; null when all are.</summary>
    private readonly string? _other;

    private PlanParts(IReadOnlyList<Known> known, string? other)
    {
        _known = known;
        _other = other;
    }

    /// <summary>All of the runs are parts.</summary>
    public bool AreParts => _known.Count > 0 && _other is null;

    /// <summary>How many parts there were at first, before any was cut into pieces that others took over.</summary>
    private int Parts => _known.Min(static one => one.Parts);

    /// <summary>Parts that no run is of, from 1, in whole or in pieces.</summary>
    private IReadOnlyList<int> Missing => !AreParts ? []
        : [.. Enumerable.Range(1, Parts).Where(part => !_known.Any(one => one.Overlaps(part, Parts)))];

    public static PlanParts Of(IReadOnlyList<NamedRun> runs)
    {
        List<Known> known = [];
        string? other = null;
        foreach (NamedRun one in runs)
        {
            if (one.Run.Options.Find(ShareKey) is { Kind: NodeKind.Text } share
                && share.Text.Split('/') is [var part, var parts]
                && int.TryParse(part, out int index) && int.TryParse(parts, out int count))
            {
                Node seed = one.Run.Options.Find(SeedKey) ?? Node.Null;
                known.Add(new Known(one.Name, index, count, seed, one.Run.TakenOver is not null));
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
            Known one = _known[at];
            bool isPiece = one.IsTakenOver || _known[0].IsTakenOver;
            if ((one.Parts != _known[0].Parts && !isPiece) || !NodeEquality.AreEqual(one.Seed, _known[0].Seed))
            {
                yield return $"{one.Name} is a part of another plan than {_known[0].Name}: the number of parts and the "
                    + "seed are the same in all of one";
            }

            if (_known.Take(at).FirstOrDefault(other => CountTwice(one, other)) is { } same)
            {
                yield return one.Parts == same.Parts
                    ? $"{one.Name} and {same.Name} are both part {one.Part} of {one.Parts}: it would count twice"
                    : $"{one.Name} and {same.Name} have parts {one.Part} of {one.Parts} and {same.Part} of "
                        + $"{same.Parts}, which overlap: they would count twice";
            }
        }
    }

    /// <summary>A piece has what its part had only from the moment on at which it was taken over.</summary>
    private static bool CountTwice(Known one, Known other)
    {
        Known finer = one.Parts > other.Parts ? one : other;
        return one.Overlaps(other.Part, other.Parts) && (one.Parts == other.Parts || !finer.IsTakenOver);
    }

    /// <summary>The options that say which part of which plan a run is, and no others.</summary>
    public static Section NamesOf(Section options)
    {
        Section names = [];
        foreach (string name in (string[])[ShareKey, SeedKey])
        {
            if (options.Find(name) is { } value)
            {
                names[name] = value;
            }
        }

        return names;
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
                $"the merged runs are not the whole plan: of its {Parts} parts "
                    + (Missing.Count == 1 ? $"part {missing} is missing" : $"parts {missing} are missing"),
                $"{Parts - Missing.Count} of {Parts} parts",
                "merge the results of all parts; what a part did not do is in no count");
        }
    }

    /// <summary>A run that is a part, from 1, of so many.</summary>
    private sealed record Known(string Name, int Part, int Parts, Node Seed, bool IsTakenOver)
    {
        public bool Overlaps(int part, int parts) =>
            (long)(Part - 1) * parts < (long)part * Parts && (long)(part - 1) * Parts < (long)Part * parts;
    }
}
