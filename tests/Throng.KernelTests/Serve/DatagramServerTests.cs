using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng serve --transport udp` against plain sockets.</summary>
public sealed class DatagramServerTests
{
    private const int Clients = 1000;

    /// <summary>
    /// Clients that send at a time: few enough that their datagrams fit the receive buffer of a server without
    /// privileges.
    /// </summary>
    private const int AtOnce = 16;

    private static readonly int[] Lengths = [1, 31, 1400, 8000];

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_thousand_clients_get_every_datagram_back(string engine)
    {
        string path = ControlClient.NewPath();
        using ThrongProcess server = Serve(engine, "127.0.0.1", out int port, "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        Socket[] clients = [.. Enumerable.Range(0, Clients).Select(_ => Connect(IPAddress.Loopback, port))];
        Eventually.Holds(() => IsUp(clients[0]), server.Story); // the first datagram that is answered
        foreach (int bytes in Lengths)
        {
            foreach (Socket[] some in clients.Chunk(AtOnce))
            {
                Exchange(some, bytes);
            }
        }

        int datagrams = 1 + (Clients * Lengths.Length);
        control.Await("received", datagrams, server);
        control.Await("sent", datagrams, server);
        Assert.Equal(0, control.Status("dropped"));
        Assert.Contains($"127.0.0.1:{port}: 4,001 datagrams received", control.Ask("listeners"));
        Array.ForEach(clients, client => client.Dispose());
        Document document = Stop(server);
        Assert.Equal("udp", document.Text("serve.transport"));
        document.Equal(datagrams, document.Number("serve.datagrams_received"), "received");
        document.Equal(datagrams, document.Number("serve.datagrams_sent"), "sent");
        document.Equal(0, document.Number("serve.datagrams_dropped"), "dropped");
        document.Equal(1 + (Clients * Lengths.Sum()), document.Number("serve.bytes_sent"), "bytes sent");
        document.Equal(0, document.Number("connections.opened"), "opened");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_server_on_all_addresses_answers_from_the_one_that_was_asked(string engine)
    {
        using ThrongProcess server = Serve(engine, "0.0.0.0", out int port);
        Socket[] clients =
            [.. Enumerable.Range(1, 8).Select(last => Connect(new IPAddress([127, 0, 0, (byte)last]), port))];
        Eventually.Holds(() => IsUp(clients[0]), server.Story);
        Exchange(clients, 100);
        Array.ForEach(clients, client => client.Dispose());
        Stop(server);
    }

    [Fact]
    public void A_sink_says_nothing_and_counts()
    {
        string path = ControlClient.NewPath();
        using ThrongProcess server =
            Serve("auto", "127.0.0.1", out int port, "--mode", "sink", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        using Socket client = Connect(IPAddress.Loopback, port);
        Eventually.Holds(() => Sends(client), server.Story);
        for (int i = 0; i < 9; i++)
        {
            client.Send(new byte[100]);
        }

        control.Await("received", 11, server);
        Assert.Equal(0, client.Available);
        Document document = Stop(server);
        document.Equal(11, document.Number("serve.datagrams_received"), "received");
        document.Equal(0, document.Number("serve.datagrams_sent"), "sent");
    }

    [Fact]
    public void A_taken_port_is_refused_with_what_to_look_at()
    {
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)other.LocalEndPoint!).Port;
        using ThrongProcess server =
            ThrongProcess.Start("serve", "--transport", "udp", "--listen", $"127.0.0.1:{port}");
        server.Ends(3);
        Assert.Contains("ss -lunp", server.ErrorText);
    }

    private static void Exchange(Socket[] clients, int bytes)
    {
        byte[] sent = Peer.Pattern(bytes);
        foreach (Socket client in clients)
        {
            Assert.Equal(bytes, client.Send(sent));
        }

        byte[] received = new byte[bytes + 1];
        foreach (Socket client in clients)
        {
            Assert.Equal(bytes, client.Receive(received));
            Assert.True(sent.AsSpan().SequenceEqual(received.AsSpan(0, bytes)));
        }
    }

    /// <summary>Whether somebody listens: until then a datagram comes back as a refusal.</summary>
    private static bool IsUp(Socket client)
    {
        try
        {
            return client.Send([7]) == 1 && client.Receive(new byte[1]) == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool Sends(Socket client)
    {
        try
        {
            client.Send([7]);
            return client.Send([7]) == 1; // tells of a refusal of the first
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket Connect(IPAddress address, int port)
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = (int)Eventually.Patience.TotalMilliseconds,
        };
        client.Connect(address, port);
        return client;
    }

    private static ThrongProcess Serve(string engine, string address, out int port, params string[] more)
    {
        if (engine != "auto")
        {
            Requirement.Engine(engine);
        }

        port = FreePort.One();
        return ThrongProcess.Start([
            "serve", "--transport", "udp", "--listen", $"{address}:{port}", "--json", "-q", "--engine", engine,
            .. more]);
    }

    private static Document Stop(ThrongProcess server)
    {
        server.Signal(ThrongProcess.SIGTERM);
        server.Ends(0);
        return server.Document().AddsUp();
    }
}
