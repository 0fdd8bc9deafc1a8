using Throng.Engine;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests.Contract;

/// <summary>Sending, forwarding, receiving and holding back.</summary>
public abstract partial class ContractTests
{
    /// <summary>More than the kernel's buffers of both sides take.</summary>
    private const int Much = 24 * 1024 * 1024;

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 1)]
    [InlineData(1_000_003)]
    public void What_is_forwarded_comes_back_whole_and_in_order(int bytes)
    {
        using Pair pair = NewPair();
        pair.Server.Echoes = true;
        (Handle client, _) = pair.Connect(pair.Server.Listen());
        pair.Client.Send(client, bytes);
        pair.Until(() => pair.Client[client].Received.Length >= bytes, "the echo comes back");
        Assert.True(pair.Client[client].HasReceived(bytes));
        Assert.Equal(bytes, pair.Client[client].SentBytes);
        pair.CloseAll();
    }

    [Theory]
    [InlineData(ReceiveMode.Idle)]
    [InlineData(ReceiveMode.Stream)]
    [InlineData(ReceiveMode.Single)]
    public void Many_messages_go_to_and_fro(ReceiveMode mode)
    {
        using Pair pair = NewPair();
        pair.Server.Echoes = true;
        pair.Server.FirstMode = mode;
        pair.Client.FirstMode = mode;
        SockAddr target = pair.Server.Listen();
        Handle[] clients = [.. Enumerable.Range(0, 20).Select(_ => pair.Connect(target).Client)];
        for (int round = 1; round <= 25; round++)
        {
            foreach (Handle client in clients)
            {
                pair.Client.Send(client, 10);
            }

            pair.Until(() => clients.All(one => pair.Client[one].Received.Length == round * 10), "every echo comes");
        }

        Assert.All(clients, one => Assert.True(pair.Client[one].IsPattern()));
        pair.CloseAll();
    }

    [Fact]
    public void A_send_larger_than_every_buffer_arrives_whole()
    {
        using Pair pair = NewPair();
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        int bytes = pair.Network is null ? Much : 1024 * 1024;
        pair.Client.Send(client, bytes);
        pair.Until(() => pair.Server[server].Received.Length >= bytes, "all bytes arrive");
        Assert.True(pair.Server[server].HasReceived(bytes));
        pair.Until(() => pair.Client[client].SentBytes == bytes, "all bytes are told as sent");
        pair.CloseAll();
    }

    [Fact]
    public void Several_sends_are_one_stream()
    {
        using Pair pair = NewPair();
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        int[] pieces = [1, 2, 3, 5000, 20_000, 7, 100_000, 1];
        foreach (int piece in pieces)
        {
            pair.Client.Send(client, piece);
        }

        pair.Until(() => pair.Client[client].SentBytes == pieces.Sum(), "what is sent is told, summed up or not");
        pair.Client.Send(client, 11);
        pair.Until(() => pair.Server[server].Received.Length == pieces.Sum() + 11, "all of it arrives");
        Assert.True(pair.Server[server].IsPattern());
        pair.CloseAll();
    }

    [Fact]
    public void Bytes_are_asked_for_by_offset_and_stamped_when_sent()
    {
        using Pair pair = NewPair();
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        long beforeNs = pair.Client.Backend.NowNs();
        Assert.Equal(0, pair.Client.ProduceCalls);
        pair.Client.Send(client, 100);
        Assert.Equal(0, pair.Client.ProduceCalls); // not in the call: when there is room
        pair.Until(() => pair.Client[client].SentBytes == 100, "the bytes are sent");
        Assert.InRange(pair.Client[client].LastSentNs, beforeNs, pair.Client.Backend.NowNs());
        pair.Until(() => pair.Server[server].HasReceived(100), "the bytes arrive");
        Assert.True(pair.Client.ProduceCalls > 0);
        pair.CloseAll();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public void A_half_close_follows_the_last_byte_and_leaves_the_other_way_open(int bytes)
    {
        using Pair pair = NewPair();
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        pair.Client.Send(client, bytes, SendMode.Last);
        pair.Until(() => pair.Server[server].PeerHasFinished, "the FIN arrives");
        Assert.True(pair.Server[server].HasReceived(bytes));
        pair.Server.Send(server, 5000);
        pair.Until(() => pair.Client[client].HasReceived(5000), "the other way is open");
        Assert.False(pair.Client[client].PeerHasFinished);
        pair.Server.Send(server, 0, SendMode.Last);
        pair.Until(() => pair.Client[client].PeerHasFinished, "the other FIN arrives");
        Assert.Null(pair.Client[client].Closed);
        Assert.Null(pair.Server[server].Closed);
        pair.CloseAll();
    }

    [Fact]
    public void A_half_close_follows_forwarded_bytes()
    {
        using Pair pair = NewPair();
        pair.Server.Echoes = true;
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        pair.Client.Send(client, 200_000, SendMode.Last);
        pair.Until(() => pair.Server[server].PeerHasFinished, "the server has read it all");
        pair.Server.Backend.Send(server, 0, 200_000, SendMode.Last);
        pair.Until(() => pair.Client[client].PeerHasFinished, "the echo ends with a FIN");
        Assert.True(pair.Client[client].HasReceived(200_000));
        pair.CloseAll();
    }

    [Fact]
    public void A_pause_in_mid_stream_holds_the_peer_back_until_it_ends()
    {
        using Pair pair = NewPair();
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        int bytes = pair.Network is null ? Much : 512 * 1024;
        pair.Client.Send(client, bytes);
        pair.Until(() => pair.Server[server].Received.Length > 1000, "bytes begin to arrive");
        pair.Server.Backend.Receive(server, ReceiveMode.Paused);
        pair.Settle(5);
        long receivedBytes = pair.Server[server].Received.Length;
        pair.Settle(100);
        Assert.Equal(receivedBytes, pair.Server[server].Received.Length);
        Assert.True(pair.Client[client].SentBytes < bytes, "the peer is held back");
        Assert.InRange(pair.Server.BuffersInFlight, 0, 4);
        pair.Server.Backend.Receive(server, ReceiveMode.Idle);
        pair.Until(() => pair.Server[server].Received.Length == bytes, "it goes on where it stopped");
        Assert.True(pair.Server[server].IsPattern());
        pair.CloseAll();
    }

    [Fact]
    public void An_echo_to_a_peer_that_does_not_read_is_bounded_and_goes_on_when_it_does()
    {
        using Pair pair = NewPair();
        pair.Server.Echoes = true;
        pair.Client.FirstMode = ReceiveMode.Paused;
        SockAddr target = pair.Server.Listen();
        (Handle client, Handle server) = pair.Connect(target);
        int bytes = pair.Network is null ? Much : 512 * 1024;
        pair.Client.Send(client, bytes);
        pair.Settle(200);

        // On a busy machine the kernel's buffers may not be full by now.
        pair.Until(() => pair.Server.BuffersInFlight > 0, "the echo server holds what it cannot send");
        Assert.InRange(pair.Server.BuffersInFlight, 1, 6);
        Assert.True(pair.Server[server].Received.Length < bytes, "the echo server reads no more than it can send");
        pair.Client.FirstMode = ReceiveMode.Stream;
        (Handle other, _) = pair.Connect(target);
        pair.Client.Send(other, 100);
        pair.Until(() => pair.Client[other].HasReceived(100), "only the one connection is held back");
        pair.Client.Backend.Receive(client, ReceiveMode.Stream);
        pair.Until(() => pair.Client[client].Received.Length == bytes, "the rest comes");
        Assert.True(pair.Client[client].IsPattern());
        pair.CloseAll();
    }

    [Fact]
    public void A_burst_of_receives_leaves_buffers_to_send_from()
    {
        using Pair pair = NewPair(buffers: 256);
        pair.Server.FirstMode = ReceiveMode.Paused;
        SockAddr target = pair.Server.Listen();
        (Handle Client, Handle Server)[] all = [.. Enumerable.Range(0, 40).Select(_ => pair.Connect(target))];
        int bytes = pair.Network is null ? 512 * 1024 : 16 * 1024;
        foreach ((Handle client, _) in all)
        {
            pair.Client.Send(client, bytes);
        }

        pair.Settle(100);
        foreach ((_, Handle server) in all)
        {
            pair.Server.Backend.Receive(server, ReceiveMode.Stream);
        }

        pair.Until(() => all.All(one => pair.Server[one.Server].Received.Length == bytes), "the burst is read");
        foreach ((_, Handle server) in all)
        {
            pair.Server.Send(server, 5000);
        }

        pair.Until(() => all.All(one => pair.Client[one.Client].HasReceived(5000)), "there are buffers to send from");
        pair.CloseAll();
    }

    [Fact]
    public void What_came_before_the_first_receive_is_not_lost()
    {
        using Pair pair = NewPair();
        pair.Server.FirstMode = ReceiveMode.Paused;
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        pair.Client.Send(client, 1000, SendMode.Last);
        pair.Until(() => pair.Client[client].SentBytes == 1000, "the bytes are sent");
        pair.Settle();
        Assert.Equal(0, pair.Server[server].Received.Length);
        Assert.False(pair.Server[server].PeerHasFinished);
        pair.Server.Backend.Receive(server, ReceiveMode.Idle);
        pair.Until(() => pair.Server[server].PeerHasFinished, "bytes and FIN are read then");
        Assert.True(pair.Server[server].HasReceived(1000));
        pair.CloseAll();
    }

    [Fact]
    public void A_change_of_mode_loses_nothing()
    {
        using Pair pair = NewPair();
        (Handle client, Handle server) = pair.Connect(pair.Server.Listen());
        ReceiveMode[] modes = [ReceiveMode.Idle, ReceiveMode.Stream, ReceiveMode.Single, ReceiveMode.Paused];
        const int Rounds = 60;
        pair.Client.Send(client, Rounds * 5000);
        for (int round = 0; round < Rounds; round++)
        {
            pair.Server.Backend.Receive(server, modes[round % modes.Length]);
            pair.Settle(round % 7 == 0 ? 1 : 0);
        }

        pair.Server.Backend.Receive(server, ReceiveMode.Stream);
        pair.Until(() => pair.Server[server].Received.Length == Rounds * 5000, "everything arrives");
        Assert.True(pair.Server[server].IsPattern());
        pair.CloseAll();
    }
}
