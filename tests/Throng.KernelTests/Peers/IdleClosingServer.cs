using System.Net.Sockets;

namespace Throng.KernelTests;

/// <summary>Sends back what it receives, and closes a connection on which nothing came for a while.</summary>
internal sealed class IdleClosingServer : IDisposable
{
    private readonly Socket _listener = Peer.Listen();
    private readonly TimeSpan _idle;

    public IdleClosingServer(TimeSpan idle)
    {
        _idle = idle;
        _ = AcceptAll();
    }

    public string Address => $"127.0.0.1:{Peer.PortOf(_listener)}";

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAll()
    {
        try
        {
            while (true)
            {
                _ = Talk(await _listener.AcceptAsync());
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Talk(Socket client)
    {
        byte[] buffer = new byte[1024];
        using Socket closing = client;
        try
        {
            while (true)
            {
                using CancellationTokenSource silence = new(_idle);
                int read = await client.ReceiveAsync(buffer, silence.Token);
                if (read == 0)
                {
                    return;
                }

                await client.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException)
        {
            // It was silent for too long, or has gone.
        }
    }
}
