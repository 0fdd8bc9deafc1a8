using System.Net.Sockets;

namespace Throng.KernelTests;

/// <summary>Resets every second connection; the others are read to the end, answered and closed.</summary>
internal sealed class ResettingServer : IDisposable
{
    private readonly Socket _listener = Peer.Listen();
    private int _accepted;

    public ResettingServer() => _ = AcceptAll();

    public string Address => $"127.0.0.1:{Peer.PortOf(_listener)}";

    public int Accepted => Volatile.Read(ref _accepted);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAll()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync();
                if (Interlocked.Increment(ref _accepted) % 2 == 0)
                {
                    client.LingerState = new LingerOption(true, 0);
                    client.Dispose();
                }
                else
                {
                    _ = Answer(client);
                }
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task Answer(Socket client)
    {
        using Socket closing = client;
        byte[] buffer = new byte[4096];
        while (await client.ReceiveAsync(buffer) > 0)
        {
        }

        await client.SendAsync("a reply of some bytes"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
    }
}
