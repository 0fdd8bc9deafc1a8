namespace Throng.Engine;

/// <summary>
/// Notes of a worker for the result, in order, up to a bound; those that do not fit are counted. Written by the worker;
/// any thread may read what is there so far.
/// </summary>
internal sealed class BoundedLog<T>(int max)
    where T : struct
{
    private volatile T[] _items = new T[16];
    private volatile int _count;

    public int Count => _count;

    /// <summary>How many more there were.</summary>
    public long Dropped { get; private set; }

    public ref T this[int index] => ref _items[index];

    /// <summary>Notes that are there so far.</summary>
    public ReadOnlySpan<T> Items
    {
        get
        {
            int count = _count; // before the array, which is never shorter than that
            return _items.AsSpan(0, count);
        }
    }

    /// <summary>Its place; -1: it did not fit.</summary>
    public int Add(in T item)
    {
        if (Count == max)
        {
            Dropped++;
            return -1;
        }

        if (Count == _items.Length)
        {
            T[] longer = new T[Math.Min(max, Count * 2)];
            _items.CopyTo(longer, 0);
            _items = longer;
        }

        _items[Count] = item;
        return _count++;
    }
}
