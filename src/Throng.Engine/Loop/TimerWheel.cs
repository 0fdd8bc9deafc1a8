using System.Numerics;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// One timer for each entry, such as a connection, kept in the entry: four wheels of 256 lists with a tick of 1 ms, 49
/// days in all. Arming, moving and cancelling are O(1) and touch only the entry and its neighbours. A timer never fires
/// early; it fires at most one tick late. Owner: the worker's thread.
/// </summary>
public sealed class TimerWheel<TEntries>(TEntries entries, long nowNs)
    where TEntries : struct, ITimerEntries
{
    public const long TickNs = Ns.Millisecond;

    private const int Levels = 4;
    private const int SlotBits = 8;
    private const int Slots = 1 << SlotBits;
    private const uint SlotMask = Slots - 1;

    private readonly TEntries _entries = entries;
    private readonly long _originNs = nowNs;

    /// <summary>First entry of each list and 1, 0 for none.</summary>
    private readonly int[] _heads = new int[Levels * Slots];

    /// <summary>A bit for each list: whether it has anything.</summary>
    private readonly ulong[] _occupied = new ulong[Levels * Slots / 64];

    private uint _tick;

    /// <summary>Timers armed.</summary>
    public int Count { get; private set; }

    /// <summary>Arms an entry's timer, or moves it; <paramref name="tag"/> is 1 or more and comes back.</summary>
    public void Arm(int entry, long dueNs, byte tag)
    {
        Check.That(tag != 0, "a timer's tag is not zero");
        Cancel(entry);
        long ticks = (dueNs - _originNs + TickNs - 1) / TickNs;
        uint tick = (uint)Math.Clamp(ticks, _tick + 1L, _tick + (long)int.MaxValue);
        _entries.TagOf(entry) = tag;
        ref TimerLink link = ref _entries.LinkOf(entry);
        link.Tick = tick;
        Link(entry, ref link);
        Count++;
    }

    public void Cancel(int entry)
    {
        ref byte tag = ref _entries.TagOf(entry);
        if (tag == 0)
        {
            return;
        }

        Unlink(_entries.LinkOf(entry));
        tag = 0;
        Count--;
    }

    /// <summary>
    /// Moves time on to <paramref name="nowNs"/> and takes one timer that is due; false when none is left. Called
    /// until it returns false. The timer is disarmed before it is handed out, so its handler may arm it again.
    /// </summary>
    public bool TryTakeDue(long nowNs, out int entry, out byte tag)
    {
        uint nowTick = (uint)((nowNs - _originNs) / TickNs);
        while (true)
        {
            int head = _heads[_tick & SlotMask];
            entry = head - 1;
            if (head != 0 && _entries.LinkOf(entry).Tick <= _tick)
            {
                tag = _entries.TagOf(entry);
                Cancel(entry);
                return true;
            }

            if (_tick >= nowTick)
            {
                tag = 0;
                return false;
            }

            _tick = Count == 0 ? nowTick : NextOccupied(nowTick);
            Cascade();
        }
    }

    /// <summary>
    /// When something is next to be done here (a timer due, or a wheel to turn); long.MaxValue for nothing.
    /// </summary>
    public long NextDueNs()
    {
        if (Count == 0)
        {
            return long.MaxValue;
        }

        return _originNs + (NextOccupied(uint.MaxValue) * TickNs);
    }

    /// <summary>The next tick, up to a limit, at which level 0 has something or an upper wheel turns.</summary>
    private uint NextOccupied(uint limitTick)
    {
        uint tick = _tick + 1;
        uint wheelEnd = (tick + SlotMask) & ~SlotMask; // where level 0 is filled anew
        if ((tick & SlotMask) != 0)
        {
            int slot = NextBit((int)(tick & SlotMask));
            uint found = slot < 0 ? wheelEnd : (tick & ~SlotMask) + (uint)slot;
            return Math.Min(found, limitTick);
        }

        return Math.Min(tick, limitTick);
    }

    private int NextBit(int from)
    {
        for (int word = from >> 6; word < Slots / 64; word++)
        {
            ulong bits = _occupied[word];
            if (word == from >> 6)
            {
                bits &= ~0UL << (from & 63);
            }

            if (bits != 0)
            {
                return (word << 6) + BitOperations.TrailingZeroCount(bits);
            }
        }

        return -1;
    }

    /// <summary>When the lower wheels have come round, spreads the next slot of the upper one over them.</summary>
    private void Cascade()
    {
        for (int level = 1; level < Levels; level++)
        {
            int lowerBits = SlotBits * level;
            if ((_tick & ((1u << lowerBits) - 1)) != 0)
            {
                return;
            }

            int list = (level * Slots) + (int)((_tick >> lowerBits) & SlotMask);
            int next = _heads[list];
            _heads[list] = 0;
            _occupied[list >> 6] &= ~(1UL << (list & 63));
            while (next != 0)
            {
                int entry = next - 1;
                ref TimerLink link = ref _entries.LinkOf(entry);
                next = link.Next;
                Link(entry, ref link);
            }
        }
    }

    /// <summary>The list a tick belongs in: the lowest level whose wheel reaches it from now.</summary>
    private int ListOf(uint tick)
    {
        uint differing = tick ^ _tick;
        int level = differing == 0 ? 0 : BitOperations.Log2(differing) / SlotBits;
        return (level * Slots) + (int)((tick >> (SlotBits * level)) & SlotMask);
    }

    private void Link(int entry, ref TimerLink link)
    {
        int list = ListOf(link.Tick);
        int head = _heads[list];
        link.Next = head;
        link.Previous = ~list; // the first of a list names the list
        if (head != 0)
        {
            _entries.LinkOf(head - 1).Previous = entry + 1;
        }

        _heads[list] = entry + 1;
        _occupied[list >> 6] |= 1UL << (list & 63);
    }

    private void Unlink(in TimerLink link)
    {
        if (link.Next != 0)
        {
            _entries.LinkOf(link.Next - 1).Previous = link.Previous;
        }

        if (link.Previous >= 0)
        {
            _entries.LinkOf(link.Previous - 1).Next = link.Next;
            return;
        }

        int list = ~link.Previous;
        _heads[list] = link.Next;
        if (link.Next == 0)
        {
            _occupied[list >> 6] &= ~(1UL << (list & 63));
        }
    }
}
