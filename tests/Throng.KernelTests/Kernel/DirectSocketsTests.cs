using System.Net;
using Throng.Linux;
using Xunit;
using static Throng.Linux.EpollConstants;
using static Throng.Linux.SocketConstants;
using static Throng.Linux.UringConstants;

namespace Throng.KernelTests;

/// <summary>Connections without descriptors: every operation the engine uses, on the real kernel.</summary>
public sealed unsafe class DirectSocketsTests
{
    private const ulong WatchData = 2;

    [Theory]
    [MemberData(nameof(RingTests.FlagSets), MemberType = typeof(RingTests))]
    public void A_connection_carries_bytes_both_ways(uint flags)
    {
        using DirectSockets sockets = new(flags);
        sockets.ArmAccept();
        uint server = sockets.Connect();
        Prep.RecvMultishot(sockets.Next(), WatchData, server, DirectSockets.Group);
        for (int i = 0; i < 5; i++)
        {
            sockets.Send(DirectSockets.ClientSlot, "question"u8);
            io_uring_cqe received = sockets.Await(WatchData);
            Assert.Equal("question"u8, sockets.Received(received));
            Assert.NotEqual(0u, received.flags & IORING_CQE_F_MORE);
            sockets.Return(received);

            sockets.Send(server, "answer"u8);
            io_uring_sqe* sqe = sockets.Next(out ulong userData);
            Prep.Recv(sqe, userData, DirectSockets.ClientSlot, DirectSockets.Group);
            received = sockets.Await(userData);
            Assert.Equal("answer"u8, sockets.Received(received));
            sockets.Return(received);
        }

        Assert.Equal(0, Do(sockets, (sqe, data) => Prep.Shutdown(sqe, data, DirectSockets.ClientSlot, SHUT_WR)));
        io_uring_cqe ended = sockets.Await(WatchData);
        Assert.Equal(0, ended.res);
        Assert.Equal(0u, ended.flags & IORING_CQE_F_MORE);
    }

    [Fact]
    public void An_empty_buffer_group_ends_a_receive_and_refilled_it_goes_on()
    {
        using DirectSockets sockets = new();
        sockets.ArmAccept();
        uint server = sockets.Connect();
        Prep.RecvMultishot(sockets.Next(), WatchData, server, DirectSockets.Group);
        byte[] message = new byte[DirectSockets.BufferBytes];
        List<io_uring_cqe> held = [];
        for (byte i = 0; i < DirectSockets.Buffers; i++)
        {
            Array.Fill(message, i);
            sockets.Send(DirectSockets.ClientSlot, message);
            held.Add(sockets.Await(WatchData));
        }

        Assert.Equal(DirectSockets.Buffers, (uint)held.Select(c => c.flags >> 16).Distinct().Count());
        sockets.Send(DirectSockets.ClientSlot, message);
        io_uring_cqe starved = held[^1];
        if ((starved.flags & IORING_CQE_F_MORE) != 0)
        {
            starved = sockets.Await(WatchData);
            Assert.Equal(-Errno.ENOBUFS, starved.res);
        }

        Assert.Equal(0u, starved.flags & IORING_CQE_F_MORE);
        for (int i = 0; i < held.Count; i++)
        {
            Assert.All(sockets.Received(held[i]).ToArray(), b => Assert.Equal(i, b));
            sockets.Return(held[i]);
        }

        Prep.RecvMultishot(sockets.Next(), WatchData, server, DirectSockets.Group);
        for (int round = 0; round < 40; round++)
        {
            io_uring_cqe received = sockets.Await(WatchData);
            Assert.Equal((int)DirectSockets.BufferBytes, received.res);
            sockets.Return(received);
            sockets.Send(DirectSockets.ClientSlot, message);
        }
    }

    [Fact]
    public void A_poll_watches_until_it_is_cancelled()
    {
        using DirectSockets sockets = new();
        sockets.ArmAccept();
        uint server = sockets.Connect();
        Prep.PollMultishot(sockets.Next(), WatchData, server, EPOLLIN | EPOLLRDHUP);
        for (int i = 0; i < 3; i++)
        {
            sockets.Send(DirectSockets.ClientSlot, "x"u8);
            io_uring_cqe ready = sockets.Await(WatchData);
            Assert.Equal(EPOLLIN, (uint)ready.res & EPOLLIN);
            Assert.NotEqual(0u, ready.flags & IORING_CQE_F_MORE);
            io_uring_sqe* sqe = sockets.Next(out ulong userData);
            Prep.Recv(sqe, userData, server, DirectSockets.Group, MSG_DONTWAIT);
            io_uring_cqe received = sockets.Await(userData);
            Assert.Equal(1, received.res);
            sockets.Return(received);
        }

        int nothing = Do(sockets, (sqe, data) =>
            Prep.Recv(sqe, data, server, DirectSockets.Group, MSG_DONTWAIT));
        Assert.Equal(-Errno.EAGAIN, nothing);
        Assert.Equal(1, Do(sockets, (sqe, data) => Prep.CancelBySlot(sqe, data, server)));
        Assert.Equal(-Errno.ECANCELED, sockets.Await(WatchData).res);
        Assert.Equal(0, Do(sockets, (sqe, data) => Prep.CancelBySlot(sqe, data, server)));
        sockets.Send(DirectSockets.ClientSlot, "x"u8);
        sockets.AssertSilent(WatchData);
    }

    [Fact]
    public void A_request_is_cancelled_by_its_user_data()
    {
        using DirectSockets sockets = new();
        sockets.ArmAccept();
        uint server = sockets.Connect();
        Prep.RecvMultishot(sockets.Next(), WatchData, server, DirectSockets.Group);
        Assert.Equal(0, Do(sockets, (sqe, data) => Prep.CancelByUserData(sqe, data, WatchData)));
        Assert.Equal(-Errno.ECANCELED, sockets.Await(WatchData).res);
        Assert.Equal(-Errno.ENOENT, Do(sockets, (sqe, data) => Prep.CancelByUserData(sqe, data, WatchData)));
    }

    [Fact]
    public void A_closed_slot_tells_the_peer_and_is_free()
    {
        using DirectSockets sockets = new();
        sockets.ArmAccept();
        uint server = sockets.Connect();
        Prep.PollMultishot(sockets.Next(), WatchData, server, EPOLLIN | EPOLLRDHUP);
        Assert.Equal(0, Do(sockets, (sqe, data) => Prep.CloseDirect(sqe, data, DirectSockets.ClientSlot)));
        Assert.Equal(EPOLLRDHUP, (uint)sockets.Await(WatchData).res & EPOLLRDHUP);
        Assert.Equal(-Errno.EBADF, Do(sockets, (sqe, data) =>
            Prep.Shutdown(sqe, data, DirectSockets.ClientSlot, SHUT_WR)));
        Assert.NotEqual(server, sockets.Connect());
    }

    [Fact]
    public void Options_and_linger_work_on_slots()
    {
        using DirectSockets sockets = new();
        sockets.ArmAccept();
        uint server = sockets.Connect();
        linger reset = new() { l_onoff = 1, l_linger = 0 };
        io_uring_sqe* option = sockets.Next(out ulong set);
        Prep.SetSockOpt(
            option, set, DirectSockets.ClientSlot, SOL_SOCKET, SO_LINGER, &reset, (uint)sizeof(linger));
        Assert.Equal(0, sockets.Await(set).res);
        Assert.Equal(0, Do(sockets, (sqe, data) => Prep.CloseDirect(sqe, data, DirectSockets.ClientSlot)));
        Assert.Equal(-Errno.ECONNRESET, Do(sockets, (sqe, data) =>
            Prep.Recv(sqe, data, server, DirectSockets.Group)));
    }

    [Fact]
    public void A_listener_may_be_a_slot_and_a_slot_may_become_a_descriptor()
    {
        const uint ListenerSlot = 50;
        const uint Source = 51;
        using DirectSockets sockets = new();
        SockAddr any = SockAddr.From(IPAddress.Loopback, 0);
        Assert.Equal(0, Do(sockets, (sqe, data) => Prep.Socket(sqe, data, AF_INET, SOCK_STREAM, 0, ListenerSlot)));
        io_uring_sqe* bind = sockets.Next(out ulong bound);
        Prep.Bind(bind, bound, ListenerSlot, &any);
        Assert.Equal(0, sockets.Await(bound).res);
        Assert.Equal(0, Do(sockets, (sqe, data) => Prep.Listen(sqe, data, ListenerSlot, 16)));
        int fd = Do(sockets, (sqe, data) => Prep.FixedFdInstall(sqe, data, ListenerSlot));
        Assert.True(fd > 0, Errno.Name(fd));
        Assert.Equal(0, Sockets.LocalAddress(fd, out SockAddr target));
        Assert.Equal(0, Sockets.Close(fd));
        Prep.AcceptMultishotDirect(sockets.Next(), WatchData, (int)ListenerSlot, listenerIsSlot: true);

        // A chosen source port, as the address plan does: O(1) to the last port.
        SockAddr source = any;
        int one = 1;
        io_uring_sqe* sqe = sockets.Next(out ulong opened);
        Prep.Socket(sqe, opened, AF_INET, SOCK_STREAM, 0, Source);
        sqe = sockets.Next(out ulong option);
        Prep.SetSockOpt(sqe, option, Source, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(int));
        sqe = sockets.Next(out bound);
        Prep.Bind(sqe, bound, Source, &source);
        sqe = sockets.Next(out ulong connected);
        Prep.Connect(sqe, connected, Source, &target);
        Assert.Equal([0, 0, 0, 0], new[] { opened, option, bound, connected }.Select(d => sockets.Await(d).res));
        Assert.InRange(sockets.Await(WatchData).res, 0, 31);
    }

    [Fact]
    public void Refused_and_full_tables_are_results()
    {
        using DirectSockets sockets = new();
        int closed = Sockets.OpenTcp(sockets.Target);
        SockAddr nobody = SockAddr.From(IPAddress.Loopback, 0);
        Assert.Equal(0, Sockets.Bind(closed, nobody));
        Assert.Equal(0, Sockets.LocalAddress(closed, out nobody));
        Assert.Equal(0, Do(sockets, (sqe, data) => Prep.Socket(sqe, data, AF_INET, SOCK_STREAM, 0, 60)));
        io_uring_sqe* connect = sockets.Next(out ulong connected);
        Prep.Connect(connect, connected, 60, &nobody);
        Assert.Equal(-Errno.ECONNREFUSED, sockets.Await(connected).res);
        Assert.Equal(0, Sockets.Close(closed));

        int[] slots = [.. Enumerable.Range(0, 33).Select(_ => Do(sockets, (sqe, data) =>
            Prep.Socket(sqe, data, AF_INET, SOCK_STREAM, 0, IORING_FILE_INDEX_ALLOC)))];
        Assert.Equal(Enumerable.Range(0, 32), slots[..32]);
        Assert.Equal(-Errno.ENFILE, slots[32]);
    }

    [Fact]
    public void A_descriptor_moves_into_a_slot()
    {
        using DirectSockets sockets = new();
        int fd = Sockets.Open(AF_INET, SOCK_STREAM);
        Assert.Equal(1, sockets.Ring.RegisterFilesUpdate(45, [fd]));
        Assert.Equal(1, sockets.Ring.RegisterFilesUpdate(46, [fd]));
        Assert.Equal(0, Sockets.Close(fd));
        sockets.ArmAccept();
        SockAddr target = sockets.Target;
        io_uring_sqe* sqe = sockets.Next(out ulong connected);
        Prep.Connect(sqe, connected, 45, &target);
        Assert.Equal(0, sockets.Await(connected).res);
        sockets.Send(46, "same socket"u8);
    }

    private delegate void Fill(io_uring_sqe* sqe, ulong userData);

    private static int Do(DirectSockets sockets, Fill fill)
    {
        io_uring_sqe* sqe = sockets.Next(out ulong userData);
        fill(sqe, userData);
        return sockets.Await(userData).res;
    }
}
