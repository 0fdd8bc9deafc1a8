using System.Numerics;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// One timer per connection, kept in its record: four wheels of 256 slots with a tick of 1 ms, 49 days in all.
/// Arming, moving and cancelling are O(1) and touch only the record and its neighbours. A timer never fires early;
/// it fires at most one tick late. Owner: the worker's thread.
/// </summary>
public sealed class TimerWheel(Slab slab, long nowNs)
{
    public const long TickNs = Ns.Millisecond;

    private const int Levels = 4;
    private const int SlotBits = 8;
    private const int Slots = 1 << SlotBits;
    private const uint SlotMask = Slots - 1;
    private const int Unlinked = 0;

    private readonly Slab _slab = slab;
    private readonly long _originNs = nowNs;

    /// <summary>First connection of each slot's list as slot + 1, 0 for none.</summary>
    private readonly int[] _heads = new int[Levels * Slots];

    /// <summary>A bit per slot of each level: whether its list has anything.</summary>
    private readonly ulong[] _occupied = new ulong[Levels * Slots / 64];

    private uint _tick;

    /// <summary>Timers armed.</summary>
    public int Count { get; private set; }

    /// <summary>Arms the connection's timer, or moves it; <paramref name="tag"/> is 1 or more and comes back.</summary>
    public void Arm(Handle connection, long dueNs, byte tag)
    {
        Check.That(tag != 0, "a timer's tag is not zero");
        Cancel(connection);
        long ticks = (dueNs - _originNs + TickNs - 1) / TickNs;
        uint tick = (uint)Math.Clamp(ticks, _tick + 1L, _tick + (long)int.MaxValue);
        ref Connection record = ref _slab[connection];
        record.TimerTag = tag;
        record.TimerTick = tick;
        Link(connection.Slot, ref record);
        Count++;
    }

    public void Cancel(Handle connection)
    {
        ref Connection record = ref _slab[connection];
        if (record.TimerTag == Unlinked)
        {
            return;
        }

        Unlink(ref record);
        record.TimerTag = Unlinked;
        Count--;
    }

    /// <summary>
    /// Moves time on to <paramref name="nowNs"/> and takes one timer that is due; false when none is left. Called
    /// until it returns false. The timer is disarmed before it is handed out, so its handler may arm it again.
    /// </summary>
    public bool TryTakeDue(long nowNs, out Handle connection, out byte tag)
    {
        uint nowTick = (uint)((nowNs - _originNs) / TickNs);
        while (true)
        {
            int head = _heads[_tick & SlotMask];
            if (head != 0)
            {
                ref Connection record = ref _slab.AtSlot(head - 1);
                if (record.TimerTick <= _tick)
                {
                    connection = _slab.HandleAt(head - 1);
                    tag = record.TimerTag;
                    Cancel(connection);
                    return true;
                }
            }

            if (_tick >= nowTick)
            {
                connection = Handle.None;
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
                ref Connection record = ref _slab.AtSlot(next - 1);
                int slot = next - 1;
                next = record.TimerNext;
                Link(slot, ref record);
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

    private void Link(int slot, ref Connection record)
    {
        int list = ListOf(record.TimerTick);
        int head = _heads[list];
        record.TimerNext = head;
        record.TimerPrevious = ~list; // the first of a list names the list
        if (head != 0)
        {
            _slab.AtSlot(head - 1).TimerPrevious = slot + 1;
        }

        _heads[list] = slot + 1;
        _occupied[list >> 6] |= 1UL << (list & 63);
    }

    private void Unlink(ref Connection record)
    {
        if (record.TimerNext != 0)
        {
            _slab.AtSlot(record.TimerNext - 1).TimerPrevious = record.TimerPrevious;
        }

        if (record.TimerPrevious < 0)
        {
            int list = ~record.TimerPrevious;
            _heads[list] = record.TimerNext;
            if (record.TimerNext == 0)
            {
                _occupied[list >> 6] &= ~(1UL << (list & 63));
            }
        }
        else
        {
            _slab.AtSlot(record.TimerPrevious - 1).TimerNext = record.TimerNext;
        }
    }
}
