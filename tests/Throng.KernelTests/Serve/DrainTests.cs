using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng serve --drain` and `--health`: how a server leaves.</summary>
public sealed class DrainTests
{
    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Who_stays_is_closed_when_the_time_is_over(string engine)
    {
        using ThrongProcess server = Serve(engine, out int port, "--drain", "2s");
        using Socket stays = Peer.ConnectTo(port, server);
        Assert.True(Peer.Echoes(stays));
        Stopwatch clock = Stopwatch.StartNew();
        server.Signal(ThrongProcess.SIGTERM);
        Assert.Equal(0, stays.Receive(new byte[1])); // a FIN
        Assert.InRange(clock.ElapsedMilliseconds, 2000, long.MaxValue);
        Document document = server.Finish();
        Assert.Equal("SIGTERM", document.Text("ended_by"));
        document.Equal(1, document.Number("connections.held"), "held");
        document.Equal(0, document.Number("connections.lost"), "lost");
        document.Equal(2_000_000_000, document.Number("serve.drain_ns"), "time");
        document.Equal(1, document.Number("serve.drain_open"), "open");
        document.Equal(1, document.Number("serve.drained"), "closed");
        document.Equal(0, document.Number("serve.drain_ended"), "ended");
    }

    [Theory]
    [InlineData("uring", "echo")]
    [InlineData("epoll", "echo")]
    [InlineData("auto", "stamp")]
    public void What_is_open_goes_on_nobody_new_comes_and_it_ends_as_soon_as_the_last_has_gone(
        string engine, string mode)
    {
        using ThrongProcess server = Serve(engine, out int port, "--mode", mode, "--drain", "1h");
        using (Socket stays = Peer.ConnectTo(port, server))
        using (Socket leaves = Peer.Connect(port))
        {
            foreach (Socket client in (Socket[])[leaves, stays])
            {
                client.Send(new byte[64]);
                Assert.Equal(64, Peer.ReadAll(client, new byte[64]));
            }

            server.Signal(ThrongProcess.SIGTERM);
            Eventually.Holds(() => IsRefused(port), server.Story);
            Assert.True(Peer.Echoes(stays));
            leaves.Dispose();
            Assert.True(Peer.Echoes(stays));
            Assert.False(server.HasExited);
        }

        Document document = server.Finish();
        Assert.InRange(document.Number("serve.drain_ended"), 2, 1000); // those who only looked whether it listens too
        document.Equal(document.Number("serve.drain_open"), document.Number("serve.drain_ended"), "ended");
        document.Equal(0, document.Number("serve.drained"), "closed");
        document.Equal(0, document.Number("connections.lost"), "lost");
    }

    [Fact]
    public void A_second_signal_ends_it_at_once()
    {
        using ThrongProcess server = Serve("auto", out int port, "--drain", "1h");
        using Socket client = Peer.ConnectTo(port, server);
        Assert.True(Peer.Echoes(client));
        server.Signal(ThrongProcess.SIGTERM);
        Eventually.Holds(() => IsRefused(port), server.Story);
        server.Signal(ThrongProcess.SIGTERM);
        Document document = server.Finish();
        document.Equal(1, document.Number("serve.drained"), "closed");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Who_waits_to_be_accepted_is_still_served(string engine)
    {
        const int Waiting = 12;
        string path = ControlClient.NewPath();
        using ThrongProcess server = Serve(
            engine, out int port, "--mode", "exchange", "--accept-rate", "8", "--threads", "2", "--drain", "1h",
            "--control", path);
        using (Socket up = Peer.ConnectTo(port, server))
        {
            up.Shutdown(SocketShutdown.Send);
            Assert.Equal(64, Peer.ReadAll(up, new byte[65]));
        }

        Socket[] clients = [.. Enumerable.Range(0, Waiting).Select(_ => Peer.Connect(port))];
        server.Signal(ThrongProcess.SIGTERM);
        foreach (Socket client in clients)
        {
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(64, Peer.ReadAll(client, new byte[65])); // an answer and a FIN, no reset
            client.Dispose();
        }

        Document document = server.Finish();
        document.Equal(1 + Waiting, document.Number("serve.answered"), "answered");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Of_those_who_connect_all_the_time_nobody_is_reset(string engine)
    {
        using ThrongProcess server = Serve(engine, out int port, "--drain", "1h");
        using (Socket up = Peer.ConnectTo(port, server))
        {
            Assert.True(Peer.Echoes(up));
        }

        int served = 0;
        int refused = 0;
        string broken = "";
        Thread[] clients = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (Stopwatch clock = Stopwatch.StartNew(); clock.Elapsed < Eventually.Patience;)
            {
                using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                client.ReceiveTimeout = (int)Eventually.Patience.TotalMilliseconds;
                try
                {
                    client.Connect(System.Net.IPAddress.Loopback, port);
                }
                catch (SocketException)
                {
                    Interlocked.Increment(ref refused);
                    return;
                }

                try
                {
                    _ = Peer.Echoes(client) ? Interlocked.Increment(ref served) : throw new IOException("an end");
                }
                catch (Exception failure) when (failure is SocketException or IOException)
                {
                    broken += failure.Message + "; ";
                }
            }
        }))];
        Array.ForEach(clients, client => client.Start());
        Eventually.Holds(() => Volatile.Read(ref served) > 20, server.Story);
        server.Signal(ThrongProcess.SIGTERM);
        Array.ForEach(clients, client => client.Join());
        Assert.Equal("", broken);
        Assert.Equal(4, refused);
        server.Finish().Equal(0, server.Document().Number("serve.drained"), "closed");
    }

    [Fact]
    public void Datagrams_are_answered_to_the_end_of_the_drain()
    {
        using ThrongProcess server = Serve("auto", out int port, "--transport", "tcp+udp", "--drain", "1h");
        using (Socket up = Peer.ConnectTo(port, server))
        {
            Assert.True(Peer.Echoes(up)); // so the datagrams' socket is there too
        }

        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.ReceiveTimeout = (int)Eventually.Patience.TotalMilliseconds;
        client.Connect(System.Net.IPAddress.Loopback, port);
        server.Signal(ThrongProcess.SIGTERM);
        Eventually.Holds(() => IsRefused(port), server.Story);
        client.Send([1, 2, 3]);
        Assert.Equal(3, client.Receive(new byte[4]));
        server.Signal(ThrongProcess.SIGTERM);
        server.Finish().Equal(1, server.Document().Number("serve.datagrams_sent"), "datagrams");
    }

    [Fact]
    public void A_probe_learns_of_the_drain_from_its_beginning()
    {
        int health = FreePort.One();
        using ThrongProcess server = Serve("auto", out int port, "--drain", "1h", "--health", $"localhost:{health}");
        using Socket client = Peer.ConnectTo(port, server);
        Assert.True(Peer.Echoes(client));
        Assert.EndsWith("\r\n\r\nok\n", Ask(health, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", Ask(health, "HEAD / HTTP/1.1\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 405 ", Ask(health, "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"));

        using Socket silent = Peer.Connect(health); // keeps others waiting for a while, and not for ever
        silent.Send("GET"u8);
        Peer.Reset(Peer.Connect(health));
        Assert.StartsWith("HTTP/1.1 200 ", Ask(health, "GET / HTTP/1.1\r\n\r\n"));
        server.Signal(ThrongProcess.SIGTERM);
        Eventually.Holds(
            () => Ask(health, "GET / HTTP/1.1\r\n\r\n") is var answer
                && answer.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal)
                && answer.EndsWith("\r\n\r\ndraining\n", StringComparison.Ordinal),
            server.Story);
        client.Dispose();
        server.Finish();
        Assert.True(IsRefused(health));
    }

    [Fact]
    public void A_probe_is_answered_while_others_are_silent()
    {
        int health = FreePort.One();
        using ThrongProcess server = Serve("auto", out int port, "--health", $"127.0.0.1:{health}");
        Peer.ConnectTo(port, server).Dispose();
        Eventually.Holds(
            () =>
            {
                Socket[] silent = [.. Enumerable.Range(0, 10).Select(_ => Peer.Connect(health))];
                bool isAnswered = Ask(health, "GET / HTTP/1.1\r\n\r\n").StartsWith(
                    "HTTP/1.1 200 ", StringComparison.Ordinal);
                bool isBeforeThem = silent.Any(one => !one.Poll(0, SelectMode.SelectRead));
                Array.ForEach(silent, one => one.Dispose());
                return isAnswered && isBeforeThem;
            },
            server.Story);
        Socket[] many = [.. Enumerable.Range(0, 300).Select(_ => Peer.Connect(health))];
        Assert.StartsWith("HTTP/1.1 200 ", Ask(health, "GET / HTTP/1.1\r\n\r\n"));
        Array.ForEach(many, one => one.Dispose());
    }

    [Fact]
    public void A_health_address_that_is_taken_is_setup()
    {
        using Socket taken = Peer.Listen();
        using ThrongProcess run =
            ThrongProcess.Run(3, "serve", "--health", $"127.0.0.1:{Peer.PortOf(taken)}", "--for", "1s");
        Assert.Contains("for --health: address already in use", run.ErrorText, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsRefused(int port)
    {
        try
        {
            using Socket socket = Peer.Connect(port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static string Ask(int port, string request)
    {
        using Socket socket = Peer.Connect(port);
        socket.Send(Encoding.ASCII.GetBytes(request));
        byte[] answer = new byte[4096];
        return Encoding.ASCII.GetString(answer, 0, Peer.ReadAll(socket, answer));
    }

    private static ThrongProcess Serve(string engine, out int port, params string[] more)
    {
        Requirement.Engine(engine);
        port = FreePort.One();
        return ThrongProcess.Start(
            ["serve", "--listen", $"127.0.0.1:{port}", "--engine", engine, "--json", "-q", .. more]);
    }
}
