using System.Runtime.InteropServices;
using System.Text;

namespace Throng.Linux;

/// <summary>Network interfaces by their names, in the caller's network namespace.</summary>
public static unsafe class Interfaces
{
    private const int NameBytes = 16;
    private const int DriverOffset = 4;
    private const int DriverBytes = 32;
    private const int FactsBytes = 196; // struct ethtool_drvinfo
    private const uint EthtoolGetDriver = 3;
    private const nuint SiocEthtool = 0x8946;

    /// <summary>if_nametoindex(3).</summary>
    /// <returns>The index, from 1 on, or -errno (ENODEV).</returns>
    public static int Index(string name)
    {
        byte* text = stackalloc byte[NameBytes];
        if (!TryCopy(name, text))
        {
            return -Errno.ENODEV;
        }

        uint index = Libc.if_nametoindex(text);
        return index > 0 ? (int)index : -Marshal.GetLastSystemError();
    }

    /// <summary>The driver behind an interface, such as veth or ixgbe; empty when it does not say (lo).</summary>
    public static string Driver(string name)
    {
        byte* request = stackalloc byte[NameBytes + 24]; // struct ifreq
        byte* facts = stackalloc byte[FactsBytes];
        new Span<byte>(facts, FactsBytes).Clear();
        if (!TryCopy(name, request))
        {
            return "";
        }

        *(uint*)facts = EthtoolGetDriver;
        *(byte**)(request + NameBytes) = facts;
        int fd = Sockets.Open(SocketConstants.AF_INET, SocketConstants.SOCK_DGRAM);
        int result = fd < 0 ? fd : Libc.Result(Libc.ioctl(fd, SiocEthtool, request));
        _ = Descriptors.Close(fd);
        ReadOnlySpan<byte> driver = new(facts + DriverOffset, DriverBytes);
        int end = driver.IndexOf((byte)0);
        return result < 0 ? "" : Encoding.UTF8.GetString(end < 0 ? driver : driver[..end]);
    }

    private static bool TryCopy(string name, byte* to)
    {
        new Span<byte>(to, NameBytes).Clear();
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        bytes.AsSpan(0, Math.Min(bytes.Length, NameBytes - 1)).CopyTo(new Span<byte>(to, NameBytes));
        return bytes.Length is > 0 and < NameBytes;
    }
}
