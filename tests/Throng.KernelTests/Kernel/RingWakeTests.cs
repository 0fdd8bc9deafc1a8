using System.Net;
using Throng.Linux;
using Xunit;
using static Throng.Linux.SocketConstants;
using static Throng.Linux.UringConstants;

namespace Throng.KernelTests;

/// <summary>
/// How a worker with many rings sleeps: one eventfd in all of them, muted while it is awake. Another thread sends
/// from a ring of its own at random moments, and no message may be left lying.
/// </summary>
public sealed unsafe class RingWakeTests
{
    private const int Rings = 4;
    private const int Messages = 2000;

    [Fact]
    public void Sleeping_on_a_shared_eventfd_misses_no_message()
    {
        Needs.Uring();
        int eventFd = Descriptors.OpenEvent();
        int epoll = Epoll.Open();
        Assert.Equal(0, Epoll.Add(epoll, eventFd, EpollConstants.EPOLLIN, 0));
        int[] sockets = [.. Enumerable.Range(0, Rings).Select(_ => OpenUdp())];
        Ring[] rings = [.. sockets.Select(socket => Watch(socket, eventFd))];
        using SemaphoreSlim consumed = new(0);
        int sent = 0;
        Thread sender = new(() => sent = SendFromRing(sockets, consumed));
        sender.Start();

        int received = 0;
        int sleeps = 0;
        bool asleepInVain = false;
        Span<epoll_event> events = stackalloc epoll_event[2];
        while (received < Messages && !asleepInVain)
        {
            int found = Reap(rings, sockets);
            received += found;
            if (found > 0)
            {
                consumed.Release(found);
                continue;
            }

            Array.ForEach(rings, ring => ring.UnmuteEvents());
            Interlocked.MemoryBarrier();
            if (!rings.Any(ring => ring.HasTaskWork || ring.CqReady > 0))
            {
                sleeps++;
                asleepInVain = Epoll.Wait(epoll, events, (long)Eventually.Patience.TotalNanoseconds) == 0;
                _ = Descriptors.Drain(eventFd, out _);
            }

            Array.ForEach(rings, ring => ring.MuteEvents());
        }

        sender.Join();
        TestContext.Current.TestOutputHelper?.WriteLine($"{received} messages, {sleeps} sleeps");
        Assert.False(asleepInVain, $"woken for {received} of {sent}");
        Assert.Equal(Messages, sent);
        Array.ForEach(rings, ring => ring.Dispose());
        Array.ForEach([.. sockets, eventFd, epoll], fd => _ = Descriptors.Close(fd));
    }

    private static int OpenUdp()
    {
        int fd = Sockets.Open(AF_INET, SOCK_DGRAM);
        Assert.Equal(0, Sockets.Bind(fd, SockAddr.From(IPAddress.Loopback, 0)));
        return fd;
    }

    private static Ring Watch(int socket, int eventFd)
    {
        Assert.Equal(0, Ring.CreateBest(8, 16, out Ring? ring));
        Assert.Equal(0, ring!.RegisterEventFd(eventFd));
        ring.MuteEvents();
        Assert.True(ring.TryGetSqe(out io_uring_sqe* sqe));
        Prep.PollMultishotFd(sqe, 1, socket, EpollConstants.EPOLLIN);
        Assert.Equal(1, ring.Submit());
        return ring;
    }

    private static int Reap(Ring[] rings, int[] sockets)
    {
        byte* buffer = stackalloc byte[8];
        int found = 0;
        for (int i = 0; i < rings.Length; i++)
        {
            if (rings[i].HasTaskWork)
            {
                _ = rings[i].Enter(0, IORING_ENTER_GETEVENTS, -1);
            }

            uint ready = rings[i].CqReady;
            rings[i].Advance(ready);
            while (ready > 0 && Sockets.Receive(sockets[i], buffer, 8, 0) > 0)
            {
                found++;
            }
        }

        return found;
    }

    // Returns how many were sent: fewer than all when one was not consumed in time.
    private static int SendFromRing(int[] sockets, SemaphoreSlim consumed)
    {
        SockAddr[] targets = [.. sockets.Select(fd => Sockets.LocalAddress(fd, out SockAddr a) == 0 ? a : default)];
        _ = Ring.CreateBest(8, 16, out Ring? ring);
        using (ring)
        {
            _ = ring!.RegisterFilesSparse(1);
            _ = ring.TryGetSqe(out io_uring_sqe* sqe);
            Prep.Socket(sqe, 1, AF_INET, SOCK_DGRAM, 0, 0);
            _ = ring.Enter(1, IORING_ENTER_GETEVENTS, -1);
            ring.Advance(ring.CqReady);
            Random pick = new(4711);
            ulong message = 0;
            for (int i = 0; i < Messages; i++)
            {
                SockAddr target = targets[pick.Next(Rings)];
                _ = ring.TryGetSqe(out sqe);
                Prep.SendTo(sqe, 2, 0, &message, sizeof(ulong), &target);
                _ = ring.Enter(1, IORING_ENTER_GETEVENTS, -1);
                bool taken = ring.CqAt(0)->res == sizeof(ulong);
                ring.Advance(ring.CqReady);
                Thread.SpinWait(pick.Next(2000));
                if (!taken || !consumed.Wait(2 * Eventually.Patience))
                {
                    return i;
                }
            }

            return Messages;
        }
    }
}
