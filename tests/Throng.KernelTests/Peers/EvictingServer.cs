using System.Net.Sockets;

namespace Throng.KernelTests;

/// <summary>Echo server with a table of so many connections: the oldest goes for each one more, without a word or with
/// one.</summary>
internal sealed class EvictingServer : IDisposable
{
    private readonly Socket _listener = Peer.Listen();
    private readonly int _room;
    private readonly Eviction _eviction;
    private readonly Lock _lock = new();
    private readonly Queue<Socket> _table = [];
    private readonly HashSet<Socket> _forgotten = [];

    public EvictingServer(int room, Eviction eviction)
    {
        _room = room;
        _eviction = eviction;
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
                Socket client = await _listener.AcceptAsync();
                Enter(client);
                _ = Talk(client);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Enter(Socket client)
    {
        lock (_lock)
        {
            _table.Enqueue(client);
            while (_table.Count > _room)
            {
                Socket oldest = _table.Dequeue();
                if (_eviction == Eviction.Silent)
                {
                    _forgotten.Add(oldest);
                }
                else
                {
                    Peer.Reset(oldest);
                }
            }
        }
    }

    private async Task Talk(Socket client)
    {
        byte[] buffer = new byte[1024];
        try
        {
            while (await client.ReceiveAsync(buffer) is > 0 and var read)
            {
                if (!IsForgotten(client))
                {
                    await client.SendAsync(buffer.AsMemory(0, read));
                }
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // It was evicted, or has gone.
        }

        Leave(client);
    }

    private bool IsForgotten(Socket client)
    {
        lock (_lock)
        {
            return _forgotten.Contains(client);
        }
    }

    /// <summary>Its place is free again, unless another has it already.</summary>
    private void Leave(Socket client)
    {
        lock (_lock)
        {
            Socket[] others = [.. _table.Where(one => one != client)];
            _table.Clear();
            foreach (Socket one in others)
            {
                _table.Enqueue(one);
            }

            _forgotten.Remove(client);
        }

        client.Dispose();
    }
}

/// <summary>How a connection is told that its place is another's.</summary>
internal enum Eviction
{
    Silent,
    Reset,
}
