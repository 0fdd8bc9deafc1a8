using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Throng.Linux;

namespace Throng.KernelTests;

/// <summary>Requirements of these tests on the host, beyond <see cref="Needs"/>.</summary>
internal static class Requirement
{
    /// <summary>io_uring, where the test is about it.</summary>
    public static void Engine(string engine)
    {
        if (engine == "uring")
        {
            Needs.Uring();
        }
    }

    /// <summary>A hard descriptor limit of at least this; tests lower a child's to exactly what they need.</summary>
    public static void Descriptors(int needed)
    {
        _ = Limits.GetDescriptors(out _, out ulong hard);
        Needs.Host(hard >= (ulong)needed, $"the hard descriptor limit is {hard}, and this needs {needed}");
    }

    /// <summary>Ports or counters of the network that no other test touches.</summary>
    public static void OwnNetwork() => Needs.Host(
        OwnNetworkAttribute.IsGiven, "needs a network namespace of its own, and so root");

    public static void IPv6()
    {
        bool works = false;
        if (Socket.OSSupportsIPv6)
        {
            try
            {
                using Socket probe = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
                works = true;
            }
            catch (SocketException)
            {
                // No ::1 to bind to.
            }
        }

        Needs.Host(works, "there is no IPv6 loopback here");
    }

    public static void KnownArchitecture() => Needs.Host(
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64,
        "system call numbers of this processor are not known to the filter");
}
