using System.Net;
using System.Net.Sockets;

namespace Throng.KernelTests;

/// <summary>A line between a browser and a run that can be cut and mended: connections through it end when it is cut.
/// </summary>
internal sealed class Cable : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _ends = [];
    private readonly Lock _lock = new();
    private readonly int _port;
    private bool _isCut;

    public Cable(string url)
    {
        _port = new Uri(url).Port;
        _listener.Start();
        _ = OwnNetworkAttribute.Start(AcceptAll); // it connects, so it needs the test's network
    }

    public string Url => $"http://{_listener.LocalEndpoint}/";

    public void Cut()
    {
        lock (_lock)
        {
            _isCut = true;
            _ends.ForEach(end => end.Dispose());
            _ends.Clear();
        }
    }

    public void Mend()
    {
        lock (_lock)
        {
            _isCut = false;
        }
    }

    public void Dispose()
    {
        Cut();
        _listener.Dispose();
    }

    private void AcceptAll()
    {
        try
        {
            while (true)
            {
                Socket near = _listener.AcceptSocket();
                Socket far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                far.Connect(IPAddress.Loopback, _port);
                lock (_lock)
                {
                    _ends.AddRange(near, far);
                    if (_isCut)
                    {
                        _ends.ForEach(end => end.Dispose());
                        _ends.Clear();
                        continue;
                    }
                }

                _ = PassAsync(near, far);
                _ = PassAsync(far, near);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task PassAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var bytes)
            {
                _ = await to.SendAsync(buffer.AsMemory(0, bytes));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            to.Dispose();
        }
    }
}
