using Throng.Linux;
using Throng.Measurement;

namespace Throng.Engine;

/// <summary>How a worker's sockets are cut into tables.</summary>
/// <param name="Slots">Sockets of one table, at most RLIMIT_NOFILE.</param>
/// <param name="ClientSlots">Of a table, those for connections we open; the others are for accepted ones.</param>
public readonly record struct TableSize(int Slots, int ClientSlots);

/// <summary>
/// The rings of one worker. A ring's table holds at most RLIMIT_NOFILE sockets, so there are as many rings as the
/// connections need; each is made when the ones before it are full. One ring waits in the kernel by itself. Several
/// are looked at in user memory (3 ns for an idle one, no call) and share an eventfd to sleep on, which is muted while
/// the worker is awake; polling ring descriptors instead would lose wake-ups.
/// Owner: the worker's thread.
/// </summary>
internal sealed unsafe class RingTables : IDisposable
{
    /// <summary>Bits of a socket's name: the table and the slot in it.</summary>
    public const int NameBits = 24;

    /// <summary>While the rings do not share the eventfd yet, nothing but looking tells what came.</summary>
    private const long LookNs = Ns.Millisecond;

    private readonly List<RingTable> _tables = [];
    private readonly BufferPool _pool;
    private readonly TableSize _size;
    private readonly int _tablesMax;
    private readonly int _slotBits;
    private readonly int _bellFd;
    private readonly ClientSlots _clientSlots;
    private bool _sharesBell;
    private int _acceptsInto;
    private int _next;

    /// <param name="sockets">Most sockets there may be.</param>
    /// <param name="bellFd">An eventfd anyone may signal; stays the caller's.</param>
    /// <exception cref="SetupException">The kernel refuses the first ring.</exception>
    public RingTables(TableSize size, int sockets, BufferPool pool, int bellFd)
    {
        _size = size;
        _pool = pool;
        _bellFd = bellFd;
        _tablesMax = Math.Max(1, sockets / size.Slots);
        _slotBits = 32 - int.LeadingZeroCount(size.Slots - 1);
        Check.That((long)_tablesMax << _slotBits <= 1L << NameBits, "a socket's name fits its bits");
        _clientSlots = new ClientSlots(_tablesMax * size.ClientSlots);
        int result = RingTable.Create(0, size, pool, out RingTable? first);
        if (result < 0)
        {
            throw new SetupException(
                $"cannot set up a ring with {size.Slots} slots: {Errno.Text(result)}", "use --engine epoll", -result);
        }

        _tables.Add(first!);
        ArmBell();
    }

    public int Count => _tables.Count;

    /// <summary>Sockets that may be accepted, in all tables there may be.</summary>
    public int AcceptSlots => _tablesMax * (_size.Slots - _size.ClientSlots);

    /// <summary>The first, which watches what is no connection.</summary>
    public RingTable First => _tables[0];

    public RingTable Of(int name) => _tables[name >> _slotBits];

    public uint SlotOf(int name) => (uint)(name & ((1 << _slotBits) - 1));

    public int NameOf(RingTable table, int slot) => (table.Number << _slotBits) | slot;

    /// <summary>A free place for a connection of our own; -1 when there is none or the kernel gives no more rings.
    /// </summary>
    public int RentClient()
    {
        int client = _clientSlots.Rent();
        if (client < 0)
        {
            return -1;
        }

        (int number, int slot) = Math.DivRem(client, _size.ClientSlots);
        while (number >= _tables.Count)
        {
            if (!TryGrow())
            {
                _clientSlots.Return(client);
                return -1;
            }
        }

        return NameOf(_tables[number], slot);
    }

    public void ReturnClient(int name) =>
        _clientSlots.Return((Of(name).Number * _size.ClientSlots) + (int)SlotOf(name));

    /// <summary>
    /// A table to accept into: one with more than <paramref name="few"/> free slots, made if need be; else, for one
    /// connection at a time, the one with most. Null when all are full.
    /// </summary>
    public RingTable? ToAccept(int few, out bool forOne)
    {
        forOne = false;
        if (_tables[_acceptsInto].FreeToAccept > few)
        {
            return _tables[_acceptsInto];
        }

        RingTable roomiest = Roomiest();
        _acceptsInto = roomiest.Number;
        if (roomiest.FreeToAccept > few)
        {
            return roomiest;
        }

        bool canGain = roomiest.AcceptSlots > few || roomiest.FreeToAccept <= 0;
        if (canGain && TryGrow())
        {
            roomiest = _tables[^1];
            _acceptsInto = roomiest.Number;
        }

        forOne = roomiest.FreeToAccept <= few;
        return roomiest.FreeToAccept > 0 ? roomiest : null;
    }

    /// <summary>The poll on the eventfd completed; <paramref name="isOver"/> with its last completion.</summary>
    public void OnBell(bool isOver)
    {
        _ = Descriptors.Drain(_bellFd, out _);
        if (!isOver)
        {
            return;
        }

        if (_tables.Count == 1)
        {
            ArmBell();
            return;
        }

        _sharesBell = _tables.TrueForAll(TryShareBell);
    }

    /// <summary>The table after the one looked at last.</summary>
    public RingTable Next()
    {
        _next = _next + 1 >= _tables.Count ? 0 : _next + 1;
        return _tables[_next];
    }

    /// <summary>
    /// Before sleeping: from here on whatever comes rings the bell, so what came before has to be looked for once
    /// more.
    /// </summary>
    public void Unmute()
    {
        foreach (RingTable table in _tables)
        {
            table.Ring.UnmuteEvents();
        }

        Interlocked.MemoryBarrier();
    }

    /// <summary>Sleeps until the bell rings or the time has passed, and mutes it again.</summary>
    public void Sleep(long timeoutNs)
    {
        int woken = Descriptors.Await(_bellFd, _sharesBell ? timeoutNs : Math.Min(timeoutNs, LookNs));
        Mute();
        if (woken > 0 && _sharesBell)
        {
            _ = Descriptors.Drain(_bellFd, out _);
        }
    }

    public void Mute()
    {
        foreach (RingTable table in _tables)
        {
            table.Ring.MuteEvents();
        }
    }

    public void Dispose()
    {
        foreach (RingTable table in _tables)
        {
            table.Dispose();
        }
    }

    private RingTable Roomiest()
    {
        RingTable roomiest = _tables[^1];
        foreach (RingTable table in _tables)
        {
            roomiest = table.FreeToAccept > roomiest.FreeToAccept ? table : roomiest;
        }

        return roomiest;
    }

    /// <summary>
    /// One more ring. With the second, the poll on the eventfd ends: a ring whose completions signal an eventfd must
    /// not watch one.
    /// </summary>
    private bool TryGrow()
    {
        if (_tables.Count == _tablesMax)
        {
            return false;
        }

        // Out of descriptors or memory: the connection that asked fails for want of a descriptor.
        if (RingTable.Create(_tables.Count, _size, _pool, out RingTable? table) < 0)
        {
            return false;
        }

        if (_sharesBell && !TryShareBell(table!))
        {
            table!.Dispose();
            return false;
        }

        _tables.Add(table!);
        if (_tables.Count == 2)
        {
            First.Cancel(UringBackend.Bell);
        }

        return true;
    }

    /// <summary>Lets a ring signal the eventfd; false when the kernel has no memory for it. Then nobody sleeps long.
    /// </summary>
    private bool TryShareBell(RingTable table)
    {
        bool isTaken = table.Ring.RegisterEventFd(_bellFd) >= 0;
        table.Ring.MuteEvents();
        return isTaken;
    }

    private void ArmBell() =>
        Prep.PollMultishotFd(First.Next(), UringBackend.Bell, _bellFd, EpollConstants.EPOLLIN);
}
