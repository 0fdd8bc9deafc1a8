namespace Throng.Engine;

/// <summary>
/// The slots of a ring's table that connections of our own take, numbered from 0; last in, first out. Owner: the
/// worker's thread.
/// </summary>
internal sealed class ClientSlots(int capacity)
{
    private readonly int[] _free = new int[capacity];
    private int _freeCount;
    private int _highWater;

    public int Capacity => capacity;

    /// <summary>A free slot, or -1.</summary>
    public int Rent() => _freeCount > 0 ? _free[--_freeCount] : _highWater < capacity ? _highWater++ : -1;

    public void Return(int slot)
    {
        Check.That(_freeCount < _highWater, "a slot is returned once");
        _free[_freeCount++] = slot;
    }
}
