using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Throng.KernelTests;

/// <summary>`throng serve --mode exchange` against plain sockets that send, half-close and read to the end.</summary>
public sealed class ExchangeServerTests
{
    private const int AnswerBytes = 64;

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void The_answer_comes_after_the_half_close_and_not_before(string engine)
    {
        string path = ControlClient.NewPath();
        using ThrongProcess server = Serve(engine, out int port, "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        using (Socket client = Peer.ConnectTo(port, server))
        {
            client.Send(Peer.Pattern(1000));
            Assert.False(client.Poll(100_000, SelectMode.SelectRead), "nothing comes before the FIN");
            client.Send(Peer.Pattern(1 << 20));
            string answer = Encoding.ASCII.GetString(Rest(client));
            Assert.Equal("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-\n", answer);
        }

        using (Socket silent = Peer.Connect(port))
        {
            Assert.Equal(AnswerBytes, Rest(silent).Length); // a request of no bytes is one
        }

        control.Await("answered", 2, server);
        control.Await("open", 0, server);
        Assert.Contains("0 aborted, 0 cut, 0 idle-closed", control.Ask("status"), StringComparison.Ordinal);
        Document document = Stop(server);
        Assert.Equal("exchange", document.Text("serve.mode"));
        document.Equal(2, document.Number("serve.accepted"), "accepted");
        document.Equal(2, document.Number("serve.answered"), "answered");
        document.Equal(2, document.Count("connections.closed", "finished"), "finished");
        document.Equal(1000 + (1 << 20), document.Number("serve.bytes_received"), "bytes received");
        document.Equal(2 * AnswerBytes, document.Number("serve.bytes_sent"), "bytes sent");
    }

    [Theory]
    [InlineData("uring", 8 << 20)]
    [InlineData("epoll", 8 << 20)]
    [InlineData("auto", 0)]
    public void A_slow_reader_gets_all_of_a_file(string engine, int bytes)
    {
        byte[] content = Peer.Pattern(bytes);
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, content);
        string path = ControlClient.NewPath();
        using ThrongProcess server = Serve(engine, out int port, "--content", file, "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        using Socket client = Peer.ConnectTo(port, server);
        File.Delete(file); // it is read once, before anybody is accepted
        client.ReceiveBufferSize = 512 * 1024;
        client.Shutdown(SocketShutdown.Send);
        byte[] received = new byte[bytes + 1];
        int read = 0;
        for (int piece = 0; piece < 20 && read < bytes; piece++)
        {
            read += client.Receive(received.AsSpan(read, Math.Min(50_000, bytes - read)));
            Thread.Sleep(10);
        }

        read += Peer.ReadAll(client, received.AsSpan(read));
        Assert.Equal(bytes, read);
        Assert.True(content.AsSpan().SequenceEqual(received.AsSpan(0, bytes)));
        control.Await("answered", 1, server);
        Stop(server).Equal(1, server.Document().Number("serve.answered"), "answered");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Resets_are_told_apart_by_their_moment(string engine)
    {
        string path = ControlClient.NewPath();
        using ThrongProcess server = ServeMuch(engine, out int port, path);
        using ControlClient control = ControlClient.To(path, server);
        for (int i = 0; i < 20; i++)
        {
            Socket early = Peer.ConnectTo(port, server);
            early.Send([1]);
            Socket late = Peer.Connect(port);
            late.Shutdown(SocketShutdown.Send);
            Assert.Equal(1, late.Receive(new byte[1])); // its answer has begun
            Peer.Reset(early);
            Peer.Reset(late);
        }

        AwaitUnanswered(control, "20 aborted, 20 cut, 0 idle-closed");
        Document document = Stop(server);
        document.Equal(40, document.Number("serve.accepted"), "accepted");
        document.Equal(0, document.Number("serve.answered"), "answered");
        document.Equal(20, document.Number("serve.aborted"), "aborted");
        document.Equal(20, document.Number("serve.cut"), "cut");
        document.Equal(0, document.Number("serve.idle_closed"), "idle-closed");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Silence_is_ended(string engine)
    {
        string path = ControlClient.NewPath();
        using ThrongProcess server = ServeMuch(engine, out int port, path, "--idle-timeout", "2s");
        using ControlClient control = ControlClient.To(path, server);
        Stopwatch clock = Stopwatch.StartNew();
        using Socket full = Peer.ConnectTo(port, server);
        full.Shutdown(SocketShutdown.Send); // and reads nothing
        using Socket silent = Peer.Connect(port);
        silent.Send([1]);
        Assert.Equal(0, silent.Receive(new byte[1])); // an end without an answer
        Assert.InRange(clock.ElapsedMilliseconds, 1999, long.MaxValue);
        AwaitUnanswered(control, "0 aborted, 0 cut, 2 idle-closed");
        Assert.Throws<SocketException>(() => Peer.ReadAll(full, new byte[33 << 20])); // no FIN makes it look whole
        Document document = Stop(server);
        document.Equal(2, document.Number("serve.accepted"), "accepted");
        document.Equal(0, document.Number("serve.answered"), "answered");
        document.Equal(2, document.Number("serve.idle_closed"), "idle-closed");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Answers_wait_for_the_delay_and_idleness_does_not_end_it(string engine)
    {
        string path = ControlClient.NewPath();
        using ThrongProcess server = Serve(
            engine, out int port, "--delay", "2500ms", "--idle-timeout", "2s", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        Stopwatch clock = Stopwatch.StartNew();
        using Socket client = Peer.ConnectTo(port, server);
        Assert.Equal(AnswerBytes, Rest(client).Length);
        Assert.InRange(clock.ElapsedMilliseconds, 2500, long.MaxValue);
        control.Await("answered", 1, server);
        Stop(server).Equal(0, server.Document().Number("serve.idle_closed"), "idle-closed");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_drain_waits_for_answers_that_are_delayed(string engine)
    {
        string path = ControlClient.NewPath();
        using ThrongProcess server = Serve(
            engine, out int port, "--delay", "2s", "--threads", "1", "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        using Socket waiting = Peer.ConnectTo(port, server);
        waiting.Shutdown(SocketShutdown.Send);
        using Socket writing = Peer.Connect(port);
        writing.Send([1]);
        Eventually.Holds( // it has been read, and with it the FIN that was there before
            () => control.Ask("status").Contains("1 B received", StringComparison.Ordinal),
            () => control.Ask("status"));
        server.Signal(ThrongProcess.SIGTERM);
        Assert.Equal(0, Peer.ReadAll(writing, new byte[1]));
        Assert.Equal(AnswerBytes, Peer.ReadAll(waiting, new byte[AnswerBytes + 1]));
        Document document = server.Finish();
        document.Equal(1, document.Number("serve.answered"), "answered");
        document.Equal(1, document.Number("serve.drained"), "drained");
    }

    [Theory]
    [InlineData("uring", 1)]
    [InlineData("epoll", 1)]
    [InlineData("uring", 2)]
    [InlineData("epoll", 2)]
    public void Connections_are_accepted_at_the_rate_and_the_queue_overflows(string engine, int threads)
    {
        const double RatePerSecond = 50;
        const int Answered = 60; // fewer than fit the queue at once: what does not fit asks again after a second
        string path = ControlClient.NewPath();
        using ThrongProcess server = Serve(
            engine, out int port, "--accept-rate", $"{RatePerSecond}", "--backlog", "64", "--threads", $"{threads}",
            "--control", path);
        using ControlClient control = ControlClient.To(path, server);
        using Socket up = Peer.ConnectTo(port, server);
        Rest(up);
        Stopwatch clock = Stopwatch.StartNew();
        List<Socket> clients = [.. Enumerable.Range(0, 300).Select(_ => Begin(port))];
        HashSet<Socket> asked = [];
        while (control.Status("answered") <= Answered)
        {
            foreach (Socket client in clients.Where(one => !asked.Contains(one) && HasAsked(one)))
            {
                asked.Add(client);
            }

            Assert.True(clock.Elapsed < Eventually.Patience, server.Story());
            Thread.Sleep(2);
        }

        double fastestMs = (Answered - 1 - (2 * threads)) * 1000 / RatePerSecond; // two are kept of each worker
        Assert.InRange(clock.Elapsed.TotalMilliseconds, fastestMs * 0.98, double.MaxValue);
        clients.ForEach(client => client.Dispose());
        Document document = Stop(server);
        Assert.True(document.Number("network.listen_overflows") > 0, server.Story());
    }

    private static void AwaitUnanswered(ControlClient control, string wanted) => Eventually.Holds(
        () => control.Ask("status").Contains(wanted, StringComparison.Ordinal), () => control.Ask("status"));

    /// <summary>A server whose answer is more than the kernel's buffers take.</summary>
    private static ThrongProcess ServeMuch(string engine, out int port, string path, params string[] more)
    {
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, new byte[32 << 20]);
        ThrongProcess server = Serve(engine, out port, ["--content", file, "--control", path, .. more]);
        ControlClient.To(path, server).Dispose();
        File.Delete(file); // it is read once, before anybody is accepted
        return server;
    }

    /// <summary>Half-closes and reads to the end.</summary>
    private static byte[] Rest(Socket client)
    {
        client.Shutdown(SocketShutdown.Send);
        byte[] into = new byte[AnswerBytes + 1];
        return into[..Peer.ReadAll(client, into)];
    }

    /// <summary>Connects without waiting for it; most find the accept queue full.</summary>
    private static Socket Begin(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Connect("127.0.0.1", port);
        }
        catch (SocketException begun) when (begun.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
        }

        return socket;
    }

    /// <summary>Half-closes what is connected; false while it is not.</summary>
    private static bool HasAsked(Socket client)
    {
        try
        {
            bool isConnected = client.Poll(0, SelectMode.SelectWrite);
            if (isConnected)
            {
                client.Shutdown(SocketShutdown.Send);
            }

            return isConnected;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static ThrongProcess Serve(string engine, out int port, params string[] more)
    {
        if (engine != "auto")
        {
            Requirement.Engine(engine);
        }

        port = FreePort.One();
        return ThrongProcess.Start([
            "serve", "--mode", "exchange", "--listen", $"127.0.0.1:{port}", "--json", "-q", "--engine", engine,
            .. more]);
    }

    private static Document Stop(ThrongProcess server)
    {
        server.Signal(ThrongProcess.SIGTERM);
        server.Ends(0);
        return server.Document().AddsUp();
    }
}
