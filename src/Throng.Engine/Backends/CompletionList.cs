using System.Runtime.CompilerServices;

namespace Throng.Engine;

/// <summary>
/// The results of one turn, copied out of the kernel's queues before any is dispatched, so that no handler can
/// disturb what a later one is to see. Grows to the largest turn once and stays; owner: the worker's thread.
/// </summary>
public sealed class CompletionList(int capacity)
{
    private Completion[] _items = new Completion[capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<Completion> Items => _items.AsSpan(0, Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in Completion completion)
    {
        if (Count == _items.Length)
        {
            Grow();
        }

        _items[Count++] = completion;
    }

    public void Clear() => Count = 0;

    private void Grow() => Array.Resize(ref _items, _items.Length * 2);
}
