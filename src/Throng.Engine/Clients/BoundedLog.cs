namespace Throng.Engine;

/// <summary>
/// Notes of a worker for the result, in order, up to a bound; those that do not fit are counted. Written by the worker;
/// read once it has ended.
/// </summary>
internal sealed class BoundedLog<T>(int max)
    where T : struct
{
    private T[] _items = new T[16];

    public int Count { get; private set; }

    /// <summary>How many more there were.</summary>
    public long Dropped { get; private set; }

    public ref T this[int index] => ref _items[index];

    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

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
            Array.Resize(ref _items, Math.Min(max, Count * 2));
        }

        _items[Count] = item;
        return Count++;
    }
}
