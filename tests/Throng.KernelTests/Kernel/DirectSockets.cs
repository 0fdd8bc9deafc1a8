using System.Net;
using Throng.Linux;
using Xunit;
using static Throng.Linux.SocketConstants;
using static Throng.Linux.UringConstants;

namespace Throng.KernelTests;

/// <summary>A ring with a table of direct descriptors, a group of provided buffers, and steps done one by one.
/// </summary>
internal sealed unsafe class DirectSockets : IDisposable
{
    internal const ushort Group = 3;
    internal const uint Buffers = 8;
    internal const uint BufferBytes = 256;
    internal const uint ClientSlot = 40;
    private const ulong AcceptData = 1;

    private readonly byte* _memory;
    private readonly int _listener;
    private readonly List<io_uring_cqe> _unasked = [];
    private ulong _lastUserData = 1_000_000;

    internal DirectSockets(uint? flags = null, uint entries = 64, uint cqEntries = 256)
    {
        Needs.Uring();

        int result = flags is uint exact
            ? Ring.Create(entries, cqEntries, exact, out Ring? ring)
            : Ring.CreateBest(entries, cqEntries, out ring);
        Needs.Host(result >= 0, $"io_uring_setup: {Errno.Name(result)}");

        Ring = ring!;
        Assert.Equal(0, Ring.RegisterFilesSparse(64));
        Assert.Equal(0, Ring.RegisterFileAllocRange(0, 32));
        Assert.Equal(0, Memory.Map(Buffers * BufferBytes, out void* memory));
        _memory = (byte*)memory;
        Assert.Equal(0, BufferRing.Create(Ring, Buffers, Group, out BufferRing? provided));
        Provided = provided!;
        for (ushort i = 0; i < Buffers; i++)
        {
            Return(i);
        }

        SockAddr any = SockAddr.From(IPAddress.Loopback, 0);
        _listener = Sockets.OpenTcp(any);
        Assert.Equal(0, Sockets.Bind(_listener, any));
        Assert.Equal(0, Sockets.Listen(_listener, 64));
        Assert.Equal(0, Sockets.LocalAddress(_listener, out SockAddr target));
        Target = target;
    }

    internal Ring Ring { get; }

    internal BufferRing Provided { get; }

    internal SockAddr Target { get; }

    internal void ArmAccept() => Prep.AcceptMultishotDirect(Next(), AcceptData, _listener, listenerIsSlot: false);

    /// <summary>Opens a connection from a slot to the listener.</summary>
    /// <returns>The slot of the accepted end.</returns>
    internal uint Connect(uint slot = ClientSlot)
    {
        io_uring_sqe* sqe = Next(out ulong userData);
        Prep.Socket(sqe, userData, AF_INET, SOCK_STREAM, 0, slot);
        Assert.Equal(0, Await(userData).res);
        sqe = Next(out userData);
        SockAddr target = Target;
        Prep.Connect(sqe, userData, slot, &target);
        Assert.Equal(0, Await(userData).res);
        io_uring_cqe accepted = Await(AcceptData);
        Assert.InRange(accepted.res, 0, 31);
        Assert.NotEqual(0u, accepted.flags & IORING_CQE_F_MORE);
        return (uint)accepted.res;
    }

    internal void Send(uint slot, ReadOnlySpan<byte> message)
    {
        io_uring_sqe* sqe = Next(out ulong userData);
        fixed (byte* bytes = message)
        {
            Prep.Send(sqe, userData, slot, bytes, (uint)message.Length);
            Assert.Equal(message.Length, Await(userData).res);
        }
    }

    internal Span<byte> Received(in io_uring_cqe completion)
    {
        Assert.NotEqual(0u, completion.flags & IORING_CQE_F_BUFFER);
        return new Span<byte>(_memory + (completion.flags >> IORING_CQE_BUFFER_SHIFT) * BufferBytes, completion.res);
    }

    internal void Return(in io_uring_cqe completion) => Return((ushort)(completion.flags >> IORING_CQE_BUFFER_SHIFT));

    internal void Return(ushort buffer)
    {
        Provided.Add(_memory + buffer * BufferBytes, BufferBytes, buffer);
        Provided.Publish();
    }

    internal io_uring_sqe* Next() => Next(out _);

    internal io_uring_sqe* Next(out ulong userData)
    {
        Assert.True(Ring.TryGetSqe(out io_uring_sqe* sqe));
        userData = ++_lastUserData;
        return sqe;
    }

    /// <summary>The next completion with this user data, in order; the others are kept for later.</summary>
    internal io_uring_cqe Await(ulong userData)
    {
        long endNs = Clock.NowNs() + (long)Eventually.Patience.TotalNanoseconds;
        Span<io_uring_cqe> taken = stackalloc io_uring_cqe[16];
        while (true)
        {
            int index = _unasked.FindIndex(c => c.user_data == userData);
            if (index >= 0)
            {
                io_uring_cqe found = _unasked[index];
                _unasked.RemoveAt(index);
                return found;
            }

            Assert.True(Clock.NowNs() < endNs, $"no completion for {userData}");
            int entered = Ring.Enter(1, IORING_ENTER_GETEVENTS, 50_000_000);
            Assert.True(entered >= 0 || entered is -Errno.ETIME or -Errno.EINTR, Errno.Name(entered));
            int count = Completions.Take(Ring, taken);
            foreach (io_uring_cqe completion in taken[..count])
            {
                _unasked.Add(completion);
            }
        }
    }

    /// <summary>Brings in what is there and fails when it holds anything of this user data.</summary>
    internal void AssertSilent(ulong userData)
    {
        _ = Ring.Enter(1, IORING_ENTER_GETEVENTS, 3_000_000);
        Span<io_uring_cqe> taken = stackalloc io_uring_cqe[64];
        int count = Completions.Take(Ring, taken);
        foreach (io_uring_cqe completion in taken[..count])
        {
            _unasked.Add(completion);
        }

        Assert.DoesNotContain(_unasked, c => c.user_data == userData);
    }

    public void Dispose()
    {
        Provided.Dispose();
        Ring.Dispose();
        _ = Sockets.Close(_listener);
        _ = Memory.Unmap(_memory, Buffers * BufferBytes);
    }
}
