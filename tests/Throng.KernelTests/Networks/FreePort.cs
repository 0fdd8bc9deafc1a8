using System.Net;
using System.Net.Sockets;

namespace Throng.KernelTests;

/// <summary>
/// Ports nobody uses, each given out once. From below the ephemeral range: a port the kernel chose could be the source
/// port of one of ten thousand connections by the time a server binds it.
/// </summary>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Span = 20_000;

    private static int _next = Environment.ProcessId * 97 % Span;

    public static int One() => Range(1);

    /// <summary>The first of so many in a row.</summary>
    public static int Range(int count)
    {
        while (true)
        {
            int first = First + (Interlocked.Add(ref _next, count) % Span);
            if (Enumerable.Range(first, count).All(IsFree))
            {
                return first;
            }
        }
    }

    public static bool IsFree(int port)
    {
        try
        {
            using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
