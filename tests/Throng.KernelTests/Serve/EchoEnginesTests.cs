using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// The same clients against every engine that echoes: what comes back is what was sent, whatever its size, however it
/// was cut and however the connection ends.
/// </summary>
public sealed class EchoEnginesTests
{
    private const int Mebibyte = 1 << 20;

    public static TheoryData<string> Engines => [.. EchoEngine.Names];

    [Theory]
    [MemberData(nameof(Engines))]
    public void Messages_come_back_whole(string name)
    {
        using EchoEngine engine = new(name);
        engine.Beside(() =>
        {
            foreach (bool isIPv6 in (bool[])[false, true])
            {
                using Socket client = engine.Connect(isIPv6);
                foreach (int bytes in (int[])[1, 2, 63, 1400, 5000, 16 * 1024 + 1, 100_000, Mebibyte])
                {
                    RoundTrip(client, Peer.Pattern(bytes, bytes));
                }
            }
        });
        Document document = engine.Stop();
        Assert.Equal(name, document.Text("host.engine"));
        if (name is "kernel" or "xdp")
        {
            long bytes = 2 * (1 + 2 + 63 + 1400 + 5000 + (16 * 1024) + 1 + 100_000 + Mebibyte);
            Assert.True(document.Number("serve.bytes_echoed") >= bytes, engine.Server.Story());
        }

        if (name == "kernel")
        {
            document.Equal(0, document.Number("serve.pieces_dropped"), "dropped");
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_pipeline_keeps_its_order_from_the_first_byte(string name)
    {
        using EchoEngine engine = new(name);
        engine.Beside(() =>
        {
            // Each sends before the server can have accepted it, and goes on without a pause.
            for (int round = 0; round < 100; round++)
            {
                using Socket client = engine.Connect();
                byte[] sent = Peer.Pattern(20_000, round);
                for (int at = 0; at < sent.Length; at += 500)
                {
                    client.Send(sent.AsSpan(at, 500));
                }

                byte[] received = new byte[sent.Length];
                Assert.Equal(sent.Length, Peer.ReadAll(client, received));
                Assert.True(sent.AsSpan().SequenceEqual(received), $"round {round}");
            }
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void After_a_half_close_the_rest_comes_and_then_the_end(string name)
    {
        using EchoEngine engine = new(name);
        engine.Beside(() =>
        {
            foreach (int bytes in (int[])[0, 1, 1000, 300_000])
            {
                for (int round = 0; round < 20; round++)
                {
                    using Socket client = engine.Connect();
                    byte[] sent = Peer.Pattern(bytes, round);
                    Exception? failure = null;
                    Thread writer = new(() => failure = Record.Exception(() =>
                    {
                        client.Send(sent);
                        client.Shutdown(SocketShutdown.Send);
                    }));
                    writer.Start();
                    byte[] received = new byte[bytes + 1];
                    int read = Peer.ReadAll(client, received);
                    writer.Join();
                    Assert.Null(failure);
                    Assert.True(read == bytes, $"{read} of {bytes} bytes, round {round}");
                    Assert.True(sent.AsSpan().SequenceEqual(received.AsSpan(0, bytes)));
                }
            }
        });
        Document document = engine.Stop();
        if (engine.HasSockets)
        {
            document.Equal(80, document.Count("connections.closed", "peer-closed"), "peer-closed");
        }
        else
        {
            Assert.True(document.Number("serve.packets_fin") >= 80, engine.Server.Story());
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Many_connections_echo_at_once(string name)
    {
        int count = Suite.IsFull ? 10_000 : 500;
        using EchoEngine engine = new(name);
        engine.Beside(() =>
        {
            Socket[] clients = [.. Enumerable.Range(0, count).Select(_ => engine.Connect())];
            for (int round = 0; round < 3; round++)
            {
                byte[] sent = Peer.Pattern(64, round);
                Array.ForEach(clients, client => client.Send(sent));
                byte[] received = new byte[sent.Length];
                Array.ForEach(clients, client =>
                {
                    Assert.Equal(sent.Length, Peer.ReadAll(client, received));
                    Assert.True(sent.AsSpan().SequenceEqual(received));
                });
            }

            if (engine.HasSockets)
            {
                engine.Control.Await("open", count, engine.Server);
            }

            Array.ForEach(clients, client => client.Dispose());
        });
        Document document = engine.Stop();
        document.Equal(engine.HasSockets ? count : 0, document.Number("connections.opened"), "opened");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Resets_are_tolerated_and_leave_nothing(string name)
    {
        using EchoEngine engine = new(name);
        engine.Beside(() =>
        {
            using Socket steady = engine.Connect();
            Assert.True(Peer.Echoes(steady));
            long descriptors = engine.Control.Status("descriptors");
            for (int i = 0; i < 500; i++)
            {
                Socket rude = engine.Connect();
                Assert.True(Peer.Echoes(rude));
                rude.Send(Peer.Pattern(10_000));
                Peer.Reset(rude);
            }

            if (engine.HasSockets)
            {
                engine.Control.Await("open", 1, engine.Server);
            }

            // The runtime opens a few of its own when it first needs them.
            Eventually.Holds(
                () => Math.Abs(engine.Control.Status("descriptors") - descriptors) <= 8,
                () => $"{descriptors} were used before; {engine.Control.Ask("status")}");
            Assert.True(Peer.Echoes(steady));
        });
        Document document = engine.Stop();
        if (engine.HasSockets)
        {
            document.Equal(500, document.Count("connections.closed", "reset"), "reset");
        }
        else
        {
            // The kernel answers each echo that comes after its socket's end with one more.
            Assert.InRange(document.Number("serve.packets_reset"), 500, long.MaxValue);
        }
    }

    /// <summary>unsupported with the kernel engine: nothing there holds a writer back, so it is reset.</summary>
    [Theory]
    [InlineData("epoll", true)]
    [InlineData("uring", true)]
    [InlineData("xdp", true)]
    [InlineData("kernel", false)]
    public void A_writer_that_never_reads_is_held_back(string name, bool isHeldBack)
    {
        using EchoEngine engine = new(name);
        engine.Beside(() =>
        {
            using Socket steady = engine.Connect();
            using Socket stuck = engine.Connect();
            stuck.Blocking = false;
            byte[] bytes = new byte[64 * 1024];
            long written = 0;
            SocketError outcome = SocketError.Success;
            Stopwatch quiet = Stopwatch.StartNew();
            while (outcome is SocketError.Success or SocketError.WouldBlock
                && quiet.Elapsed < (isHeldBack ? TimeSpan.FromMilliseconds(500) : Eventually.Patience))
            {
                int now = stuck.Send(bytes, SocketFlags.None, out outcome);
                if (now > 0 && outcome == SocketError.Success)
                {
                    written += now;
                    quiet.Restart();
                    Assert.True(written < 8L << 30, "nothing holds it back");
                }
            }

            Assert.Equal(isHeldBack ? SocketError.WouldBlock : SocketError.ConnectionReset, outcome);
            Assert.True(Peer.Echoes(steady), "the others go on");
        });
        Document document = engine.Stop();
        if (!isHeldBack)
        {
            document.Equal(1, document.Number("serve.overrun"), "overrun");
            document.Equal(1, document.Count("connections.closed", "no-memory"), "no-memory");
        }
    }

    [Fact]
    public void The_kernel_echoes_without_user_space()
    {
        using EchoEngine engine = new("kernel");
        engine.Beside(() =>
        {
            using Socket client = engine.Connect();
            Assert.True(Peer.Echoes(client));
            long before = Sleeps(engine.Server);
            const int Echoes = 5000;
            for (int i = 0; i < Echoes; i++)
            {
                Assert.True(Peer.Echoes(client));
            }

            // Each comes back before the next is sent: whoever echoed in user space would sleep between them.
            Assert.InRange(Sleeps(engine.Server) - before, 0, Echoes / 5);
        });
    }

    [Fact]
    public void A_server_in_the_kernel_retires_like_any_other()
    {
        using EchoEngine engine = new("kernel", "--drain", "1h");
        engine.Beside(() =>
        {
            using Socket steady = engine.Connect();
            Assert.True(Peer.Echoes(steady));
            engine.Server.Signal(ThrongProcess.SIGTERM);
            Eventually.Holds(() => IsRefused(engine), engine.Server.Story);
            Assert.True(Peer.Echoes(steady), "what is open goes on");
        });
        Document document = engine.Server.Finish(); // its last connection has gone
        document.Equal(0, document.Number("serve.drained"), "drained");
        Assert.True(document.Number("serve.drain_ended") >= 1, engine.Server.Story());
    }

    [Fact]
    public void A_full_table_resets_whoever_is_too_many()
    {
        const int Descriptors = 300;
        using EchoEngine engine = new("kernel", Descriptors);
        engine.Beside(() =>
        {
            Socket[] clients = [.. Enumerable.Range(0, 100).Select(_ => engine.Connect())];
            int echoing = 0;
            foreach (Socket client in clients)
            {
                echoing += Record.Exception(() => Assert.True(Peer.Echoes(client))) is null ? 1 : 0;
            }

            Assert.Equal(Descriptors - 256, echoing); // as many as it says there is room for
            Array.ForEach(clients, client => client.Dispose());
            engine.Control.Await("open", 0, engine.Server);
            using Socket next = engine.Connect();
            Assert.True(Peer.Echoes(next), "there is room again");
        });
    }

    [Fact]
    public void The_program_goes_with_the_process()
    {
        using EchoEngine engine = new("xdp");
        Assert.Contains("xdp", engine.Shell("ip link show lo"), StringComparison.Ordinal);
        engine.Server.Signal(ThrongProcess.SIGKILL);
        engine.Server.Ends(128 + ThrongProcess.SIGKILL);
        Eventually.Holds(() => !engine.Shell("ip link show lo").Contains("xdp", StringComparison.Ordinal),
            () => engine.Shell("ip link show lo"));
    }

    [Fact]
    public void Ports_of_its_own_are_not_answered()
    {
        using EchoEngine engine = new("xdp");
        engine.Beside(() =>
        {
            using Socket own = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            own.Blocking = false;
            own.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 7000));
            Assert.Throws<SocketException>(() => own.Connect("127.0.0.1", 7000));
            Assert.False(own.Poll(300_000, SelectMode.SelectWrite));
        });
        Assert.True(engine.Stop().Number("serve.dropped.source_port") >= 1);
    }

    private static bool IsRefused(EchoEngine engine)
    {
        try
        {
            engine.Connect().Dispose();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>How often a thread of a process has begun to wait.</summary>
    private static long Sleeps(ThrongProcess process) =>
        ProcessThreads.Read(process.Id, thread => File.ReadLines($"{thread}/status"))
            .Where(line => line.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split('\t')[1]));

    private static void RoundTrip(Socket client, byte[] sent)
    {
        Exception? failure = null;
        Thread writer = new(() => failure = Record.Exception(() => client.Send(sent)));
        writer.Start();
        byte[] received = new byte[sent.Length];
        int read = Peer.ReadAll(client, received);
        writer.Join();
        Assert.Null(failure);
        Assert.Equal(sent.Length, read);
        Assert.True(sent.AsSpan().SequenceEqual(received), $"{sent.Length} bytes");
    }
}
