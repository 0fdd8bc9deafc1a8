using System.Numerics;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>
/// One timer for each block: a wheel of 4096 lists with a tick of 4 ms. What is due in a later round stays in its list
/// and is looked at once a round (16 s). A timer never fires early; it fires at most a tick late.
/// Owner: the worker's thread.
/// </summary>
internal sealed class BlockWheel(TcpBlocks blocks, long nowNs)
{
    private const long TickNs = 4 * Ns.Millisecond;
    private const int Lists = 4096;

    /// <summary>List of those that have fired and were not taken yet.</summary>
    private const int DueList = Lists;

    private readonly int[] _heads = new int[Lists + 1];
    private readonly ulong[] _occupied = new ulong[Lists / 64];
    private long _tick;

    public int Count { get; private set; }

    public void Arm(int block, BlockTimer timer, long dueNs)
    {
        Cancel(block);
        ref TcpBlock one = ref blocks[block];
        one.Timer = timer;
        one.TimerDueNs = dueNs;
        long tick = Math.Max(_tick + 1, (dueNs - nowNs + TickNs - 1) / TickNs);
        Link(block, ref one, (int)(tick % Lists));
        Count++;
    }

    public void Cancel(int block)
    {
        ref TcpBlock one = ref blocks[block];
        if (one.Timer != BlockTimer.None)
        {
            Unlink(ref one);
            one.Timer = BlockTimer.None;
            Count--;
        }
    }

    /// <summary>
    /// Moves time on and takes one timer that is due, disarmed; 0 when none is left. Called until it returns 0.
    /// </summary>
    public int TakeDue(long atNs, out BlockTimer timer)
    {
        long nowTick = (atNs - nowNs) / TickNs;
        for (; _heads[DueList] == 0 && _tick < nowTick; _tick++)
        {
            Fire((int)((_tick + 1) % Lists), atNs);
        }

        int block = _heads[DueList];
        timer = BlockTimer.None;
        if (block != 0)
        {
            timer = blocks[block].Timer;
            Cancel(block);
        }

        return block;
    }

    /// <summary>When a list is next to be looked at; long.MaxValue: nothing is armed.</summary>
    public long NextDueNs()
    {
        if (Count == 0)
        {
            return long.MaxValue;
        }

        if (_heads[DueList] != 0)
        {
            return 0;
        }

        int from = (int)((_tick + 1) % Lists);
        for (int looked = 0; looked <= Lists / 64; looked++)
        {
            int word = ((from / 64) + looked) % (Lists / 64);
            ulong bits = looked == 0 ? _occupied[word] & (~0UL << (from & 63)) : _occupied[word];
            if (bits != 0)
            {
                int list = (word * 64) + BitOperations.TrailingZeroCount(bits);
                return nowNs + ((_tick + 1 + ((list - from + Lists) % Lists)) * TickNs);
            }
        }

        return long.MaxValue;
    }

    /// <summary>Moves what is due out of a list to those that fire.</summary>
    private void Fire(int list, long atNs)
    {
        int block = _heads[list];
        while (block != 0)
        {
            ref TcpBlock one = ref blocks[block];
            int next = one.TimerNext;
            if (one.TimerDueNs <= atNs)
            {
                Unlink(ref one);
                Link(block, ref one, DueList);
            }

            block = next;
        }
    }

    private void Link(int block, ref TcpBlock one, int list)
    {
        one.TimerList = list;
        one.TimerPrevious = 0;
        one.TimerNext = _heads[list];
        if (one.TimerNext != 0)
        {
            blocks[one.TimerNext].TimerPrevious = block;
        }

        _heads[list] = block;
        if (list != DueList)
        {
            _occupied[list >> 6] |= 1UL << (list & 63);
        }
    }

    private void Unlink(ref TcpBlock one)
    {
        if (one.TimerNext != 0)
        {
            blocks[one.TimerNext].TimerPrevious = one.TimerPrevious;
        }

        if (one.TimerPrevious != 0)
        {
            blocks[one.TimerPrevious].TimerNext = one.TimerNext;
            return;
        }

        _heads[one.TimerList] = one.TimerNext;
        if (one.TimerNext == 0 && one.TimerList != DueList)
        {
            _occupied[one.TimerList >> 6] &= ~(1UL << (one.TimerList & 63));
        }
    }
}
