using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests.Contract;

public sealed class EpollDatagramContractTests() : KernelDatagramContractTests("epoll");

public sealed class UringDatagramContractTests() : KernelDatagramContractTests("uring");

public sealed class ManyRingsDatagramContractTests() : KernelDatagramContractTests(BackendUnderTest.ManyRings);

/// <summary>Contract for datagrams that is asked only of a backend that waits for a kernel.</summary>
public abstract class KernelDatagramContractTests(string engine) : DatagramContractTests(engine)
{
    [Fact]
    public void An_exclusive_source_of_datagrams_is_told_when_it_is_taken()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.ListenForDatagrams();
        SockAddr local = UnusedPort(pair);
        Handle first = OpenDatagrams(pair, target, local, SourceBinding.Exclusive);
        Handle second = pair.Client.OpenForDatagrams(target, local, SourceBinding.Exclusive);
        pair.Until(() => pair.Client[second].Closed is not null, "the second is refused");
        Assert.Equal(-Errno.EADDRINUSE, pair.Client[second].Closed);
        Assert.Null(pair.Client[first].Closed);
        pair.CloseAll();
    }

    [Fact]
    public void A_port_for_datagrams_is_listened_on_once()
    {
        using Pair pair = NewPair();
        SockAddr bound = pair.Server.ListenForDatagrams();
        Assert.Equal(-Errno.EADDRINUSE, pair.Client.TryListenForDatagrams(bound, false, out _));
    }

    [Fact]
    public void Both_families_are_answered_from_the_address_that_was_asked()
    {
        using Pair pair = NewPair();
        ushort port = pair.Server.ListenForDatagrams(SockAddr.Any6, dualStack: true).Port;
        Handle four = OpenDatagrams(pair, SockAddr.FromIPv4(0x7F00_0003, port));
        Handle six = OpenDatagrams(pair, SockAddr.From(System.Net.IPAddress.IPv6Loopback, port));
        pair.Client.Send(four, 4);
        pair.Client.Send(six, 6);
        pair.Until(() => pair.Client[four].HasReceived(4) && pair.Client[six].HasReceived(6), "both answers come");
        Assert.All(pair.Server.Datagrams, one => Assert.True(one.Route.Local.IsIPv6));
        pair.CloseAll();
    }

    [Fact]
    public void A_datagram_that_this_host_refuses_to_send_is_told_as_sent_and_refused()
    {
        Requirement.OwnNetwork();
        Needs.Tool("nft");
        using Pair pair = NewPair();
        SockAddr target = pair.Server.ListenForDatagrams();
        Handle client = OpenDatagrams(pair, target);
        Filter("add table inet t; add chain inet t out { type filter hook output priority 0; }; "
            + $"add rule inet t out udp dport {target.Port} drop");
        pair.Client.Send(client, 10);
        pair.Until(() => pair.Client[client].Refusals.Count == 1, "it is told");
        Assert.Equal([-Errno.EPERM], pair.Client[client].Refusals);
        Assert.Equal(10, pair.Client[client].SentBytes);
        Filter("delete table inet t");
        pair.Client.Send(client, 20);
        pair.Until(() => pair.Client[client].PieceBytes.Count == 1, "the next one is answered");
        Assert.Equal([20], pair.Client[client].PieceBytes);
        pair.CloseAll();
    }

    [Fact]
    public void An_empty_datagram_comes_to_a_listener()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.ListenForDatagrams();
        int fd = Sockets.Open(target.Family, SocketConstants.SOCK_DGRAM);
        Assert.Equal(0, Sockets.Connect(fd, target));
        Assert.Equal(0, Sockets.Send(fd, (ReadOnlySpan<byte>)[]));
        Assert.Equal(2, Sockets.Send(fd, [1, 2]));
        pair.Until(() => pair.Server.DatagramsSent.Count == 2, "both are answered");
        Assert.Equal([0, 2], pair.Server.Datagrams.Select(one => one.Bytes.Length));
        _ = Sockets.Close(fd);
        pair.CloseAll();
    }
}
