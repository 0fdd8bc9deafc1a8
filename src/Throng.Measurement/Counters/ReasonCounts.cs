using System.Collections;

namespace Throng.Measurement;

/// <summary>
/// Outcomes by reason, in the order they were added. A document may hold reasons that <see cref="CloseReason"/> does
/// not know (of a later version), which are counted in the total.
/// </summary>
public sealed class ReasonCounts : IEnumerable<KeyValuePair<string, long>>
{
    private readonly List<KeyValuePair<string, long>> _counts = [];

    /// <summary>Sum over all reasons.</summary>
    public long Total
    {
        get
        {
            long total = 0;
            foreach (KeyValuePair<string, long> count in _counts)
            {
                total += count.Value;
            }

            return total;
        }
    }

    /// <summary>Count of one reason; 0 when it never occurred.</summary>
    public long this[string reason]
    {
        get
        {
            int at = _counts.FindIndex(count => count.Key == reason);
            return at < 0 ? 0 : _counts[at].Value;
        }
    }

    /// <summary>From one number for each <see cref="CloseReason"/>; those that occurred.</summary>
    public static ReasonCounts Of(ReadOnlySpan<long> numbers)
    {
        ReasonCounts counts = [];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] > 0)
            {
                counts.Add((CloseReason)i, numbers[i]);
            }
        }

        return counts;
    }

    public long this[CloseReason reason] => this[CloseReasons.Name(reason)];

    public void Add(CloseReason reason, long count) => Add(CloseReasons.Name(reason), count);

    /// <summary>Adds to a reason; how a document is put together before it is published.</summary>
    public void Add(string reason, long count)
    {
        int at = _counts.FindIndex(existing => existing.Key == reason);
        if (at < 0)
        {
            _counts.Add(new(reason, count));
        }
        else
        {
            _counts[at] = new(reason, _counts[at].Value + count);
        }
    }

    /// <summary>Reasons that occurred, the most frequent first.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> ByCount() =>
        [.. _counts.Where(count => count.Value != 0).OrderByDescending(count => count.Value)];

    /// <summary>The same in words: <c>1,000 refused, 12 timeout</c>; empty when none occurred.</summary>
    public override string ToString() =>
        string.Join(", ", ByCount().Select(count => $"{Units.Count(count.Value)} {count.Key}"));

    /// <summary>The same, with the names of the errnos behind <c>other</c>: <c>other (EPROTO)</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> ByCount(ReasonCounts errnos)
    {
        string names = string.Join(", ", errnos.ByCount().Select(one => one.Key));
        string other = CloseReasons.Name(CloseReason.Other);
        return names.Length == 0 ? ByCount()
            : [.. ByCount().Select(count => count.Key == other ? new($"{other} ({names})", count.Value) : count)];
    }

    /// <summary>The same in words: <c>11 other (EPROTO), 2 refused</c>.</summary>
    public string InWords(ReasonCounts errnos) =>
        string.Join(", ", ByCount(errnos).Select(count => $"{Units.Count(count.Value)} {count.Key}"));

    public IEnumerator<KeyValuePair<string, long>> GetEnumerator() => _counts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
