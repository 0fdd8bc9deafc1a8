using System.Runtime.InteropServices;
using System.Text;
using static Throng.Linux.SystemConstants;

namespace Throng.Linux;

/// <summary>Network interfaces by their names, in the caller's network namespace.</summary>
public static unsafe class Interfaces
{
    /// <summary>Bytes of an Ethernet address.</summary>
    public const int MacBytes = 6;

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
        ethtool_drvinfo facts = new() { cmd = ETHTOOL_GDRVINFO };
        ifreq request = new() { ifr_data = &facts };
        int result = Ask(SIOCETHTOOL, name, ref request);
        ReadOnlySpan<byte> driver = new(facts.driver, DriverBytes);
        int end = driver.IndexOf((byte)0);
        return result < 0 ? "" : Encoding.UTF8.GetString(end < 0 ? driver : driver[..end]);
    }

    /// <summary>Queues that an interface receives on now; 1 when its driver does not say.</summary>
    public static int ReceiveQueues(string name)
    {
        ethtool_channels facts = new() { cmd = ETHTOOL_GCHANNELS };
        ifreq request = new() { ifr_data = &facts };
        int result = Ask(SIOCETHTOOL, name, ref request);
        return result < 0 ? 1 : Math.Max(1, (int)(facts.rx_count + facts.combined_count));
    }

    /// <summary>Largest packet of an interface in bytes, without the Ethernet header.</summary>
    /// <returns>Bytes, or -errno (ENODEV).</returns>
    public static int Mtu(string name)
    {
        ifreq request = default;
        int result = Ask(SIOCGIFMTU, name, ref request);
        return result < 0 ? result : request.ifr_mtu;
    }

    /// <summary>
    /// Whether an interface is up, and its other end too. Its driver is asked, for IFF_RUNNING follows later on a busy
    /// host, such as after a change of its queues.
    /// </summary>
    public static bool IsUp(string name)
    {
        ethtool_value facts = new() { cmd = ETHTOOL_GLINK };
        ifreq request = new() { ifr_data = &facts };
        if (Ask(SIOCETHTOOL, name, ref request) >= 0)
        {
            return facts.data != 0;
        }

        const short Both = IFF_UP | IFF_RUNNING;
        request = default;
        return Ask(SIOCGIFFLAGS, name, ref request) >= 0 && (request.ifr_flags & Both) == Both;
    }

    /// <summary>The address of an Ethernet interface.</summary>
    /// <param name="mac">6 bytes are written.</param>
    /// <returns>0, or -errno (ENODEV; EOPNOTSUPP when it is no Ethernet).</returns>
    public static int Mac(string name, Span<byte> mac)
    {
        ifreq request = default;
        int result = Ask(SIOCGIFHWADDR, name, ref request);
        if (result >= 0 && *(ushort*)request.ifr_hwaddr != ARPHRD_ETHER)
        {
            return -Errno.EOPNOTSUPP;
        }

        new ReadOnlySpan<byte>(request.ifr_hwaddr + sizeof(ushort), MacBytes).CopyTo(mac);
        return Math.Min(result, 0);
    }

    private static int Ask(nuint question, string name, ref ifreq request)
    {
        fixed (ifreq* pointer = &request)
        {
            if (!TryCopy(name, pointer->ifr_name))
            {
                return -Errno.ENODEV;
            }

            int fd = Sockets.Open(SocketConstants.AF_INET, SocketConstants.SOCK_DGRAM);
            int result = fd < 0 ? fd : Libc.Result(Libc.ioctl(fd, question, pointer));
            _ = Descriptors.Close(fd);
            return result;
        }
    }

    private static bool TryCopy(string name, byte* to)
    {
        new Span<byte>(to, IFNAMSIZ).Clear();
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        bytes.AsSpan(0, Math.Min(bytes.Length, IFNAMSIZ - 1)).CopyTo(new Span<byte>(to, IFNAMSIZ));
        return bytes.Length is > 0 and < IFNAMSIZ;
    }
}
