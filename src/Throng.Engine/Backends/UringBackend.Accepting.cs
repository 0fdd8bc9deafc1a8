using Throng.Linux;

namespace Throng.Engine;

/// <summary>Listeners: sockets with a descriptor, whose connections go straight into the ring's table.</summary>
public sealed unsafe partial class UringBackend
{
    /// <summary>With no more slots than this to accept into, connections are accepted one at a time.</summary>
    private const int FewSlots = 512;

    /// <summary>
    /// Slots for one more connection each, here and in the table: a connection that has ended keeps its slot of the
    /// slab until its end has been told.
    /// </summary>
    private int FreeToAccept => Math.Min(_acceptSlots - _accepted, _slab.Capacity - _slab.Used) - _acceptsForOne;

    public int Listen(in ListenSpec spec, int listener, out SockAddr bound)
    {
        Check.That(listener == _listeners.Count, "listeners are numbered in order");
        int fd = SocketSetup.OpenListener(spec, out bound);
        if (fd < 0)
        {
            return fd;
        }

        _listeners.Add(new Listener { Fd = fd });
        Accepting(listener, true);
        return 0;
    }

    public void Accepting(int listener, bool on)
    {
        Listener one = _listeners[listener];
        one.Wants = on;
        if (on)
        {
            ArmAccept(listener, one);
        }
        else if (one.IsArmed)
        {
            CancelAccept(listener);
        }
    }

    /// <summary>
    /// One accept for all that come; or, while few slots are left, for one: an accept that finds the table full has
    /// already taken the connection from the queue, and drops it.
    /// </summary>
    private void ArmAccept(int listener, Listener one)
    {
        int free = FreeToAccept;
        if (one.IsArmed || !one.Wants)
        {
            return;
        }

        if (free <= 0)
        {
            WatchQueue(listener, one);
            return;
        }

        one.IsArmed = true;
        one.IsForOne = free <= FewSlots;
        io_uring_sqe* sqe = Next();
        Prep.AcceptMultishotDirect(sqe, new Handle(listener, 0).ToUserData(OfAccept), one.Fd, listenerIsSlot: false);
        if (one.IsForOne)
        {
            sqe->ioprio = 0;
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
            io_uring_sqe* sqe = Next();
            Prep.PollMultishotFd(sqe, new Handle(listener, 0).ToUserData(OfQueue), one.Fd, EpollConstants.EPOLLIN);
            sqe->len = 0; // once
        }
    }

    private void OnQueue(int listener, int result)
    {
        Listener one = _listeners[listener];
        one.IsWatched = false;
        _watched--;
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

    private void CancelAccept(int listener) => Prep.CancelByUserData(
        Next(), Handle.None.ToUserData(OfNothing), new Handle(listener, 0).ToUserData(OfAccept));

    private void OnAccepted(int listener, in io_uring_cqe cqe)
    {
        Listener one = _listeners[listener];
        if ((cqe.flags & UringConstants.IORING_CQE_F_MORE) == 0)
        {
            one.IsArmed = false;
            _acceptsForOne -= one.IsForOne ? 1 : 0;
        }

        if (cqe.res >= 0)
        {
            TakeAccepted(listener, cqe.res);
            if (one.IsArmed && !one.IsForOne && _acceptSlots - _accepted <= FewSlots)
            {
                CancelAccept(listener);
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
    }

    private void TakeAccepted(int listener, int slot)
    {
        if (!_slab.TryAllocate(Role.Server, Phase.Connecting, out Handle connection))
        {
            Prep.CloseDirect(Next(), Handle.None.ToUserData(OfNothing), (uint)slot);
            _completions.Add(
                new Completion(new Handle(listener, 0), Operation.AcceptFailed, -Errno.EMFILE, default, _harvestNs));
            return;
        }

        ref Connection record = ref _slab[connection];
        record.Descriptor = slot;
        record.Path = (ushort)listener;
        _accepted++;
        Add(connection, Operation.Accepted, listener);
    }

    private sealed class Listener
    {
        public required int Fd;
        public bool IsArmed;
        public bool IsForOne;
        public bool IsWatched;
        public bool Wants;
    }
}
