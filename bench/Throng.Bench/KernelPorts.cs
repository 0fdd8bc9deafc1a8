using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Throng.Bench;

/// <summary>
/// Connects that leave the source port to the kernel, one after another: what the program does not do, for comparison.
/// </summary>
internal static class KernelPorts
{
    public static int Run(Settings settings)
    {
        IPEndPoint target = new(IPAddress.Loopback, settings.Number("port", 7000));
        int count = settings.Number("connections", 1_200);
        List<Socket> sockets = [Connect(target)]; // compiles what is needed
        long beforeNs = ProcessFigures.ExactNs(Environment.ProcessId);
        for (int i = 0; i < count; i++)
        {
            sockets.Add(Connect(target));
        }

        // The clock of a running thread is read late; having slept, it is right.
        Thread.Sleep(1);
        double microseconds = (ProcessFigures.ExactNs(Environment.ProcessId) - beforeNs) / 1e3 / count;
        foreach (Socket socket in sockets)
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Dispose();
        }

        Console.WriteLine(microseconds.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static Socket Connect(IPEndPoint target)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(target);
        return socket;
    }
}
