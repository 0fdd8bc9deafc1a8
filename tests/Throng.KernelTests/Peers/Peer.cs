using System.Net;
using System.Net.Sockets;

namespace Throng.KernelTests;

/// <summary>Plain sockets for the other end of the program, made as a test needs them.</summary>
internal static class Peer
{
    /// <summary>Listens on loopback; connections complete without anybody accepting them.</summary>
    public static Socket Listen(int backlog = 4096)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, FreePort.One()));
        listener.Listen(backlog);
        return listener;
    }

    public static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    public static Socket Connect(int port, IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Eventually.Patience.TotalMilliseconds,
            SendTimeout = (int)Eventually.Patience.TotalMilliseconds,
        };
        socket.Connect(new IPEndPoint(address, port));
        return socket;
    }

    /// <summary>Connects once somebody listens there.</summary>
    public static Socket ConnectTo(int port, ThrongProcess server, IPAddress? address = null)
    {
        Socket? socket = null;
        Eventually.Holds(
            () =>
            {
                try
                {
                    socket = Connect(port, address);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            server.Story);
        return socket!;
    }

    /// <summary>Reads until so many bytes are there or the peer ends; how many came.</summary>
    public static int ReadAll(Socket socket, Span<byte> into)
    {
        int read = 0;
        while (read < into.Length)
        {
            int now = socket.Receive(into[read..]);
            if (now == 0)
            {
                break;
            }

            read += now;
        }

        return read;
    }

    /// <summary>Sends a byte and waits for it to come back.</summary>
    public static bool Echoes(Socket socket, byte what = 42)
    {
        Span<byte> one = [what];
        socket.Send(one);
        one[0] = 0;
        return ReadAll(socket, one) == 1 && one[0] == what;
    }

    /// <summary>Bytes that repeat nowhere nearby.</summary>
    public static byte[] Pattern(int bytes, int seed = 1)
    {
        byte[] pattern = new byte[bytes];
        new Random(seed).NextBytes(pattern);
        return pattern;
    }

    /// <summary>Closes with a reset.</summary>
    public static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }
}
