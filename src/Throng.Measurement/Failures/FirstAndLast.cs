namespace Throng.Measurement;

/// <summary>
/// The first items of many and the last ones, as many of each; those between are counted. Memory is bounded, and taken
/// as it is needed.
/// </summary>
/// <param name="each">How many of the first, and how many of the last.</param>
public sealed class FirstAndLast<T>(int each)
{
    private readonly List<T> _first = [];
    private readonly List<T> _last = [];

    /// <summary>Items so far, kept or not.</summary>
    public long Count { get; private set; }

    /// <summary>Items between the first and the last ones.</summary>
    public long NotKept => Count - _first.Count - _last.Count;

    /// <summary>Items that are kept, in the order they were added.</summary>
    public IEnumerable<T> Kept
    {
        get
        {
            int oldest = NotKept > 0 ? Place(Count) : 0;
            return _first.Concat(_last.Skip(oldest)).Concat(_last.Take(oldest));
        }
    }

    public void Add(T item)
    {
        if (_first.Count < each)
        {
            _first.Add(item);
        }
        else if (_last.Count < each)
        {
            _last.Add(item);
        }
        else
        {
            _last[Place(Count)] = item;
        }

        Count++;
    }

    /// <summary>The place that the item with this number, from 0, has among the last ones.</summary>
    private int Place(long number) => (int)((number - each) % each);
}
