using System.Runtime.InteropServices;
using System.Text;
using static Throng.Linux.SystemConstants;

namespace Throng.Linux;

/// <summary>Network interfaces by their names, in the caller's network namespace.</summary>
public static unsafe class Interfaces
{
    private const int DriverBytes = 32;

    /// <summary>if_nametoindex(3).</summary>
    /// <returns>The index, from 1 on, or -errno (ENODEV).</returns>
    public static int Index(string name)
    {
        byte* text = stackalloc byte[IFNAMSIZ];
        if (!TryCopy(name, text))
        {
            return -Errno.ENODEV;
        }

        uint index = Libc.if_nametoindex(text);
        return index > 0 ? (int)index : -Marshal.GetLastSystemError();
    }

    /// <summary>if_indextoname(3); empty for an interface that has gone.</summary>
    public static string Name(int index)
    {
        byte* text = stackalloc byte[IFNAMSIZ];
        return Libc.if_indextoname((uint)index, text) is null ? "" : Marshal.PtrToStringUTF8((nint)text)!;
    }

    /// <summary>The driver behind an interface, such as veth or ixgbe; empty when it does not say (lo).</summary>
    public static string Driver(string name)
    {
        ifreq request = default;
        ethtool_drvinfo facts = new() { cmd = ETHTOOL_GDRVINFO };
        if (!TryCopy(name, request.ifr_name))
        {
            return "";
        }

        request.ifr_data = &facts;
        int fd = Sockets.Open(SocketConstants.AF_INET, SocketConstants.SOCK_DGRAM);
        int result = fd < 0 ? fd : Libc.Result(Libc.ioctl(fd, SIOCETHTOOL, &request));
        _ = Descriptors.Close(fd);
        ReadOnlySpan<byte> driver = new(facts.driver, DriverBytes);
        int end = driver.IndexOf((byte)0);
        return result < 0 ? "" : Encoding.UTF8.GetString(end < 0 ? driver : driver[..end]);
    }

    private static bool TryCopy(string name, byte* to)
    {
        new Span<byte>(to, IFNAMSIZ).Clear();
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        bytes.AsSpan(0, Math.Min(bytes.Length, IFNAMSIZ - 1)).CopyTo(new Span<byte>(to, IFNAMSIZ));
        return bytes.Length is > 0 and < IFNAMSIZ;
    }
}
