using System.Globalization;
using System.Net;

namespace Throng.KernelTests;

/// <summary>One end of a TCP connection as /proc/net/tcp lists it.</summary>
internal readonly record struct TcpEnd(
    uint LocalAddress, int LocalPort, uint RemoteAddress, int RemotePort, int State, int Timer)
{
    public const int Established = 1;
    public const int SynSent = 2;
    public const int TimeWait = 6;
    public const int Listen = 10;

    /// <summary>The kernel's number of a pending keepalive timer.</summary>
    public const int KeepAliveTimer = 2;

    public IPAddress Local => new(LocalAddress);
}

/// <summary>Connections (IPv4) that the kernel itself reports, read anew with each call.</summary>
internal static class TcpTable
{
    public static List<TcpEnd> Of(params IReadOnlyCollection<int> ports)
    {
        HashSet<int> wanted = [.. ports];
        List<TcpEnd> ends = [];
        foreach (string line in File.ReadLines("/proc/thread-self/net/tcp").Skip(1))
        {
            TcpEnd end = Parse(line);
            if (wanted.Contains(end.LocalPort) || wanted.Contains(end.RemotePort))
            {
                ends.Add(end);
            }
        }

        return ends;
    }

    /// <summary>How many ends of connections with these ports are in a state.</summary>
    public static int Count(int state, params IReadOnlyCollection<int> ports) =>
        Of(ports).Count(end => end.State == state);

    // "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 ..."
    private static TcpEnd Parse(string line)
    {
        int at = line.IndexOf(':') + 2;
        return new TcpEnd(
            Hex(line, at, 8), (int)Hex(line, at + 9, 4), Hex(line, at + 14, 8), (int)Hex(line, at + 23, 4),
            (int)Hex(line, at + 28, 2), (int)Hex(line, at + 49, 2));
    }

    private static uint Hex(string line, int at, int digits) =>
        uint.Parse(line.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
