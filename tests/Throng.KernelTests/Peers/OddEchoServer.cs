using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Throng.KernelTests;

/// <summary>An echo server with a quirk: what it does with what one receive has brought.</summary>
internal sealed class OddEchoServer : IDisposable
{
    private const int PaddedBytes = 512;

    private readonly Socket _listener = Peer.Listen();
    private readonly Func<Socket, byte[], Task> _answer;
    private readonly Func<Socket, Task> _welcome;

    /// <param name="welcome">Done with a client before anything of it is read.</param>
    private OddEchoServer(Func<Socket, byte[], Task> answer, Func<Socket, Task>? welcome = null)
    {
        _answer = answer;
        _welcome = welcome ?? (_ => Task.CompletedTask);
        _ = AcceptAll();
    }

    public string Address => $"127.0.0.1:{Peer.PortOf(_listener)}";

    /// <summary>Whatever came goes back with zeros behind it, 512 bytes in all.</summary>
    public static OddEchoServer Padding() => new(async (client, received) =>
    {
        byte[] padded = new byte[PaddedBytes];
        received.CopyTo(padded, 0);
        await client.SendAsync(padded);
    });

    /// <summary>A byte at a time.</summary>
    public static OddEchoServer Cutting() => new(async (client, received) =>
    {
        client.NoDelay = true;
        for (int i = 0; i < received.Length; i++)
        {
            await client.SendAsync(received.AsMemory(i, 1));
            await Task.Yield();
        }
    });

    /// <summary>Never an answer, but a reset.</summary>
    public static OddEchoServer Resetting() => new((client, _) =>
    {
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        return Task.CompletedTask;
    });

    /// <summary>As many bytes, the last of them wrong.</summary>
    public static OddEchoServer Lying() => new(async (client, received) =>
    {
        received[^1] ^= 1;
        await client.SendAsync(received);
    });

    /// <summary>A line of its own first, as a mail server has it.</summary>
    public static OddEchoServer Greeting() => new(
        async (client, received) => await client.SendAsync(received),
        async client => await client.SendAsync("220 mail.example ESMTP\r\n"u8.ToArray()));

    /// <summary>Half of the first message of 64 bytes, and then nothing more.</summary>
    public static OddEchoServer Halving()
    {
        ConditionalWeakTable<Socket, object> begun = [];
        return new(async (client, received) =>
        {
            if (begun.TryAdd(client, received))
            {
                await client.SendAsync(received.AsMemory(0, 32));
            }
        });
    }

    /// <summary>One answer, and the end.</summary>
    public static OddEchoServer Once(bool resets) => new(async (client, received) =>
    {
        await client.SendAsync(received);
        if (resets)
        {
            await Task.Delay(10); // a reset takes along what is not read yet
            client.LingerState = new LingerOption(true, 0);
        }

        client.Dispose();
    });

    /// <summary>Each answer twice.</summary>
    public static OddEchoServer Doubling() => new(async (client, received) =>
        await client.SendAsync((byte[])[.. received, .. received]));

    /// <summary>As many clients as it has places; the others are not read, and after some time they have the end.
    /// </summary>
    public static OddEchoServer Queueing(int places, TimeSpan patience)
    {
        int clients = 0;
        return new(async (client, received) => await client.SendAsync(received), async client =>
        {
            if (Interlocked.Increment(ref clients) > places)
            {
                await Task.Delay(patience);
                client.Dispose();
            }
        });
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAll()
    {
        try
        {
            while (true)
            {
                _ = Serve(await _listener.AcceptAsync());
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(Socket client)
    {
        using Socket closing = client;
        byte[] buffer = new byte[PaddedBytes];
        try
        {
            await _welcome(client);
            int received;
            while ((received = await client.ReceiveAsync(buffer)) > 0)
            {
                await _answer(client, buffer[..received]);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // Its client has gone, or was reset.
        }
    }
}
