using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests.Contract;

public sealed class EpollContractTests() : KernelContractTests("epoll");

public sealed class UringContractTests() : KernelContractTests("uring");

public sealed class ManyRingsContractTests() : KernelContractTests(BackendUnderTest.ManyRings);

public sealed class EpollTlsContractTests() : KernelContractTests("epoll" + BackendUnderTest.WithTls);

public sealed class UringTlsContractTests() : KernelContractTests("uring" + BackendUnderTest.WithTls);

/// <summary>What is asked only of a backend that waits for a kernel.</summary>
public abstract class KernelContractTests(string engine) : ContractTests(engine)
{
    [Fact]
    public void A_poll_waits_until_its_time_and_not_much_longer()
    {
        using Pair pair = NewPair();
        Side side = pair.Client;
        long beganNs = side.Backend.NowNs();
        side.Poll(beganNs + 30_000_000);
        Assert.InRange(side.Backend.NowNs() - beganNs, 29_000_000, 1_000_000_000);
        beganNs = side.Backend.NowNs();
        side.Poll(0);
        Assert.InRange(side.Backend.NowNs() - beganNs, 0, 20_000_000);
    }

    [Theory]
    [InlineData(SourceBinding.AddressAndPort)]
    [InlineData(SourceBinding.Address)]
    [InlineData(SourceBinding.Nothing)]
    public void A_connection_comes_from_the_port_that_was_chosen(SourceBinding binding)
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen();
        SockAddr address = SockAddr.FromIPv4(binding == SourceBinding.Nothing ? 0x7F00_0001u : 0x7F00_0002u, 0);
        ushort port = FreePort(address);
        Handle client = pair.Client.Open(target, address.WithPort(port), binding);
        pair.Until(() => pair.Client[client].IsOpen && pair.Server.Accepted.Count == 1, "it opens on both sides");
        pair.Client.Backend.AskFacts(client);
        pair.Until(() => pair.Client[client].FactsResult is not null, "the facts come");
        Assert.Equal(address.WithPort(port), pair.Client[client].Facts.Local);

        Handle second = pair.Client.Open(target, address.WithPort(port), binding);
        pair.Until(() => pair.Client[second].Closed.HasValue, "the same path again is refused");
        Assert.Contains(pair.Client[second].Closed!.Value, (int[])[-Errno.EADDRINUSE, -Errno.EADDRNOTAVAIL]);
        pair.CloseAll();
    }

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

    /// <summary>An ephemeral port that nobody has right now, not even in TIME_WAIT.</summary>
    private static ushort FreePort(SockAddr address)
    {
        int fd = Sockets.OpenTcp(address);
        Assert.True(fd >= 0);
        Assert.Equal(0, Sockets.Bind(fd, address));
        Assert.Equal(0, Sockets.LocalAddress(fd, out SockAddr bound));
        _ = Sockets.Close(fd);
        return bound.Port;
    }
}
