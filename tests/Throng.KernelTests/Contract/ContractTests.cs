using Throng.Engine;
using Throng.Linux;
using Throng.Simulation;
using Xunit;

namespace Throng.KernelTests.Contract;

/// <summary>
/// Every rule of <see cref="IBackend"/> on streams, driven on every backend there is; those on datagrams are in
/// <see cref="DatagramContractTests"/>. This part: opening and accepting; the others are in files of their own.
/// </summary>
public abstract partial class ContractTests(string engine) : BackendCases(engine)
{
    [Fact]
    public void Whatever_can_be_done_is_done_but_datagrams_over_TLS_and_by_packets()
    {
        using Pair pair = NewPair();
        BackendTraits traits = pair.Client.Backend.Traits;
        bool isPacket = Engine.Contains(BackendUnderTest.To, StringComparison.Ordinal);
        Assert.Equal(
            !isPacket && !Engine.EndsWith(BackendUnderTest.WithTls, StringComparison.Ordinal), traits.Datagrams);
        Assert.Equal(!isPacket, traits.Listens);
    }

    [Fact]
    public void A_connection_opens_on_both_sides()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen();
        (Handle client, Handle server) = pair.Connect(target);
        Assert.Equal(Role.Client, pair.Client.Slab[client].Role);
        Assert.Equal(Role.Server, pair.Server.Slab[server].Role);
        Assert.Equal(0, pair.Server[server].Listener);
        pair.CloseAll();
    }

    [Fact]
    public void Port_zero_is_answered_with_the_port_that_was_chosen()
    {
        using Pair pair = NewPair();
        SockAddr first = pair.Server.Listen();
        SockAddr second = pair.Server.Listen();
        Assert.NotEqual(0, first.Port);
        Assert.NotEqual(first.Port, second.Port);
        (_, Handle server) = pair.Connect(second);
        Assert.Equal(1, pair.Server[server].Listener);
        pair.CloseAll();
    }

    [Fact]
    public void A_port_is_listened_on_once_unless_it_is_shared()
    {
        using Pair pair = NewPair();
        Needs.Case(pair.Client.Backend.Traits.Listens, "the client's backend listens to nobody");
        SockAddr alone = pair.Server.Listen();
        Assert.Equal(-Errno.EADDRINUSE, pair.Client.TryListen(alone, 16, sharesPort: false, out _));
        SockAddr shared = pair.Server.Listen(sharesPort: true);
        Assert.Equal(0, pair.Client.TryListen(shared, 16, sharesPort: true, out _));
    }

    [Fact]
    public void A_refused_connect_ends_with_its_errno_and_not_before_a_poll()
    {
        using Pair pair = NewPair();
        SockAddr target = UnusedPort(pair);
        Handle client = pair.Client.Open(target);
        Assert.True(pair.Client.Slab.IsLive(client));
        pair.Until(() => pair.Client[client].Closed is not null, "a refused connect ends");
        Assert.Equal(-Errno.ECONNREFUSED, pair.Client[client].Closed);
        Assert.False(pair.Client[client].IsOpen);
        pair.CloseAll();
    }

    [Fact]
    public void A_source_port_that_is_taken_is_told_as_such_and_the_handle_may_try_another()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen();
        SockAddr local = UnusedPort(pair);
        Handle first = pair.Client.Open(target, local);
        pair.Until(() => pair.Client[first].IsOpen, "the first connection opens");
        Handle second = pair.Client.Open(target, local);
        pair.Until(() => pair.Client[second].Closed is not null, "the second connection fails");
        Assert.Contains(pair.Client[second].Closed!.Value, (int[])[-Errno.EADDRINUSE, -Errno.EADDRNOTAVAIL]);
        Assert.Null(pair.Client[first].Closed);
        pair.CloseAll();
    }

    [Fact]
    public void A_full_slab_fails_the_accept_and_loses_no_other_connection()
    {
        using Pair pair = NewPair(serverSlots: 2);
        SockAddr target = pair.Server.Listen();
        (_, Handle first) = pair.Connect(target);
        (Handle secondClient, Handle second) = pair.Connect(target);
        Handle third = pair.Client.Open(target);
        pair.Until(() => pair.Server.AcceptFailures.Count > 0, "an accept that finds no slot fails");
        pair.Server.Backend.Accepting(0, false);
        int failures = pair.Server.AcceptFailures.Count;
        pair.Settle();
        Assert.InRange(pair.Server.AcceptFailures.Count, failures, failures + 2); // no circle
        pair.Server.Close(first);
        pair.Until(() => pair.Server.Slab.Used == 1, "a slot is free again");
        pair.Server.Backend.Accepting(0, true);

        // The third may have waited in the queue, or been dropped; a new one gets in either way.
        pair.Until(
            () => pair.Server.Accepted.Count == 3 || pair.Client[third].Closed is not null || DroppedBy(pair, third),
            "the connection that found no slot is accepted or ended");
        if (pair.Server.Accepted.Count == 2)
        {
            pair.Connect(target);
        }

        pair.Client.Send(secondClient, 5);
        pair.Until(() => pair.Server[second].HasReceived(5), "the others live on");
        pair.CloseAll();
    }

    [Fact]
    public void Accepting_stops_and_resumes()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen();
        pair.Connect(target);
        pair.Server.Backend.Accepting(0, false);
        pair.Server.Backend.Accepting(0, false);
        pair.Settle(5);
        int before = pair.Server.Accepted.Count;
        pair.Client.Open(target);
        pair.Client.Open(target);
        pair.Settle();
        int meanwhile = pair.Server.Accepted.Count - before;
        Assert.True(meanwhile <= 1, "at most the accept that was under way still comes");
        pair.Server.Backend.Accepting(0, true);
        pair.Server.Backend.Accepting(0, true);
        pair.Until(() => pair.Server.Accepted.Count == before + 2, "those who waited are accepted");
        pair.CloseAll();
    }

    [Fact]
    public void A_paced_listener_accepts_what_is_asked_for_and_no_more()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen(isPaced: true);
        IBackend server = pair.Server.Backend;
        for (int i = 0; i < 6; i++)
        {
            pair.Client.Open(target);
        }

        pair.Settle();
        Assert.Empty(pair.Server.Accepted);
        server.AcceptOne(0, 1);
        pair.Until(() => pair.Server.Accepted.Count == 1, "one is accepted of those that wait");
        pair.Settle();
        Assert.Single(pair.Server.Accepted);
        server.Accepting(0, false);
        server.AcceptOne(0, 5);
        server.AcceptOne(0, 5);
        pair.Settle();
        Assert.Single(pair.Server.Accepted);
        server.Accepting(0, true);
        pair.Until(() => pair.Server.Accepted.Count == 3, "what was asked for is accepted later");
        pair.Settle();
        Assert.Equal(3, pair.Server.Accepted.Count);
        pair.CloseAll();
    }

    [Fact]
    public void What_a_paced_listener_was_asked_for_adds_up_to_the_most()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen(isPaced: true);
        for (int i = 0; i < 9; i++)
        {
            pair.Server.Backend.AcceptOne(0, 2);
        }

        pair.Settle();
        for (int i = 0; i < 5; i++)
        {
            pair.Client.Open(target);
        }

        pair.Until(() => pair.Server.Accepted.Count == 2, "the next that come are accepted");
        pair.Settle();
        Assert.Equal(2, pair.Server.Accepted.Count);
        pair.CloseAll();
    }

    [Fact]
    public void Facts_tell_the_addresses_of_both_ends()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen();
        (Handle client, Handle server) = pair.Connect(target);
        (Handle other, _) = pair.Connect(target);
        pair.Client.Backend.AskFacts(client);
        pair.Client.Backend.AskFacts(other);
        pair.Server.Backend.AskFacts(server);
        pair.Until(
            () => pair.Client[client].FactsResult is not null && pair.Client[other].FactsResult is not null
                && pair.Server[server].FactsResult is not null,
            "facts come when they are asked for");
        Assert.Equal(0, pair.Client[client].FactsResult);
        Assert.Equal(target, pair.Client[client].Facts.Peer);
        Assert.Equal(pair.Client[client].Facts.Local, pair.Server[server].Facts.Peer);
        Assert.Equal(target, pair.Server[server].Facts.Local);
        Assert.NotEqual(pair.Client[client].Facts.Local, pair.Client[other].Facts.Local);
        pair.CloseAll();
    }

    [Fact]
    public void Facts_asked_for_before_a_close_come_before_its_end()
    {
        using Pair pair = NewPair();
        (Handle client, _) = pair.Connect(pair.Server.Listen());
        pair.Client.Backend.AskFacts(client);
        pair.Client.Close(client);
        pair.Until(() => pair.Client[client].Closed is not null, "the connection ends");
        Assert.NotNull(pair.Client[client].FactsResult);
        pair.CloseAll();
    }

    [Fact]
    public void A_wait_is_ended_from_another_thread()
    {
        using Pair pair = NewPair();
        Side side = pair.Client;
        IBackend innermost = side.Backend is TlsBackend tls ? tls.Inner : side.Backend;
        if (innermost is SimulatedBackend simulated)
        {
            side.Poll(side.Backend.NowNs() + 5_000_000_000);
            side.Poll(side.Backend.NowNs() + 5_000_000_000);
            Assert.True(simulated.WakesAtNs > side.Backend.NowNs());
            simulated.Wake();
            Assert.True(simulated.WakesAtNs <= side.Backend.NowNs());
            return;
        }

        long endNs = side.Backend.NowNs() + (long)Eventually.Patience.TotalNanoseconds;
        Thread waker = new(() =>
        {
            Thread.Sleep(50);
            side.Backend.Wake();
        });
        waker.Start();
        side.Poll(endNs);
        waker.Join();
        side.Backend.Wake();
        side.Poll(endNs); // a wake before the wait counts too
        Assert.True(side.Backend.NowNs() < endNs, "it did not wait to the end");
    }

    private static bool DroppedBy(Pair pair, Handle client) => pair.Client[client].PeerHasFinished;
}
