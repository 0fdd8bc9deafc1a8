using Throng.Linux;

namespace Throng.Engine;

/// <summary>Listeners: sockets with a descriptor, whose connections go straight into the ring's table.</summary>
public sealed unsafe partial class UringBackend
{
    /// <summary>
    /// With no more free slots than this in a table, connections are accepted into it one at a time. A ring brings no
    /// more completions between two looks at it than it has room for, and each listener one that ends its accept.
    /// </summary>
    private int FewSlots => _fewSlots + _listeners.Count;

    /// <summary>
    /// Slots for one more connection each, here and in the tables: a connection that has ended keeps its slot of the
    /// slab until its end has been told.
    /// </summary>
    private int FreeToAccept => Math.Min(_tables.AcceptSlots - _accepted, _slab.Capacity - _slab.Used) - _acceptsForOne;

    public int Listen(in ListenSpec spec, int listener, out SockAddr bound)
    {
        int result = _listeners.Open(spec, listener, out bound);
        if (result == 0)
        {
            Accepting(listener, true);
        }

        return result;
    }

    public void Accepting(int listener, bool on)
    {
        ArmedListener one = _listeners[listener];
        one.Wants = on;
        if (one.IsForDatagrams)
        {
            ReceiveDatagrams(listener, one);
        }
        else if (on)
        {
            ArmAccept(listener, one);
        }
        else if (one.IsArmed)
        {
            CancelAccept(listener, one);
        }
    }

    public void AcceptOne(int listener, int mostAsked) => ArmAccept(listener, _listeners.Ask(listener, mostAsked));

    public void Retire(int listener) => _listeners.Retire(listener);

    public int Waiting(int listener) => _listeners.Waiting(listener);

    public void Unlisten(int listener)
    {
        ArmedListener one = _listeners[listener];
        if (one.IsForDatagrams)
        {
            return;
        }

        one.IsLeft = true;
        Accepting(listener, false);
        if (one.IsWatched)
        {
            _tables.First.Cancel(new Handle(listener, 0).ToUserData(OfQueue));
        }

        CloseIfLeft(one);
    }

    /// <summary>
    /// A request keeps the socket behind a descriptor listening: it is closed when none is under way on it any more.
    /// </summary>
    private static void CloseIfLeft(ArmedListener one)
    {
        if (one is { IsLeft: true, IsArmed: false, IsWatched: false })
        {
            one.Close();
        }
    }

    /// <summary>
    /// One accept for all that come; or for one, where each is asked for and while few slots are left: an accept that
    /// finds the table full has already taken the connection from the queue, and drops it.
    /// </summary>
    private void ArmAccept(int listener, ArmedListener one)
    {
        int free = FreeToAccept;
        if (one.IsArmed || !one.IsWanted)
        {
            return;
        }

        if (free <= 0)
        {
            WatchQueue(listener, one);
            return;
        }

        if (_tables.ToAccept(FewSlots, out bool forOne) is not { } table)
        {
            WatchQueue(listener, one);
            return;
        }

        one.IsArmed = true;
        one.Table = table;
        one.IsForOne = forOne || free <= FewSlots || one.IsPaced;
        io_uring_sqe* sqe = table.Next();
        Prep.AcceptMultishotDirect(sqe, new Handle(listener, 0).ToUserData(OfAccept), one.Fd, listenerIsSlot: false);
        if (one.IsForOne)
        {
            sqe->ioprio = 0;
            table.AcceptsForOne++;
            _acceptsForOne++;
        }
    }

    /// <summary>No slot is left: not worth a word until somebody waits to be accepted.</summary>
    private void WatchQueue(int listener, ArmedListener one)
    {
        if (!one.IsWatched)
        {
            one.IsWatched = true;
            _watched++;
            io_uring_sqe* sqe = _tables.First.Next();
            Prep.PollMultishotFd(sqe, new Handle(listener, 0).ToUserData(OfQueue), one.Fd, EpollConstants.EPOLLIN);
            sqe->len = 0; // once
        }
    }

    private void OnQueue(int listener, int result)
    {
        ArmedListener one = _listeners[listener];
        one.IsWatched = false;
        _watched--;
        CloseIfLeft(one);
        if (result < 0 || one.IsArmed || !one.Wants)
        {
            return;
        }

        if (FreeToAccept > 0)
        {
            ArmAccept(listener, one);
        }
        else
        {
            one.Wants = false;
            _completions.Add(
                new Completion(new Handle(listener, 0), Operation.AcceptFailed, -Errno.EMFILE, default, _harvestNs));
        }
    }

    /// <summary>At the start of a turn: slots may have become free since those queues were left to wait.</summary>
    private void AcceptFromWatched()
    {
        for (int listener = 0; _watched > 0 && listener < _listeners.Count; listener++)
        {
            if (_listeners[listener].IsWatched)
            {
                ArmAccept(listener, _listeners[listener]);
            }
        }
    }

    private static void CancelAccept(int listener, ArmedListener one)
    {
        if (!one.IsCancelled)
        {
            one.IsCancelled = true;
            one.Table!.Cancel(new Handle(listener, 0).ToUserData(OfAccept));
        }
    }

    /// <summary>The table is nearly full: what is accepted from now on goes into another.</summary>
    private void MoveAccepts(RingTable table)
    {
        for (int listener = 0; listener < _listeners.Count; listener++)
        {
            ArmedListener one = _listeners[listener];
            if (one is { IsArmed: true, IsForOne: false } && one.Table == table)
            {
                CancelAccept(listener, one);
            }
        }
    }

    private void OnAccepted(RingTable table, int listener, in io_uring_cqe cqe)
    {
        ArmedListener one = _listeners[listener];
        if ((cqe.flags & UringConstants.IORING_CQE_F_MORE) == 0)
        {
            one.IsArmed = false;
            one.IsCancelled = false;
            table.AcceptsForOne -= one.IsForOne ? 1 : 0;
            _acceptsForOne -= one.IsForOne ? 1 : 0;
        }

        if (cqe.res >= 0)
        {
            one.Asked -= one.IsPaced ? 1 : 0;
            TakeAccepted(table, listener, cqe.res);
            bool isNearlyFull = table.FreeToAccept <= FewSlots || FreeToAccept <= FewSlots;
            if (isNearlyFull && one is { IsArmed: true, IsForOne: false })
            {
                MoveAccepts(table);
            }
        }
        else if (cqe.res is not (-Errno.ECANCELED or -Errno.ECONNABORTED or -Errno.EINTR or -Errno.EPROTO) && one.Wants)
        {
            // A full table of this ring is ENFILE to the kernel; to a person that would be the whole host's limit.
            int result = cqe.res == -Errno.ENFILE ? -Errno.EMFILE : cqe.res;
            one.Wants = false;
            _completions.Add(
                new Completion(new Handle(listener, 0), Operation.AcceptFailed, result, default, _harvestNs));
        }

        ArmAccept(listener, one);
        CloseIfLeft(one);
    }

    private void TakeAccepted(RingTable table, int listener, int slot)
    {
        if (!_slab.TryAllocate(Role.Server, Phase.Connecting, out Handle connection))
        {
            Prep.CloseDirect(table.Next(), Nothing, (uint)slot);
            _completions.Add(
                new Completion(new Handle(listener, 0), Operation.AcceptFailed, -Errno.EMFILE, default, _harvestNs));
            return;
        }

        ref Connection record = ref _slab[connection];
        record.Descriptor = _tables.NameOf(table, slot);
        record.Path = (ushort)listener;
        table.Accepted++;
        _accepted++;
        Add(connection, Operation.Accepted, listener);
    }

    private sealed class ArmedListener : Listener
    {
        /// <summary>Where it accepts into while it is armed.</summary>
        public RingTable? Table;
        public bool IsArmed;
        public bool IsForOne;
        public bool IsCancelled;
        public bool IsWatched;

        /// <summary>To be closed as soon as no request is under way on it.</summary>
        public bool IsLeft;
    }
}
