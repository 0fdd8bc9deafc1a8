using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests.Contract;

public sealed class EpollContractTests() : KernelContractTests("epoll");

public sealed class UringContractTests() : KernelContractTests("uring");

public sealed class ManyRingsContractTests() : KernelContractTests(BackendUnderTest.ManyRings);

public sealed class EpollTlsContractTests() : KernelContractTests("epoll" + BackendUnderTest.WithTls);

public sealed class UringTlsContractTests() : KernelContractTests("uring" + BackendUnderTest.WithTls);

/// <summary>Contract that is asked only of a backend that waits for a kernel.</summary>
public abstract class KernelContractTests(string engine) : ContractTests(engine)
{
    [Fact]
    public void A_poll_waits_until_its_time()
    {
        using Pair pair = NewPair();
        Side side = pair.Client;
        long beganNs = side.Backend.NowNs();
        side.Poll(beganNs + 30_000_000);
        Assert.InRange(side.Backend.NowNs() - beganNs, 29_000_000, long.MaxValue);
        side.Poll(0); // comes back
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

    [Theory]
    [InlineData(SourceBinding.Address)]
    [InlineData(SourceBinding.Nothing)]
    public void A_port_that_the_kernel_looked_up_can_be_bound_for_another_target(SourceBinding binding)
    {
        using Pair pair = NewPair();
        SockAddr[] targets = [pair.Server.Listen(), pair.Server.Listen()];
        SockAddr local = SockAddr.FromIPv4(0x7F00_0001u, 0);
        local = local.WithPort(FreePort(local));
        Handle first = pair.Client.Open(targets[0], local, binding);
        pair.Until(() => pair.Client[first].IsOpen, "the first opens");
        Handle second = pair.Client.Open(targets[1], local, SourceBinding.AddressAndPort);
        pair.Until(() => pair.Client[second].IsOpen || pair.Client[second].Closed.HasValue, "the second ends or opens");
        Assert.Null(pair.Client[second].Closed);
        pair.CloseAll();
    }

    [Theory]
    [InlineData("reject", Errno.ECONNREFUSED)]
    [InlineData("reject with icmpx type admin-prohibited", Errno.EHOSTUNREACH)]
    [InlineData("reject with tcp reset", Errno.ECONNREFUSED)]
    public void A_connect_that_this_host_rejects_never_opens(string verdict, int errno)
    {
        Requirement.OwnNetwork();
        Needs.Tool("nft");
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen();
        Filter("add table inet t; add chain inet t out { type filter hook output priority 0; }; "
            + $"add rule inet t out tcp dport {target.Port} {verdict}");
        Handle[] clients = [.. Enumerable.Range(0, 40).Select(_ => pair.Client.Open(target))];
        pair.Until(() => clients.All(one => pair.Client[one].Closed is not null), "every attempt ends");
        Assert.All(clients, one => Assert.False(pair.Client[one].IsOpen));
        Assert.All(clients, one => Assert.Equal(-errno, pair.Client[one].Closed));
        Assert.Empty(pair.Server.Accepted);

        Handle left = pair.Client.Open(target);
        pair.Client.Close(left); // while its error may still be asked for
        pair.Until(() => pair.Client[left].Closed is not null, "one that is closed meanwhile ends");
        Filter("delete table inet t");
        pair.Connect(target);
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
