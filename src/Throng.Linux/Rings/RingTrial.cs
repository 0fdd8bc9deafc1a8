using System.Net;
using static Throng.Linux.SocketConstants;
using static Throng.Linux.UringConstants;

namespace Throng.Linux;

/// <summary>
/// One pass through everything the engine asks of io_uring: a connection from a loopback address to itself over direct
/// descriptors. Steps run in order and the first failure ends it with a line of text.
/// </summary>
internal sealed unsafe class RingTrial : IDisposable
{
    private const uint Slots = 16;
    private const uint ClientSlot = 12;
    private const ushort Group = 7;
    private const uint Buffers = 4;
    private const uint BufferBytes = 1024;
    private const uint MessageBytes = 32;

    /// <summary>
    /// For what never comes. All of it takes milliseconds; on a machine with more to do than it has CPUs it takes
    /// longer, and a host that can must not be called one that cannot.
    /// </summary>
    private const long BudgetNs = 2_000_000_000;

    /// <summary>Not the loopback address everybody uses: after a large run that one may have no port left.</summary>
    private static readonly IPAddress Own = new([127, 84, 82, 71]);

    // user_data of the requests whose completions come unasked; single requests count from 100.
    private const ulong AcceptData = 1;
    private const ulong PollData = 2;
    private const ulong ReceiveData = 3;

    private readonly long _endNs = Clock.NowNs() + BudgetNs;
    private Ring? _ring;
    private BufferRing? _buffers;
    private byte* _memory;
    private int _listener = -1;
    private int _eventFd = -1;
    private SockAddr _target;
    private ulong _lastUserData = 100;

    // What came unasked: results by kind, null while nothing came.
    private int? _accepted;
    private int? _polled;
    private int? _received;
    private uint _receivedFlags;

    internal uint Flags => _ring?.Flags ?? 0;

    /// <summary>True when the loopback was down, so that the kernel was asked where it could not be tried.</summary>
    internal bool LoopbackDown { get; private set; }

    /// <summary>Runs every step.</summary>
    /// <returns>Null when all went well, else the line that says what did not.</returns>
    internal string? Run() => SetUp() ?? Listen() ?? Connect() ?? (LoopbackDown ? Ask() : Talk() ?? Finish());

    /// <summary>Releases what the steps made, however far they came.</summary>
    public void Dispose()
    {
        _buffers?.Dispose();
        _ring?.Dispose();
        Close(ref _listener);
        Close(ref _eventFd);
        if (_memory != null)
        {
            _ = Memory.Unmap(_memory, Buffers * BufferBytes);
            _memory = null;
        }
    }

    private string? SetUp()
    {
        int result = Ring.CreateBest(32, 64, out _ring);
        if (result < 0)
        {
            return $"io_uring_setup: {Errno.Name(result)}" + result switch
            {
                -Errno.EPERM or -Errno.EACCES => " (blocked by seccomp or kernel.io_uring_disabled)",
                -Errno.ENOSYS => " (not in this kernel, or blocked by seccomp)",
                -Errno.EOPNOTSUPP => " (kernel older than 5.11)",
                -Errno.ENOMEM => " (RLIMIT_MEMLOCK or memory)",
                _ => "",
            };
        }

        if ((result = _ring!.RegisterFilesSparse(Slots)) < 0)
        {
            return Line("register sparse files", result);
        }

        if ((result = _ring.RegisterFileAllocRange(0, Slots / 2)) < 0)
        {
            return Line("register file alloc range", result);
        }

        _eventFd = Descriptors.OpenEvent();
        if ((result = _eventFd < 0 ? _eventFd : _ring.RegisterEventFd(_eventFd)) < 0)
        {
            return Line("register eventfd", result);
        }

        if ((result = Memory.Map(Buffers * BufferBytes, out void* memory)) < 0)
        {
            return Line("mmap", result);
        }

        _memory = (byte*)memory;
        if ((result = BufferRing.Create(_ring, Buffers, Group, out _buffers)) < 0)
        {
            return Line("register buffer ring", result);
        }

        for (ushort i = 0; i < Buffers; i++)
        {
            _buffers!.Add(_memory + i * BufferBytes, BufferBytes, i);
        }

        _buffers!.Publish();
        return null;
    }

    private string? Listen()
    {
        SockAddr any = SockAddr.From(Own, 0);
        _listener = Sockets.OpenTcp(any);
        int result = _listener;
        if (result < 0
            || (result = Sockets.Bind(_listener, any)) < 0
            || (result = Sockets.Listen(_listener, 4)) < 0
            || (result = Sockets.LocalAddress(_listener, out _target)) < 0)
        {
            return Line($"listen on {Own}", result);
        }

        if (!_ring!.TryGetSqe(out io_uring_sqe* sqe))
        {
            return Line("submission ring", -Errno.EBUSY);
        }

        Prep.AcceptMultishotDirect(sqe, AcceptData, _listener, listenerIsSlot: false);
        return null;
    }

    private string? Connect()
    {
        ulong userData = Begin(out io_uring_sqe* sqe);
        Prep.Socket(sqe, userData, AF_INET, SOCK_STREAM, 0, ClientSlot);
        int result = Await(userData);
        if (result < 0)
        {
            return Line("socket into a slot", result);
        }

        int one = 1;
        userData = Begin(out sqe);
        Prep.SetSockOpt(sqe, userData, ClientSlot, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(int));
        if ((result = Await(userData)) < 0)
        {
            return Line("setsockopt on a slot", result) + " (since Linux 6.7)";
        }

        SockAddr source = SockAddr.From(Own, 0);
        userData = Begin(out sqe);
        Prep.Bind(sqe, userData, ClientSlot, &source);
        if ((result = Await(userData)) < 0)
        {
            return Line("bind on a slot", result) + " (since Linux 6.11)";
        }

        SockAddr target = _target;
        userData = Begin(out sqe);
        Prep.Connect(sqe, userData, ClientSlot, &target);
        if ((result = Await(userData)) < 0)
        {
            LoopbackDown = result == -Errno.ENETUNREACH;
            return LoopbackDown ? null : Line("connect on a slot", result);
        }

        WaitFor(ref _accepted);
        return _accepted is >= 0 ? null : Line("multishot accept into a slot", _accepted ?? -Errno.ETIME);
    }

    // A fresh network namespace has its loopback down, which is no fault of io_uring's: ask where trying is not
    // possible.
    private string? Ask()
    {
        ReadOnlySpan<byte> operations =
            [IORING_OP_POLL_ADD, IORING_OP_SEND, IORING_OP_RECV, IORING_OP_FIXED_FD_INSTALL, IORING_OP_LISTEN];
        foreach (byte operation in operations)
        {
            int known = _ring!.RegisterProbe(operation);
            if (known <= 0)
            {
                return Line($"operation {operation}", known < 0 ? known : -Errno.EOPNOTSUPP);
            }
        }

        return null;
    }

    private string? Talk()
    {
        uint serverSlot = (uint)_accepted!.Value;
        if (!_ring!.TryGetSqe(out io_uring_sqe* sqe))
        {
            return Line("submission ring", -Errno.EBUSY);
        }

        Prep.PollMultishot(sqe, PollData, serverSlot, EpollConstants.EPOLLIN | EpollConstants.EPOLLRDHUP);
        byte* message = stackalloc byte[(int)MessageBytes];
        new Span<byte>(message, (int)MessageBytes).Fill(0x5A);
        ulong userData = Begin(out sqe);
        Prep.Send(sqe, userData, ClientSlot, message, MessageBytes);
        int result = Await(userData);
        if (result != MessageBytes)
        {
            return Line("send on a slot", result);
        }

        WaitFor(ref _polled);
        if (_polled is null or < 0)
        {
            return Line("multishot poll on a slot", _polled ?? -Errno.ETIME);
        }

        _ = Begin(out sqe);
        Prep.RecvMultishot(sqe, ReceiveData, serverSlot, Group);
        WaitFor(ref _received);
        if (_received != MessageBytes || (_receivedFlags & IORING_CQE_F_BUFFER) == 0)
        {
            return Line("multishot receive into a buffer ring", _received ?? -Errno.ETIME);
        }

        uint buffer = _receivedFlags >> IORING_CQE_BUFFER_SHIFT;
        return buffer < Buffers && _memory[buffer * BufferBytes] == 0x5A
            ? null
            : Line("received bytes", -Errno.EBADMSG);
    }

    private string? Finish()
    {
        ulong userData = Begin(out io_uring_sqe* sqe);
        Prep.FixedFdInstall(sqe, userData, ClientSlot);
        int fd = Await(userData);
        if (fd < 0)
        {
            return Line("descriptor for a slot (fixed_fd_install)", fd) + " (since Linux 6.8)";
        }

        _ = Descriptors.Close(fd);
        userData = Begin(out sqe);
        Prep.CancelBySlot(sqe, userData, (uint)_accepted!.Value);
        int result = Await(userData);
        if (result < 0)
        {
            return Line("cancel by slot", result);
        }

        // Closed with RST, or every trial would leave a port in TIME_WAIT for a minute.
        linger reset = new() { l_onoff = 1, l_linger = 0 };
        userData = Begin(out sqe);
        Prep.SetSockOpt(sqe, userData, ClientSlot, SOL_SOCKET, SO_LINGER, &reset, (uint)sizeof(linger));
        if ((result = Await(userData)) < 0)
        {
            return Line("linger on a slot", result);
        }

        userData = Begin(out sqe);
        Prep.CloseDirect(sqe, userData, ClientSlot);
        if ((result = Await(userData)) < 0)
        {
            return Line("close a slot", result);
        }

        return (result = Descriptors.Drain(_eventFd, out _)) < 0 ? Line("eventfd of a ring", result) : null;
    }

    /// <summary>A submission and the user data to give it. The ring is larger than the steps' sum, so there always
    /// is one.</summary>
    private ulong Begin(out io_uring_sqe* sqe)
    {
        if (!_ring!.TryGetSqe(out sqe))
        {
            _ = _ring.Submit();
            _ = _ring.TryGetSqe(out sqe);
        }

        return ++_lastUserData;
    }

    /// <summary>Submits and waits for one request.</summary>
    /// <returns>Its result, or -ETIME when the time for the whole trial is over.</returns>
    private int Await(ulong userData)
    {
        int? result = null;
        while (result is null && Turn(userData, ref result))
        {
        }

        return result ?? -Errno.ETIME;
    }

    private void WaitFor(ref int? unasked)
    {
        int? none = null;
        while (unasked is null && Turn(0, ref none))
        {
        }
    }

    /// <summary>One enter and its completions.</summary>
    /// <returns>False when time is over or the ring refuses.</returns>
    private bool Turn(ulong userData, ref int? result)
    {
        long leftNs = _endNs - Clock.NowNs();
        int entered = leftNs <= 0 ? -Errno.ETIME : _ring!.Enter(1, IORING_ENTER_GETEVENTS, leftNs);
        if (entered < 0 && entered is not (-Errno.EINTR or -Errno.ETIME))
        {
            result = entered;
            return false;
        }

        uint ready = _ring!.CqReady;
        for (uint i = 0; i < ready; i++)
        {
            io_uring_cqe* completion = _ring.CqAt(i);
            if (completion->user_data == userData)
            {
                result = completion->res;
            }
            else
            {
                Note(completion);
            }
        }

        _ring.Advance(ready);
        return entered >= 0 || entered == -Errno.EINTR;
    }

    private void Note(io_uring_cqe* completion)
    {
        switch (completion->user_data)
        {
            case AcceptData:
                _accepted ??= completion->res;
                break;
            case PollData:
                _polled ??= completion->res;
                break;
            case ReceiveData when _received is null:
                _received = completion->res;
                _receivedFlags = completion->flags;
                break;
            default:
                break;
        }
    }

    private static void Close(ref int fd)
    {
        if (fd >= 0)
        {
            _ = Descriptors.Close(fd);
            fd = -1;
        }
    }

    private static string Line(string step, int result) => result < 0
        ? $"io_uring {step}: {Errno.Name(result)}"
        : $"io_uring {step}: gave {result}";
}
