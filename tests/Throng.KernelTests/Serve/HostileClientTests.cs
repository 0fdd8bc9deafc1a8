using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng serve` against plain sockets that behave as badly as they like, and against large and small
/// messages.</summary>
public sealed class HostileClientTests
{
    private const int Mebibyte = 1 << 20;

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Resets_and_closes_without_reading_are_tolerated(string engine)
    {
        string path = ControlClient.NewPath();

        // One worker accepts in the order of the queue, so the last comes in behind all the others.
        using ThrongProcess server = Serve(engine, out int port, "--threads", "1", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        using Socket steady = Peer.ConnectTo(port, server);
        byte[] bytes = Peer.Pattern(64 * 1024);
        for (int i = 0; i < 50; i++)
        {
            using Socket rude = Peer.Connect(port);
            rude.Send(bytes);
        }

        for (int i = 0; i < 500; i++)
        {
            Peer.Reset(Peer.Connect(port));
        }

        using Socket last = Peer.Connect(port);
        Assert.True(Peer.Echoes(last));
        Assert.True(Peer.Echoes(steady));
        control.Await("open", 2, server);
        Document document = Stop(server);
        document.Equal(document.Number("connections.opened"), document.Sum("connections.closed"), "closed");
        document.Equal(2, document.Count("connections.closed", "drained"), "drained");

        // A reset before the accept takes the connection out of the queue on some kernels.
        Assert.InRange(document.Number("connections.opened"), 52, 552);
        Assert.True(document.Count("connections.closed", "reset") >= 50, server.Story());
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void After_a_half_close_the_rest_comes_and_then_the_end(string engine)
    {
        using ThrongProcess server = Serve(engine, out int port);
        using Socket client = Peer.ConnectTo(port, server);
        byte[] sent = Peer.Pattern(2 * Mebibyte);
        Exception? failure = null;
        Thread writer = new(() => failure = Record.Exception(() =>
        {
            client.Send(sent);
            client.Shutdown(SocketShutdown.Send);
        }));
        writer.Start();
        Eventually.Holds(() => client.Available > 0, server.Story); // its echo has begun, and nobody reads
        byte[] received = new byte[sent.Length + 1];
        Assert.Equal(sent.Length, Peer.ReadAll(client, received)); // and then the end
        writer.Join();
        Assert.Null(failure);
        Assert.True(sent.AsSpan().SequenceEqual(received.AsSpan(0, sent.Length)));
        Document document = Stop(server);
        document.Equal(1, document.Count("connections.closed", "peer-closed"), "peer-closed");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Writers_that_never_read_cost_little_and_hold_up_nobody(string engine)
    {
        using ThrongProcess server = Serve(engine, out int port);
        Socket[] polite = [.. Enumerable.Range(0, 10).Select(_ => Peer.ConnectTo(port, server))];
        Assert.All(polite, one => Assert.True(Peer.Echoes(one)));
        long before = server.ResidentBytes();
        Socket[] stuck = [.. Enumerable.Range(0, 300).Select(_ => Stuck(port))];
        byte[] bytes = Peer.Pattern(64 * 1024);
        int roundsInVain = 0;
        Eventually.Holds(
            () =>
            {
                int writers = stuck.Count(one => Writes(one, bytes));
                roundsInVain = writers > 0 ? 0 : roundsInVain + 1;
                return roundsInVain >= 20 && stuck.All(one => one.Available > 0);
            },
            server.Story);
        for (int round = 0; round < 20; round++)
        {
            Assert.All(polite, one => Assert.True(Peer.Echoes(one)));
        }

        long grown = server.ResidentBytes() - before;
        Assert.True(grown < 120L * Mebibyte, $"{grown / Mebibyte} MiB more for 300 stuck writers");
        Assert.All(stuck, one => Assert.False(one.Poll(0, SelectMode.SelectError), "nobody is dropped"));
        Array.ForEach(stuck, Peer.Reset);
        Assert.All(polite, one => Assert.True(Peer.Echoes(one)));
        Array.ForEach(polite, one => one.Dispose());
        Stop(server).Equal(310, server.Document().Number("connections.opened"), "opened");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Messages_of_any_size_come_back_unchanged(string engine)
    {
        using ThrongProcess server = Serve(engine, out int port);
        using Socket client = Peer.ConnectTo(port, server);
        for (int i = 0; i < 300; i++)
        {
            Assert.True(Peer.Echoes(client, (byte)i), $"byte {i}");
        }

        foreach (int size in (int[])[1, 4096, 16 * 1024, (16 * 1024) + 1, Mebibyte, 8 * Mebibyte])
        {
            byte[] sent = Peer.Pattern(size, seed: size);
            byte[] received = new byte[size];
            Exception? failure = null;
            Thread writer = new(() => failure = Record.Exception(() => client.Send(sent)));
            writer.Start();
            Assert.Equal(size, Peer.ReadAll(client, received));
            writer.Join();
            Assert.Null(failure);
            Assert.True(sent.AsSpan().SequenceEqual(received), $"{size} bytes");
        }

        Stop(server);
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_sink_reads_everything_and_returns_nothing(string engine)
    {
        using ThrongProcess server = Serve(engine, out int port, "--mode", "sink");
        using Socket client = Peer.ConnectTo(port, server);
        client.Send(Peer.Pattern(4 * Mebibyte));
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, client.Receive(new byte[1]));
        Document document = Stop(server);
        document.Equal(1, document.Count("connections.closed", "peer-closed"), "peer-closed");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void IPv6_alone_and_both_families_are_listened_on(string engine)
    {
        Requirement.Engine(engine);
        Requirement.IPv6();
        int alone = FreePort.One();
        int both = FreePort.One();
        using ThrongProcess server = ThrongProcess.Start(
            "serve", "--listen", $"[::1]:{alone}", "--listen", $"[::]:{both}", "--json", "-q", "--engine", engine);
        foreach ((IPAddress address, int port) in ((IPAddress, int)[])
            [(IPAddress.IPv6Loopback, alone), (IPAddress.IPv6Loopback, both), (IPAddress.Loopback, both)])
        {
            using Socket client = Peer.ConnectTo(port, server, address);
            Assert.True(Peer.Echoes(client));
        }

        Assert.Throws<SocketException>(() => Peer.Connect(alone));
        Stop(server).Equal(3, server.Document().Number("connections.opened"), "opened");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_range_of_ports_is_served_and_each_counted(string engine)
    {
        Requirement.Engine(engine);
        int first = FreePort.Range(3);
        bool hasLast = FreePort.IsFree(65535);
        string path = ControlClient.NewPath();
        string[] last = hasLast ? ["--listen", "127.0.0.1:65535"] : [];
        using ThrongProcess server = ThrongProcess.Start(
            ["serve", "--listen", $"127.0.0.1:{first}-{first + 2}", .. last, "--json", "-q", "--engine", engine,
                "--control", path]);
        using ControlClient control = ControlClient.To(path, server);
        int[] ports = [first, first + 1, first + 2, .. hasLast ? (int[])[65535] : []];
        foreach (int port in ports)
        {
            using Socket client = Peer.ConnectTo(port, server);
            Assert.True(Peer.Echoes(client));
        }

        string[] expected = [.. ports.Select(port => $"127.0.0.1:{port}: accepted 1, open 0")];
        Eventually.Holds(
            () => control.Ask("listeners").Split('\n').SequenceEqual(expected), () => control.Ask("listeners"));
        Assert.StartsWith("set is for a load", control.Exchange("set 5").Text, StringComparison.Ordinal);
        Stop(server);
    }

    private static ThrongProcess Serve(string engine, out int port, params string[] more)
    {
        Requirement.Engine(engine);
        port = FreePort.One();
        return ThrongProcess.Start(
            ["serve", "--listen", $"127.0.0.1:{port}", "--json", "-q", "--engine", engine, .. more]);
    }

    private static Document Stop(ThrongProcess server)
    {
        server.Signal(ThrongProcess.SIGTERM);
        server.Ends(0);
        return server.Document().AddsUp();
    }

    /// <summary>Writes without ever reading; small buffers of its own, so that the server's matter.</summary>
    private static Socket Stuck(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            SendBufferSize = 16 * 1024,
            ReceiveBufferSize = 16 * 1024,
        };
        socket.Connect(IPAddress.Loopback, port);
        socket.Blocking = false;
        return socket;
    }

    private static bool Writes(Socket stuck, byte[] bytes)
    {
        _ = stuck.Send(bytes, SocketFlags.None, out SocketError outcome);
        Assert.True(outcome is SocketError.Success or SocketError.WouldBlock, $"{outcome}");
        return outcome == SocketError.Success;
    }
}
