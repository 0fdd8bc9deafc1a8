using System.Runtime.InteropServices;
using System.Text;
using Throng.Linux;
using Xunit;

namespace Throng.KernelTests;

/// <summary>Settings of an interface as `ethtool -K` makes them, without it.</summary>
internal static unsafe partial class Ethtool
{
    private const nuint SiocEthtool = 0x8946;
    private const uint SetSendChecksum = 0x17;
    private const uint SetSegmentation = 0x1F;
    private const uint SetLateSegmentation = 0x24;
    private const uint GetFlags = 0x25;
    private const uint SetFlags = 0x26;
    private const uint SendsTagsApart = 1 << 7;

    /// <summary>`tx off`: packets leave with their checksum.</summary>
    public static void SendChecksums(Netns where, string name) => NamespaceThread.Run(
        where, () => _ = Call(name, SetSendChecksum, 0));

    /// <summary>`tso off gso off`: packets leave as long as they arrive elsewhere.</summary>
    public static void SendSegments(Netns where, string name) => NamespaceThread.Run(where, () =>
    {
        _ = Call(name, SetSegmentation, 0);
        _ = Call(name, SetLateSegmentation, 0);
    });

    /// <summary>`tx-vlan-offload on`: a tag leaves beside the packet, as for a card that writes it; or off.</summary>
    public static void SendTagsApart(Netns where, string name, bool isApart) => NamespaceThread.Run(where, () =>
    {
        uint flags = Call(name, GetFlags, 0);
        _ = Call(name, SetFlags, isApart ? flags | SendsTagsApart : flags & ~SendsTagsApart);
    });

    private static uint Call(string name, uint command, uint value)
    {
        byte* request = stackalloc byte[40];
        uint* words = stackalloc uint[2] { command, value };
        new Span<byte>(request, 40).Clear();
        Encoding.ASCII.GetBytes(name).CopyTo(new Span<byte>(request, 15));
        *(uint**)(request + 16) = words;
        int fd = Sockets.Open(SocketConstants.AF_INET, SocketConstants.SOCK_DGRAM);
        Assert.Equal(0, ioctl(fd, SiocEthtool, request));
        _ = Descriptors.Close(fd);
        return words[1];
    }

    [LibraryImport("libc")]
    private static partial int ioctl(int fd, nuint request, void* argument);
}
