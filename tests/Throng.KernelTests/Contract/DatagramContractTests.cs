using Throng.Engine;
using Throng.Linux;
using Throng.Measurement;
using Xunit;

namespace Throng.KernelTests.Contract;

/// <summary>
/// The rules of <see cref="IBackend"/> on datagrams, of connections and of listeners, for the backends that have them.
/// </summary>
public abstract class DatagramContractTests(string engine) : BackendCases(engine)
{
    private static readonly int[] Lengths = [1, 31, 1400, 8000, 2, DatagramSize.BytesMax, 16_385, 33];

    [Theory]
    [InlineData(ReceiveMode.Idle)]
    [InlineData(ReceiveMode.Stream)]
    [InlineData(ReceiveMode.Single)]
    public void Datagrams_keep_their_boundaries_there_and_back(ReceiveMode mode)
    {
        using Pair pair = new(Engine, 4, 4, buffers: 512, bufferBytes: DatagramSize.BufferBytes);
        pair.Client.FirstMode = mode;
        Handle client = OpenDatagrams(pair, pair.Server.ListenForDatagrams());
        for (int round = 1; round <= 5; round++)
        {
            foreach (int bytes in Lengths)
            {
                pair.Client.Send(client, bytes);
            }

            pair.Until(() => pair.Client[client].PieceBytes.Count == round * Lengths.Length, "every answer comes");
        }

        int[] all = [.. Enumerable.Repeat(Lengths, 5).SelectMany(one => one)];
        Assert.Equal(all, pair.Server.Datagrams.Select(one => one.Bytes.Length));
        Assert.Equal(all, pair.Client[client].PieceBytes);
        Assert.True(pair.Client[client].HasReceived(all.Sum()));
        Assert.Equal(all.Sum(), pair.Client[client].SentBytes);
        Assert.Equal(all, pair.Server.DatagramsSent);
        Assert.Empty(pair.Server.DatagramsDropped);
        pair.CloseAll();
    }

    [Theory]
    [InlineData(ReceiveMode.Idle)]
    [InlineData(ReceiveMode.Stream)]
    [InlineData(ReceiveMode.Single)]
    public void A_burst_of_datagrams_comes_whole(ReceiveMode mode)
    {
        using Pair pair = NewPair();
        pair.Client.FirstMode = mode;
        SockAddr target = pair.Server.ListenForDatagrams();
        Handle[] clients = [.. Enumerable.Range(0, 24).Select(_ => OpenDatagrams(pair, target))];
        foreach (Handle client in clients)
        {
            for (int i = 0; i < DatagramLengths.Max; i++)
            {
                pair.Client.Send(client, 40);
            }
        }

        pair.Until(
            () => clients.All(one => pair.Client[one].PieceBytes.Count == DatagramLengths.Max), "every answer comes");
        Assert.All(clients, one => Assert.True(pair.Client[one].IsPattern()));
        Assert.Equal(clients.Length, pair.Server.Datagrams.Select(one => one.Route.Peer).Distinct().Count());
        pair.CloseAll();
    }

    [Theory]
    [InlineData(ReceiveMode.Idle)]
    [InlineData(ReceiveMode.Stream)]
    [InlineData(ReceiveMode.Single)]
    public void An_empty_datagram_is_received_and_no_end(ReceiveMode mode)
    {
        using Pair pair = NewPair();
        pair.Client.FirstMode = mode;
        pair.Server.Answers = false;
        Handle client = OpenDatagrams(pair, pair.Server.ListenForDatagrams());
        pair.Client.Send(client, 5);
        pair.Until(() => pair.Server.Datagrams.Count == 1, "the first datagram comes");
        DatagramRoute route = pair.Server.Datagrams[0].Route;
        pair.Server.Backend.SendTo(route, []);
        pair.Server.Backend.SendTo(route, [7, 8]);
        pair.Server.Backend.SendTo(route, []);
        pair.Until(() => pair.Client[client].PieceBytes.Count == 3, "all three answers come");
        Assert.Equal([0, 2, 0], pair.Client[client].PieceBytes);
        Assert.Equal([0, 2, 0], pair.Server.DatagramsSent);
        Assert.False(pair.Client[client].PeerHasFinished);
        pair.CloseAll();
    }

    [Theory]
    [InlineData(ReceiveMode.Idle)]
    [InlineData(ReceiveMode.Stream)]
    [InlineData(ReceiveMode.Single)]
    [InlineData(ReceiveMode.Paused)]
    public void A_datagram_nobody_listens_for_is_told_as_refused_and_the_connection_goes_on(ReceiveMode mode)
    {
        using Pair pair = NewPair();
        pair.Client.FirstMode = mode;
        SockAddr target = UnusedPort(pair);
        Handle client = OpenDatagrams(pair, target);
        pair.Client.Send(client, 10);
        pair.Until(() => pair.Client[client].SentBytes == 10, "the datagram is sent");
        if (mode == ReceiveMode.Paused)
        {
            pair.Settle(5);
            pair.Client.Backend.Receive(client, ReceiveMode.Stream); // unnoticed while nothing was received
        }

        pair.Until(() => pair.Client[client].Refusals.Count == 1, "the refusal is told");
        Assert.Equal(-Errno.ECONNREFUSED, pair.Client[client].Refusals[0]);
        pair.Server.ListenForDatagrams(target);
        pair.Client.Send(client, 20);
        pair.Client.Send(client, 30);
        pair.Until(() => pair.Client[client].PieceBytes.Count == 2, "who listens now answers");
        Assert.Equal([20, 30], pair.Client[client].PieceBytes);
        Assert.Single(pair.Client[client].Refusals);
        Assert.Equal(60, pair.Client[client].SentBytes);
        pair.CloseAll();
    }

    [Fact]
    public void A_send_that_is_told_of_an_earlier_refusal_is_made_again()
    {
        using Pair pair = NewPair();
        pair.Client.FirstMode = ReceiveMode.Paused; // so that only a send can learn of it
        SockAddr target = UnusedPort(pair);
        Handle client = OpenDatagrams(pair, target);
        pair.Client.Send(client, 10);
        pair.Until(() => pair.Client[client].SentBytes == 10, "the datagram is sent");
        pair.Settle(5);
        pair.Server.ListenForDatagrams(target);
        pair.Client.Send(client, 20);
        pair.Until(() => pair.Server.Datagrams.Count == 1, "the next one comes");
        Assert.Equal([-Errno.ECONNREFUSED], pair.Client[client].Refusals);
        Assert.Equal(30, pair.Client[client].SentBytes);
        pair.CloseAll();
    }

    [Fact]
    public void An_answer_comes_from_the_address_that_was_asked()
    {
        using Pair pair = NewPair();
        ushort port = pair.Server.ListenForDatagrams(SockAddr.Any4).Port;
        Handle[] clients = [.. Enumerable.Range(1, 5).Select(
            last => OpenDatagrams(pair, SockAddr.FromIPv4(0x7F00_0000u + (uint)last, port)))];
        foreach (Handle client in clients)
        {
            pair.Client.Send(client, 20);
        }

        // A connected socket takes nothing that comes from any other address.
        pair.Until(() => clients.All(one => pair.Client[one].HasReceived(20)), "every answer comes");
        Assert.Equal(5, pair.Server.Datagrams.Select(one => one.Route.Local).Distinct().Count());
        pair.CloseAll();
    }

    [Theory]
    [InlineData(SourceBinding.AddressAndPort)]
    [InlineData(SourceBinding.Exclusive)]
    [InlineData(SourceBinding.Nothing)]
    public void Datagrams_come_from_the_port_that_was_chosen(SourceBinding binding)
    {
        using Pair pair = NewPair();
        SockAddr local = UnusedPort(pair);
        Handle client = OpenDatagrams(pair, pair.Server.ListenForDatagrams(), local, binding);
        pair.Client.Send(client, 3);
        pair.Until(() => pair.Client[client].HasReceived(3), "the answer comes");
        Assert.Equal(local, pair.Server.Datagrams[0].Route.Peer);
        pair.CloseAll();
    }

    [Fact]
    public void One_port_serves_two_targets()
    {
        using Pair pair = NewPair();
        SockAddr local = UnusedPort(pair);
        Handle first = OpenDatagrams(pair, pair.Server.ListenForDatagrams(), local);
        Handle second = OpenDatagrams(pair, pair.Server.ListenForDatagrams(), local);
        pair.Client.Send(first, 3);
        pair.Client.Send(second, 4);
        pair.Until(
            () => pair.Client[first].HasReceived(3) && pair.Client[second].HasReceived(4), "each has its answer");
        pair.Settle(5);
        Assert.Equal([3], pair.Client[first].PieceBytes);
        Assert.Equal([4], pair.Client[second].PieceBytes);
        pair.CloseAll();
    }

    [Fact]
    public void A_datagram_connection_closes_at_once_with_sends_under_way()
    {
        using Pair pair = NewPair();
        SockAddr target = pair.Server.ListenForDatagrams();
        for (int turns = 0; turns < 6; turns++)
        {
            Handle client = OpenDatagrams(pair, target);
            for (int i = 0; i < DatagramLengths.Max; i++)
            {
                pair.Client.Send(client, 1000);
            }

            for (int turn = 0; turn < turns; turn++)
            {
                pair.Client.Poll(0);
            }

            pair.Client.Close(client, turns % 2 == 0 ? CloseKind.Fin : CloseKind.Rst);
            pair.Until(() => pair.Client[client].Closed is not null, "it ends");
            Assert.Equal(0, pair.Client[client].Closed);
        }

        pair.Settle(); // the answers to those that are gone
        pair.CloseAll();
    }

    [Fact]
    public void A_paused_connection_gets_its_datagrams_later()
    {
        using Pair pair = NewPair();
        pair.Client.FirstMode = ReceiveMode.Paused;
        Handle client = OpenDatagrams(pair, pair.Server.ListenForDatagrams());
        pair.Client.Send(client, 10);
        pair.Client.Send(client, 20);
        pair.Until(() => pair.Server.DatagramsSent.Count == 2, "both are answered");
        pair.Settle(5);
        Assert.Empty(pair.Client[client].PieceBytes);
        pair.Client.Backend.Receive(client, ReceiveMode.Idle);
        pair.Until(() => pair.Client[client].PieceBytes.Count == 2, "the answers waited");
        Assert.Equal([10, 20], pair.Client[client].PieceBytes);
        pair.CloseAll();
    }

    [Fact]
    public void A_listener_for_datagrams_stops_and_resumes()
    {
        using Pair pair = NewPair();
        Handle client = OpenDatagrams(pair, pair.Server.ListenForDatagrams());
        pair.Client.Send(client, 10);
        pair.Until(() => pair.Client[client].HasReceived(10), "the first answer comes");
        pair.Server.Backend.Accepting(0, false);
        pair.Server.Backend.Accepting(0, false);
        pair.Settle(5);
        pair.Client.Send(client, 20);
        pair.Settle(5);
        Assert.Single(pair.Server.Datagrams);
        pair.Server.Backend.Accepting(0, true);
        pair.Server.Backend.Accepting(0, true);
        pair.Until(() => pair.Client[client].HasReceived(30), "what came meanwhile waited");
        pair.CloseAll();
    }

    [Fact]
    public void An_answer_too_long_for_a_buffer_is_dropped_and_told()
    {
        using Pair pair = NewPair();
        pair.Server.Answers = false;
        Handle client = OpenDatagrams(pair, pair.Server.ListenForDatagrams());
        pair.Client.Send(client, 10);
        pair.Until(() => pair.Server.Datagrams.Count == 1, "the datagram comes");
        pair.Server.Backend.SendTo(pair.Server.Datagrams[0].Route, new byte[66_000]);
        pair.Until(() => pair.Server.DatagramsDropped.Count == 1, "the drop is told");
        Assert.Equal(-Errno.EMSGSIZE, pair.Server.DatagramsDropped[0]);
        pair.CloseAll();
    }

    [Fact]
    public void A_datagram_too_long_for_a_listener_is_dropped_and_told()
    {
        using Pair pair = NewPair();
        Handle client = OpenDatagrams(pair, pair.Server.ListenForDatagrams());
        pair.Client.Send(client, BufferPool.BufferBytes);
        pair.Client.Send(client, 10);
        pair.Until(() => pair.Client[client].PieceBytes.Count == 1, "the short one is answered");
        Assert.Equal([10], pair.Client[client].PieceBytes);
        Assert.Equal([-Errno.EMSGSIZE], pair.Server.DatagramsDropped);
        pair.CloseAll();
    }

    [Fact]
    public void Few_buffers_lose_datagrams_perhaps_and_none_of_themselves()
    {
        using Pair pair = NewPair(clientSlots: 4, buffers: 4);
        SockAddr target = pair.Server.ListenForDatagrams();
        Handle[] clients = [.. Enumerable.Range(0, 4).Select(_ => OpenDatagrams(pair, target))];
        for (int round = 0; round < 5; round++)
        {
            for (int sent = 0; sent < 5 * clients.Length; sent++)
            {
                pair.Client.Send(clients[sent % clients.Length], 100);
            }

            pair.Until(() => clients.All(one => SentAll(pair, one)), "all are sent");
        }

        pair.Until(() => pair.Server.Datagrams.Count == 100, "all come");
        pair.Until(
            () => pair.Server.DatagramsSent.Count + pair.Server.DatagramsDropped.Count == 100,
            "each answer is told of");
        pair.Settle(5);
        Assert.Equal(pair.Server.DatagramsSent.Count, clients.Sum(one => pair.Client[one].PieceBytes.Count));
        pair.CloseAll();
    }

    private static bool SentAll(Pair pair, Handle client) =>
        pair.Client[client].SentBytes == pair.Client[client].AnnouncedBytes;

    private protected static Handle OpenDatagrams(
        Pair pair, SockAddr target, SockAddr local = default, SourceBinding binding = default)
    {
        Handle client = pair.Client.OpenForDatagrams(target, local, binding);
        pair.Until(() => pair.Client[client].IsOpen, "a datagram connection opens");
        return client;
    }
}
