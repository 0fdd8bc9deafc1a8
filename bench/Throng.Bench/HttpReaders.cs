using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Throng.Bench;

/// <summary>Both ends of a stream of events: readers and a page in one process, and a stub for them.</summary>
internal static class HttpReaders
{
    private static readonly (string Path, int EverySeconds)[] Parts =
        [("/page/now", 1), ("/page/recent", 2), ("/report", 30), ("/api/v1/document", 30), ("/page/whole", 30)];

    /// <summary>Reads until it is ended: a line from each reader's stream, and the parts of one page.</summary>
    public static int Read(Settings settings)
    {
        int port = settings.Number("port", 0);
        List<Task> all = [.. Enumerable.Range(0, settings.Number("readers", 200)).Select(_ => FollowAsync(port))];
        if (settings.Text("page", "no") == "yes")
        {
            all.Add(FollowAsync(port));
            all.Add(TakePartsAsync(port));
        }

        Task.WhenAll(all).GetAwaiter().GetResult();
        return 0;
    }

    /// <summary>Sends every reader a line of the usual length each second, until it is ended.</summary>
    public static int Send(Settings settings)
    {
        byte[] line = Encoding.ASCII.GetBytes("id: 1\ndata: " + new string('x', 700) + "\n\n");
        using TcpListener listener = new(IPAddress.Loopback, settings.Number("port", 0));
        listener.Start(1_000);
        List<Socket> readers = [];
        while (true)
        {
            Thread.Sleep(1_000);
            while (listener.Pending())
            {
                readers.Add(listener.AcceptSocket());
                readers[^1].Send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"u8);
            }

            readers.RemoveAll(reader => !TrySend(reader, line));
        }
    }

    private static bool TrySend(Socket reader, byte[] line)
    {
        try
        {
            return reader.Send(line) == line.Length;
        }
        catch (SocketException)
        {
            return false; // it has gone
        }
    }

    private static async Task FollowAsync(int port)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.Client.SendAsync("GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray());
        byte[] buffer = new byte[16 * 1024];
        while (await client.Client.ReceiveAsync(buffer) > 0)
        {
            // Only that it is taken matters.
        }
    }

    private static async Task TakePartsAsync(int port)
    {
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        for (int second = 0; ; second++)
        {
            foreach ((string path, _) in Parts.Where(part => second % part.EverySeconds == 0))
            {
                _ = await client.GetByteArrayAsync(path);
            }

            await Task.Delay(1_000);
        }
    }
}
