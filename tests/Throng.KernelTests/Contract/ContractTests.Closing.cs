using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests.Contract;

/// <summary>Ends: asked for in every phase, brought by the peer, and what must not follow them.</summary>
public abstract partial class ContractTests
{
    [Theory]
    [InlineData(CloseKind.Fin)]
    [InlineData(CloseKind.Rst)]
    public void A_close_of_an_open_connection_ends_it_once(CloseKind kind)
    {
        using Pair pair = NewPair();
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        pair.Client.Close(client, kind);
        pair.Client.Close(client, kind); // asked again: nothing more
        pair.Until(() => pair.Client[client].Closed is not null, "a close is followed by Closed");
        Assert.Equal(0, pair.Client[client].Closed);
        if (kind == CloseKind.Fin)
        {
            pair.Until(() => pair.Server[server].PeerHasFinished, "the peer reads the FIN");
            Assert.Null(pair.Server[server].Closed);
        }
        else
        {
            pair.Until(() => pair.Server[server].Closed is not null, "the peer is told of the reset");
            Assert.Equal(-Errno.ECONNRESET, pair.Server[server].Closed);
        }

        pair.Settle();
        pair.CloseAll();
    }

    [Fact]
    public void A_connect_that_is_never_answered_is_ended_by_a_close()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen(backlog: 1);
        pair.Server.Backend.Accepting(0, false);
        Handle[] first = [.. Enumerable.Range(0, 4).Select(_ => pair.Client.Open(target))];
        pair.Settle(100); // on a path with a delay, what comes together finds the queue empty
        Handle[] clients = [.. first, .. Enumerable.Range(0, 4).Select(_ => pair.Client.Open(target))];
        pair.Settle(100);
        Handle[] unanswered = [.. clients.Where(one => !pair.Client[one].IsOpen)];
        Assert.NotEmpty(unanswered); // a full accept queue drops what comes
        foreach (Handle client in unanswered)
        {
            Assert.Null(pair.Client[client].Closed);
            pair.Client.Close(client);
        }

        pair.Until(() => unanswered.All(one => pair.Client[one].Closed is not null), "the attempts end");
        Assert.All(unanswered, one => Assert.Equal(0, pair.Client[one].Closed));
        pair.CloseAll();
    }

    [Fact]
    public void A_close_in_the_same_turn_as_its_open_ends_it_once()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen();
        for (int i = 0; i < 20; i++)
        {
            Handle client = pair.Client.Open(target);
            pair.Client.Close(client, (CloseKind)(i & 1));
            pair.Until(() => pair.Client[client].Closed is not null, "the attempt ends");
            Assert.Equal(0, pair.Client[client].Closed);
        }

        pair.Settle();
        pair.CloseAll();
    }

    [Fact]
    public void A_close_after_the_peer_has_finished_ends_it_once()
    {
        using Pair pair = NewPair();
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        pair.Client.Close(client);
        pair.Until(() => pair.Server[server].PeerHasFinished, "the peer reads the FIN");
        pair.Server.Close(server);
        pair.Until(() => pair.Server[server].Closed is not null, "its own close ends it");
        Assert.Equal(0, pair.Server[server].Closed);
        pair.CloseAll();
    }

    [Theory]
    [InlineData(CloseKind.Fin)]
    [InlineData(CloseKind.Rst)]
    public void A_close_drops_what_was_not_handed_to_the_kernel(CloseKind kind)
    {
        using Pair pair = NewPair();
        pair.Server.FirstMode = ReceiveMode.Paused;
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        int bytes = pair.Network is null ? Much : 512 * 1024;
        pair.Client.Send(client, bytes);
        pair.Settle();
        pair.Client.Close(client, kind);
        pair.Until(() => pair.Client[client].Closed is not null, "a blocked send does not hold up the end");
        Assert.Equal(0, pair.Client[client].Closed);
        Assert.Equal(0, pair.Client.BuffersInFlight);
        pair.Server.Backend.Receive(server, ReceiveMode.Stream);
        Story story = pair.Server[server];
        pair.Until(() => story.PeerHasFinished || story.Closed is not null, "the peer sees the end");
        Assert.True(story.IsPattern());
        Assert.True(story.Received.Length < bytes);
        pair.CloseAll();
    }

    /// <summary>
    /// Bytes and the peer's reset come in one poll: whoever closes on the bytes closes what has ended already, and must
    /// not hit the connection that has taken its place.
    /// </summary>
    [Fact]
    public void A_close_with_its_Closed_behind_it_in_the_same_poll_ends_nothing_else()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen();
        pair.Client.ClosesOnReceived = true;
        for (int i = 0; i < 3; i++)
        {
            (Handle client, Handle server) = pair.Connect(target);
            pair.Server.Send(server, 1000);
            pair.ServerUntil(() => pair.Server[server].SentBytes == 1000, "the bytes are sent");
            pair.Server.Close(server, CloseKind.Rst);
            pair.ServerUntil(() => pair.Server[server].Closed is not null, "the server has reset it");
            pair.Until(() => pair.Client[client].Closed is not null, "the client is told");
        }

        (Handle after, _) = pair.Connect(target);
        pair.Settle();
        Assert.Null(pair.Client[after].Closed);
        pair.CloseAll();
    }

    [Fact]
    public void An_orderly_close_delivers_what_the_kernel_has_taken()
    {
        using Pair pair = NewPair();
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        pair.Client.Send(client, 10_000);
        pair.Until(() => pair.Client[client].SentBytes == 10_000, "the kernel has taken it");
        pair.Client.Close(client);
        pair.Until(() => pair.Server[server].PeerHasFinished, "the FIN comes last");
        Assert.True(pair.Server[server].HasReceived(10_000));
        pair.CloseAll();
    }

    [Fact]
    public void A_close_with_unread_bytes_is_a_reset_for_the_peer()
    {
        using Pair pair = NewPair();
        pair.Server.FirstMode = ReceiveMode.Paused;
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        pair.Client.Send(client, 1000);
        pair.Until(() => pair.Client[client].SentBytes == 1000, "the bytes are sent");
        pair.Settle();
        pair.Server.Close(server);
        pair.Until(() => pair.Client[client].Closed is not null, "the peer is reset");
        Assert.Equal(-Errno.ECONNRESET, pair.Client[client].Closed);
        pair.CloseAll();
    }

    [Theory]
    [InlineData(ReceiveMode.Idle)]
    [InlineData(ReceiveMode.Stream)]
    [InlineData(ReceiveMode.Single)]
    public void A_reset_is_noticed_by_who_waits_for_bytes(ReceiveMode mode)
    {
        using Pair pair = NewPair();
        pair.Client.FirstMode = mode;
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        pair.Server.Close(server, CloseKind.Rst);
        pair.Until(() => pair.Client[client].Closed is not null, "a reset ends the connection");
        Assert.Equal(-Errno.ECONNRESET, pair.Client[client].Closed);
        pair.CloseAll();
    }

    [Fact]
    public void A_send_after_the_peer_has_gone_ends_the_connection()
    {
        using Pair pair = NewPair();
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        pair.Server.Close(server);
        pair.Until(() => pair.Client[client].PeerHasFinished, "the FIN is read");
        for (int i = 0; i < 100 && pair.Client[client].Closed is null; i++)
        {
            pair.Client.Send(client, 10);
            pair.Settle(2);
        }

        pair.Until(() => pair.Client[client].Closed is not null, "the reset that answers ends it");
        Assert.Contains(pair.Client[client].Closed!.Value, (int[])[-Errno.ECONNRESET, -Errno.EPIPE]);
        pair.CloseAll();
    }

    [Fact]
    public void Nothing_is_told_of_a_connection_after_its_end()
    {
        // Side fails on any completion of a stale handle or after Closed; here everything that could be late is.
        using Pair pair = NewPair(clientSlots: 4);
        pair.Server.Echoes = true;
        SockAddr target = pair.Server.Listen();
        for (int round = 0; round < 200; round++)
        {
            (Handle client, Handle server) = pair.Connect(target);
            pair.Client.Send(client, 1 + (round * 37 % 40_000));
            pair.Client.Backend.AskFacts(client);
            for (int poll = round % 4; poll > 0; poll--)
            {
                pair.Client.Poll(0);
                pair.Server.Poll(0);
            }

            pair.Client.Close(client, (CloseKind)(round & 1));
            if (pair.Server[server].Closed is null)
            {
                pair.Server.Close(server); // who had its whole echo ends with a FIN, which ends nothing here
            }

            pair.Until(() => pair.Client.Slab.Used < 3, "slots come free");
        }

        pair.Until(() => pair.Client.Slab.Used == 0, "all ends come");
        pair.Settle();
        pair.CloseAll();
    }

    [Fact]
    public void A_slot_is_reused_with_another_generation_and_a_clean_record()
    {
        using Pair pair = NewPair(clientSlots: 1);
        SockAddr target = pair.Server.Listen();
        HashSet<Handle> seen = [];
        for (int round = 0; round < 20; round++) // with TLS each takes some 50 ms
        {
            (Handle client, Handle server) = pair.Connect(target);
            Assert.True(seen.Add(client));
            Assert.Equal(0, client.Slot);
            pair.Client.Send(client, 100);
            pair.Until(() => pair.Server[server].HasReceived(100), "the new connection is its own");
            pair.Client.Close(client);
            pair.Until(() => pair.Client[client].Closed is not null, "it ends");
            pair.Server.Close(server);
        }

        pair.CloseAll();
    }

    [Fact]
    public void Both_sides_closing_at_once_end_once_each()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.Listen();
        for (int round = 0; round < 20; round++)
        {
            (Handle client, Handle server) = pair.Connect(target);
            pair.Client.Close(client, (CloseKind)(round & 1));
            pair.Server.Close(server, (CloseKind)((round >> 1) & 1));
            pair.Until(
                () => pair.Client[client].Closed is not null && pair.Server[server].Closed is not null, "both end");
            Assert.Equal(0, pair.Client[client].Closed);
            Assert.Equal(0, pair.Server[server].Closed);
        }

        pair.CloseAll();
    }
}
