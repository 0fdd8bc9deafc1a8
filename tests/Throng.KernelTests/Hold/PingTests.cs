using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Pings over real sockets: answered, unanswered, answered wrongly, switched while the run goes on.</summary>
public sealed class PingTests
{
    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Every_connection_is_pinged_and_every_reply_is_timed(string engine)
    {
        Requirement.Engine(engine);
        using TalkingServer server = new(received => received);
        using ThrongProcess run = ThrongProcess.Run(
            0, "hold", "200", "--target", server.Address, "--ping", "--ping-interval", "200ms-400ms", "--for", "2s",
            "--json", "-q", "--engine", engine);
        Document document = run.Document().AddsUp();
        long answered = document.Number("messages.answered");
        document.Equal(0, document.Number("messages.timed_out"), "timed out");
        document.Equal(0, document.Number("messages.lost"), "lost");
        document.Equal(0, document.Number("messages.invalid"), "invalid");
        document.Equal(0, document.Number("connections.lost"), "connections lost");
        document.Equal(answered, document.Number("response_ns.count"), "response times");
        document.Equal(answered * 4, server.BytesReceived, "bytes at the server");
        document.Equal(answered * 4, document.Number("messages.bytes_received"), "bytes back");
        Assert.Equal(200, server.PerConnection.Count);
        Assert.All(server.PerConnection.Values, bytes => Assert.InRange(bytes, 1 * 4, 11 * 4));
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void A_peer_that_never_answers_is_left_and_replaced(string engine)
    {
        Requirement.Engine(engine);
        using TalkingServer server = new(_ => []);
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "20", "--target", server.Address, "--ping", "--ping-interval", "50ms-100ms",
            "--ping-timeout", "200ms", "--for", "3s", "--json", "-q", "--engine", engine);
        Document document = run.FinishAsJudged();
        long timedOut = document.Count("connections.closed", "ping-timeout");
        Assert.True(timedOut >= 20, run.Story());
        document.Equal(timedOut, document.Number("messages.timed_out"), "timed out");
        // Those that run out while the run drains were given up already, so they are not lost as well: at most all 20.
        Assert.InRange(document.Number("connections.lost"), timedOut - 20, timedOut);
        document.Equal(0, document.Number("messages.answered"), "answered");
        document.Equal(timedOut, document.Number("response_ns.count"), "timeouts in the latency record");
        Assert.True(document.Number("response_ns.min") >= 199_000_000, "none is given up early");
        Assert.True(document.Number("connections.reconnected") > 0, run.Story());
    }

    [Theory]
    [InlineData("uring", "GNIP")]
    [InlineData("epoll", "GNIP")]
    [InlineData("epoll", "PINGPING")]
    public void A_wrong_answer_ends_the_connection(string engine, string answer)
    {
        Requirement.Engine(engine);
        using TalkingServer server = new(_ => System.Text.Encoding.ASCII.GetBytes(answer));
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "20", "--target", server.Address, "--ping", "--ping-interval", "50ms-100ms",
            "--for", "3s", "--json", "-q", "--engine", engine);
        Document document = run.FinishAsJudged();
        long invalid = document.Number("messages.invalid");
        Assert.True(invalid >= 20, run.Story());
        document.Equal(invalid, document.Count("connections.closed", "invalid-reply"), "closed for it");
        document.Equal(0, document.Number("messages.answered"), "answered");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("epoll")]
    public void Pings_are_switched_while_it_runs(string engine)
    {
        Requirement.Engine(engine);
        using TalkingServer server = new(received => received);
        string path = ControlClient.NewPath();
        using ThrongProcess run = ThrongProcess.Start(
            "hold", "50", "--target", server.Address, "--ping-interval", "50ms-100ms", "--json", "-q",
            "--engine", engine, "--control", path);
        using ControlClient control = ControlClient.To(path, run);
        control.Await("held", 50, run);
        run.Say("ping on");
        Eventually.Holds(() => server.PerConnection.Count(one => one.Value >= 8) == 50, run.Story);
        using (ThrongProcess ctl = ThrongProcess.Run(0, "ctl", path, "ping"))
        {
            Assert.Equal("ping off", ctl.OutputText);
        }

        long bytes = Settled(control);
        run.Say("quit");
        run.Ends(0);
        Assert.Equal(bytes, server.BytesReceived);
        Document document = run.Document().AddsUp();
        document.Equal(bytes, document.Number("messages.bytes_sent"), "bytes sent");
        document.Equal(bytes / 4, document.Number("messages.answered"), "answered");
        Assert.Contains("ping on", run.Error.Lines());
    }

    /// <summary>Waits until every ping has its answer; the bytes they had.</summary>
    private static long Settled(ControlClient control)
    {
        long sent = -1;
        Stopwatch same = Stopwatch.StartNew();
        Eventually.Holds(
            () =>
            {
                string[] parts = control.Ask("status").Split('\n').First(
                    line => line.StartsWith("ping ", StringComparison.Ordinal)).Split(", ");
                long now = ControlClient.Leading(parts[1]);
                if (now != sent || now != ControlClient.Leading(parts[2]))
                {
                    sent = now; // a worker may not have been told yet
                    same.Restart();
                }

                return same.ElapsedMilliseconds > 300; // thrice the longest interval of these tests
            },
            () => control.Ask("status"));
        return 4 * sent;
    }

    /// <summary>Accepts everything and answers what it receives with what it is told to.</summary>
    private sealed class TalkingServer : IDisposable
    {
        private readonly Socket _listener = Peer.Listen();
        private readonly Func<byte[], byte[]> _answer;
        private readonly ConcurrentBag<Socket> _accepted = [];
        private int _accepts;
        private long _bytesReceived;

        public TalkingServer(Func<byte[], byte[]> answer)
        {
            _answer = answer;
            _ = AcceptAll();
        }

        public string Address => $"127.0.0.1:{Peer.PortOf(_listener)}";

        public long BytesReceived => Interlocked.Read(ref _bytesReceived);

        public ConcurrentDictionary<int, long> PerConnection { get; } = [];

        public void Dispose()
        {
            _listener.Dispose();
            foreach (Socket socket in _accepted)
            {
                socket.Dispose();
            }
        }

        private async Task AcceptAll()
        {
            try
            {
                while (true)
                {
                    Socket client = await _listener.AcceptAsync();
                    _accepted.Add(client);
                    _ = Talk(client, Interlocked.Increment(ref _accepts));
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task Talk(Socket client, int number)
        {
            byte[] buffer = new byte[256];
            try
            {
                while (await client.ReceiveAsync(buffer) is > 0 and var read)
                {
                    Interlocked.Add(ref _bytesReceived, read);
                    PerConnection.AddOrUpdate(number, read, (_, before) => before + read);
                    byte[] answer = _answer(buffer[..read]);
                    if (answer.Length > 0)
                    {
                        await client.SendAsync(answer);
                    }
                }

                client.Dispose();
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                client.Dispose();
            }
        }
    }
}
