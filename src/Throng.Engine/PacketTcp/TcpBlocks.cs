using System.Runtime.CompilerServices;

namespace Throng.Engine;

/// <summary>
/// Blocks of the connections of one worker, outside the managed heap; numbers run from 1. Owner: the worker's thread.
/// Invariant: a block is either free or belongs to one connection.
/// </summary>
internal sealed unsafe class TcpBlocks : IDisposable
{
    /// <summary>Blocks that only segments that came may take, so that what is under way can end.</summary>
    private const int KeptForArrivals = 64;

    private readonly TcpBlock* _blocks;
    private int _freeHead;
    private int _highWater;

    public TcpBlocks(int capacity)
    {
        Capacity = capacity;
        _blocks = (TcpBlock*)Reserved.Map(Bytes);
    }

    public int Capacity { get; }

    public int Used { get; private set; }

    /// <summary>Whether <see cref="Rent"/> gives one.</summary>
    public bool HasFree => Used < ForRequests(Capacity);

    private nuint Bytes => (nuint)(Capacity + 1) * (nuint)Unsafe.SizeOf<TcpBlock>();

    public ref TcpBlock this[int block] => ref _blocks[block];

    /// <summary>How many of all blocks requests can have.</summary>
    public static int ForRequests(int capacity) => capacity - Math.Min(KeptForArrivals, capacity / 2);

    /// <summary>A zeroed block for what begins here; 0 when all are in use.</summary>
    public int Rent() => HasFree ? RentForArrival() : 0;

    /// <summary>A zeroed block for a segment that came; 0 when really all are in use.</summary>
    public int RentForArrival()
    {
        int block = _freeHead;
        if (block != 0)
        {
            _freeHead = _blocks[block].TimerLink.Next;
        }
        else if (_highWater < Capacity)
        {
            block = ++_highWater;
        }
        else
        {
            return 0;
        }

        Used++;
        _blocks[block] = default;
        return block;
    }

    public void Return(int block)
    {
        Check.That(block > 0 && Used > 0, "a block is returned once");
        _blocks[block].TimerLink.Next = _freeHead;
        _freeHead = block;
        Used--;
    }

    public void Dispose() => Reserved.Unmap(_blocks, Bytes);
}
