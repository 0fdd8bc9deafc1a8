using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng serve --mode stamp` against plain sockets, over TCP and UDP on the same port.</summary>
public sealed class StampServerTests
{
    private const string Name = "pod-a";
    private const int HeadBytes = 64;

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_whole_message_comes_back_with_the_name_and_what_follows_as_it_is(string engine)
    {
        using ThrongProcess server = Serve(engine, out int port);
        foreach (int bytes in (int[])[64, 65, 200, 1 << 20])
        {
            using Socket client = Peer.ConnectTo(port, server);
            byte[] sent = Peer.Pattern(bytes);
            Assert.Equal(Stamped(sent), Exchange(client, sent));
            Assert.Equal(sent, Exchange(client, sent));
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, client.Receive(new byte[1]));
        }

        server.Signal(ThrongProcess.SIGTERM);
        Document document = server.Finish();
        Assert.Equal("stamp", document.Text("serve.mode"));
        Assert.Equal(Name, document.Text("serve.name"));
        Assert.Equal("tcp+udp", document.Text("serve.transport"));
        document.Equal(4, document.Count("connections.closed", "peer-closed"), "closed by the clients");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Nothing_comes_before_64_bytes_and_then_all_of_them(string engine)
    {
        using ThrongProcess server = Serve(engine, out int port);
        using Socket client = Peer.ConnectTo(port, server);
        byte[] sent = Peer.Pattern(HeadBytes + 100_000);
        for (int at = 0; at < HeadBytes - 1; at++)
        {
            client.Send(sent.AsSpan(at, 1));
            Thread.Sleep(1);
        }

        Assert.False(client.Poll(200_000, SelectMode.SelectRead), "63 bytes are no head");
        byte[] received = new byte[sent.Length];
        Thread sender = new(() => client.Send(sent.AsSpan(HeadBytes - 1)));
        sender.Start();
        Assert.Equal(sent.Length, Peer.ReadAll(client, received));
        sender.Join();
        Assert.Equal(Stamped(sent), received);
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void An_end_before_64_bytes_is_answered_by_what_came(string engine)
    {
        using ThrongProcess server = Serve(engine, out int port);
        foreach (int bytes in (int[])[0, 1, 63])
        {
            using Socket client = Peer.ConnectTo(port, server);
            byte[] sent = Peer.Pattern(bytes);
            client.Send(sent);
            client.Shutdown(SocketShutdown.Send);
            byte[] received = new byte[HeadBytes];
            int count = Peer.ReadAll(client, received);
            Assert.Equal(bytes, count);
            Assert.Equal(Stamped(sent), received[..count]);
        }
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Every_datagram_has_the_name_and_comes_from_the_address_that_was_asked(string engine)
    {
        using ThrongProcess server = Serve(engine, out int port);
        using (Socket up = Peer.ConnectTo(port, server))
        {
            _ = Exchange(up, Peer.Pattern(HeadBytes)); // so the datagrams' socket is there too
        }

        // A connected socket takes nothing from any other address.
        foreach (IPAddress address in (IPAddress[])[new([127, 0, 0, 1]), new([127, 0, 0, 9]), new([127, 9, 9, 9])])
        {
            using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            client.ReceiveTimeout = (int)Eventually.Patience.TotalMilliseconds;
            client.Connect(address, port);
            foreach (int bytes in (int[])[1, 4, 5, 6, 64, 1400, 8000])
            {
                byte[] sent = Peer.Pattern(bytes, bytes);
                client.Send(sent);
                byte[] received = new byte[bytes + 1];
                Assert.Equal(bytes, client.Receive(received));
                Assert.Equal(Stamped(sent), received[..bytes]);
            }
        }
    }

    [Fact]
    public void In_a_pod_the_name_is_the_pods_and_it_is_cut_at_64_bytes()
    {
        string name = new('n', 70);
        Launch launch = new() { Environment = new Dictionary<string, string> { ["POD_NAME"] = name } };
        int port = FreePort.One();
        using ThrongProcess server =
            ThrongProcess.Start(launch, "serve", "--mode", "stamp", "--listen", $"127.0.0.1:{port}");
        using Socket client = Peer.ConnectTo(port, server);
        byte[] expected = [.. Encoding.ASCII.GetBytes(name[..HeadBytes]), 7, 7];
        byte[] sent = new byte[HeadBytes + 2];
        sent.AsSpan().Fill(7);
        Assert.Equal(expected, Exchange(client, sent));
    }

    private static byte[] Stamped(byte[] sent)
    {
        byte[] stamped = [.. sent];
        Encoding.ASCII.GetBytes(Name).AsSpan(0, Math.Min(Name.Length, sent.Length)).CopyTo(stamped);
        return stamped;
    }

    private static byte[] Exchange(Socket client, byte[] sent)
    {
        Thread sender = new(() => client.Send(sent));
        sender.Start();
        byte[] received = new byte[sent.Length];
        Assert.Equal(sent.Length, Peer.ReadAll(client, received));
        sender.Join();
        return received;
    }

    private static ThrongProcess Serve(string engine, out int port)
    {
        Requirement.Engine(engine);
        port = FreePort.One();
        return ThrongProcess.Start(
            "serve", "--mode", "stamp", "--name", Name, "--transport", "tcp+udp", "--listen", $"0.0.0.0:{port}",
            "--engine", engine, "--json", "-q");
    }
}
