using System.Net;
using System.Net.Sockets;

namespace Throng.KernelTests;

/// <summary>An echo server with so many places: whoever comes then waits until somebody leaves.</summary>
internal sealed class FewPlaces : IDisposable
{
    private readonly TcpListener _listener;

    public FewPlaces(int port, int places)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start(1024);
        for (int place = 0; place < places; place++)
        {
            new Thread(Serve) { IsBackground = true }.Start();
        }
    }

    public void Dispose() => _listener.Stop();

    private void Serve()
    {
        byte[] bytes = new byte[65536];
        try
        {
            while (true)
            {
                using Socket client = _listener.AcceptSocket();
                int length;
                while ((length = client.Receive(bytes)) > 0)
                {
                    _ = client.Send(bytes, length, SocketFlags.None);
                }
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }
}
