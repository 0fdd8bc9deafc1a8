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
        Check.That(listener == _listeners.Count, "listeners are numbered in order");
        int fd = SocketSetup.OpenListener(spec, out bound);
        if (fd < 0)
        {
            return fd;
        }

        _listeners.Add(new Listener
        {
            Fd = fd,
            IsForDatagrams = spec.Transport == Transport.Datagram,
            IsPaced = spec.IsPaced,
        });
        Accepting(listener, true);
        return 0;
    }

    public void Accepting(int listener, bool on)
    {
        Listener one = _listeners[listener];
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

    public void AcceptOne(int listener, int mostAsked)
    {
        Listener one = _listeners[listener];
        Check.That(one.IsPaced, "who is asked for one connection accepts no others");
        one.Asked = Math.Min(one.Asked + 1, mostAsked);
        ArmAccept(listener, one);
    }

    public void Retire(int listener)
    {
        if (!_listeners[listener].IsForDatagrams)
        {
            _ = Sockets.DropSyns(_listeners[listener].Fd); // where it is refused, the last to come may be reset
        }
    }

    public int Waiting(int listener) =>
        _listeners[listener].IsForDatagrams ? 0 : Sockets.QueueLength(_listeners[listener].Fd);

    public void Unlisten(int listener)
    {
        Listener one = _listeners[listener];
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
    private static void CloseIfLeft(Listener one)
    {
        if (one is { IsLeft: true, IsArmed: false, IsWatched: false, Fd: >= 0 })
        {
            _ = Sockets.Close(one.Fd);
            one.Fd = -1;
        }
    }

    /// <summary>
    /// One accept for all that come; or for one, where each is asked for and while few slots are left: an accept that
    /// finds the table full has already taken the connection from the queue, and drops it.
    /// </summary>
    private void ArmAccept(int listener, Listener one)
    {
        int free = FreeToAccept;
        if (one.IsArmed || !one.Wants || one is { IsPaced: true, Asked: 0 })
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
    private void WatchQueue(int listener, Listener one)
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
        Listener one = _listeners[listener];
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

    private static void CancelAccept(int listener, Listener one)
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
            Listener one = _listeners[listener];
            if (one is { IsArmed: true, IsForOne: false } && one.Table == table)
            {
                CancelAccept(listener, one);
            }
        }
    }

    private void OnAccepted(RingTable table, int listener, in io_uring_cqe cqe)
    {
        Listener one = _listeners[listener];
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

    private sealed class Listener
    {
        public required int Fd; // -1 once it is closed
        public required bool IsForDatagrams;
        public required bool IsPaced;

        /// <summary>Of a paced one: connections asked for that have not come yet.</summary>
        public int Asked;

        /// <summary>Where it accepts into while it is armed.</summary>
        public RingTable? Table;
        public bool IsArmed;
        public bool IsForOne;
        public bool IsCancelled;
        public bool IsWatched;
        public bool Wants;

        /// <summary>To be closed as soon as no request is under way on it.</summary>
        public bool IsLeft;
    }
}
